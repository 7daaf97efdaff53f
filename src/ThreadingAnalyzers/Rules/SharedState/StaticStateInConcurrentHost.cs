using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>
/// State that requests share without a lock. Source: the ASP.NET Core guide, "Avoid stateful, static classes and members".
/// </summary>
public sealed class StaticStateInConcurrentHost() : ProgramRule(Descriptor, Defect.ConcurrentHost)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR3012", since: "1.0", Category.SharedState, DiagnosticSeverity.Warning,
        title: "Requests should share no state without a lock",
        message: "'{0}' {1}, since the framework serves requests on many threads: {5}, or use Interlocked or a concurrent collection",
        why: "Controllers, hubs, functions and services are called by many threads, each for its own request. What is static, or belongs to an object that serves all requests, is shared by all of them, though no thread is started anywhere in sight.");
}
