using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>
/// A lazy initialisation that two threads make at once, of a value that must be made once. Source: the .NET guide "Lazy Initialization".
/// </summary>
public sealed class RacyLazyInit() : ProgramRule(Descriptor, Defect.RacyLazyInit)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR3009", since: "1.0", Category.SharedState, DiagnosticSeverity.Warning,
        title: "What must be made once should not be made lazily without a lock",
        message: "'{0}' is made on first use without a lock and {1}, so two threads may each make one, of which one is lost: make it once, with Lazy<T>, LazyInitializer or a lock",
        why: "Two threads can both find nothing there and both make it. Where the value is disposable, runs, or is subscribed, the one that nobody keeps goes on: a leaked handle, a second timer, an event that is handled twice.");
}
