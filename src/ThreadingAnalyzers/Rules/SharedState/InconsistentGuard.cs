using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>
/// A field that a lock guards nearly everywhere is used without it here. Source: Engler et al., Bugs as Deviant Behavior, 2001.
/// </summary>
public sealed class InconsistentGuard() : ProgramRule(Descriptor, Defect.InconsistentGuard)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR3004", since: "1.0", Category.SharedState, DiagnosticSeverity.Warning,
        title: "A guarded field should be guarded everywhere",
        message: "'{0}' is {2} here without {3}, which guards it elsewhere, as at {4}: hold it here too",
        why: "A lock protects only what every user of the field takes it for. One place without it undoes the protection of all the others.");
}
