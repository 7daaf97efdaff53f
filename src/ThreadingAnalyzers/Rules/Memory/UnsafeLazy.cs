using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>
/// A <c>Lazy</c> that was made for one thread and is asked by several. Source: the .NET reference, LazyThreadSafetyMode.None.
/// </summary>
public sealed class UnsafeLazy() : ProgramRule(Descriptor, Defect.UnsafeLazy)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR7010", since: "1.0", Category.Memory, DiagnosticSeverity.Warning,
        title: "A Lazy that several threads use should be thread-safe",
        message: "'{0}' was made for one thread only and {1}: its value may be made twice, or half; leave the thread-safe mode on",
        why: "Without its lock, a Lazy runs its factory once for each thread that comes before the value is there, and hands out different objects. A factory that asks for its own value fails in riddles.");
}
