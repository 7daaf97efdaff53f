using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Concurrency.Ownership;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>
/// Shared memory that a periodic timer's callback changes while its next call has begun. Source: the .NET reference, System.Threading.Timer and System.Timers.Timer, remarks.
/// </summary>
public sealed class OverlappingTimerCallback() : ProgramRule(Descriptor, Defect.OverlappingTimer)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR2012", since: "1.0", Category.Pools, DiagnosticSeverity.Warning,
        title: "A timer's callback should not run beside itself",
        message: "'{0}' {1}: a periodic timer calls again though its last call has not ended; arm it again at the end of the callback, or {5}",
        why: "A periodic timer does not wait for its callback. When one call takes longer than the period, on a busy pool or after the machine slept, the next one runs beside it, on another thread, with the same fields.");
}
