using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>
/// A read, a computation and a write that two threads interleave. Source: dotnet/runtime, Memory-model.md; Albahari, Threading in C#.
/// </summary>
public sealed class LostUpdate() : ProgramRule(Descriptor, Defect.LostUpdate)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR3002", since: "1.0", Category.SharedState, DiagnosticSeverity.Warning,
        title: "Updates by two threads should not get lost",
        message: "'{0}' {1}, so updates get lost: {7}",
        why: "An update reads, computes and writes in three steps. Two threads that do so at the same time both start from the old value, and one of the updates is gone.");
}
