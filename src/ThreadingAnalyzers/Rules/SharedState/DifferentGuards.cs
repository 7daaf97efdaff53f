using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>
/// The same memory is guarded by different locks. Source: Savage et al., Eraser, 1997.
/// </summary>
public sealed class DifferentGuards() : ProgramRule(Descriptor, Defect.DifferentGuards)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR3005", since: "1.0", Category.SharedState, DiagnosticSeverity.Warning,
        title: "One memory should be guarded by one lock",
        message: "'{0}' {1}, but under {6} here and under {3} there, and two locks do not keep two threads apart: use one lock for both",
        why: "Two threads that hold two different locks are both let in. The field looks guarded at each place and is guarded at none.");
}
