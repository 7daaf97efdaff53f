using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>
/// A use or a call against a contract: an attribute GuardedBy or RequiresLock, or an assertion that a lock is held. Source: Goetz et al., Java Concurrency in Practice, appendix A.
/// </summary>
public sealed class GuardContractBroken() : ProgramRule(Descriptor, Defect.GuardContract)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR3015", since: "1.0", Category.SharedState, DiagnosticSeverity.Warning,
        title: "What a lock is declared to guard should be used under that lock",
        message: "'{0}' {10}",
        why: "A contract says which lock protects a member. One use without it undoes the protection of all the others, and nobody who reads the contract expects it.");
}
