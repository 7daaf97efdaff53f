using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>
/// Two threads use one memory, one of them writes, and nothing keeps them apart. Source: ECMA-334, 15.5.4; dotnet/runtime, Memory-model.md.
/// </summary>
public sealed class UnguardedWrite() : ProgramRule(Descriptor, Defect.UnguardedWrite)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR3001", since: "1.0", Category.SharedState, DiagnosticSeverity.Warning,
        title: "Memory that two threads use should be guarded by one lock",
        message: "'{0}' {1}, and no common lock is held: {5}",
        why: "Without a common lock nothing orders the two uses: one thread may see the value before it is there, or not at all, and the result changes from run to run.");
}
