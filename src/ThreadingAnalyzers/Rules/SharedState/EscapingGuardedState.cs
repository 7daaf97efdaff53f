using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>
/// A collection that a lock guards leaves the lock alive. Source: Goetz et al., Java Concurrency in Practice, 4.2 (instance confinement).
/// </summary>
public sealed class EscapingGuardedState() : ProgramRule(Descriptor, Defect.EscapingGuardedState)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR3007", since: "1.0", Category.SharedState, DiagnosticSeverity.Warning,
        title: "A guarded collection should not be given away",
        message: "'{0}' is returned alive, and whoever gets it reads it without {3}, under which it is changed at {4}: return a copy made under the lock",
        why: "A lock protects a collection only while it is held. A caller that is given the collection itself, or a query or wrapper over it, enumerates it later and without the lock, while another thread changes it.");
}
