using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>
/// One instance of a type that is documented not to be thread-safe is used by several threads. Source: the Thread Safety remarks of the types.
/// </summary>
public sealed class SharedUnsafeObject() : ProgramRule(Descriptor, Defect.UnsafeObject)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR3010", since: "1.0", Category.SharedState, DiagnosticSeverity.Warning,
        title: "An object that is not thread-safe should not be shared",
        message: "'{0}' is not thread-safe and {1}: give each thread its own or {5}",
        why: "Objects such as Random, StringBuilder or a hash algorithm keep state between calls. Used by two threads at once they give wrong results, not exceptions.");
}
