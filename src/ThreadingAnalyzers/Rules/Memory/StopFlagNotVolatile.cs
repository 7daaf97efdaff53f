using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>
/// A loop that reads a plain variable until another thread sets it. Source: dotnet/runtime, Memory-model.md; the C# reference, "volatile", example.
/// </summary>
public sealed class StopFlagNotVolatile() : ProgramRule(Descriptor, Defect.StopFlag)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR7006", since: "1.0", Category.Memory, DiagnosticSeverity.Warning,
        title: "A flag that a loop polls for another thread should be volatile",
        message: "'{0}' {1}; a plain read may be taken out of the loop, which then never sees the change: make it volatile or use Volatile.Read",
        why: "The compiler may read a plain variable once and keep it in a register, as long as nothing in the loop says that another thread may change it. In an optimised build the loop then never sees the change.");
}
