using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>
/// An update of a volatile field, which is three steps like any other. Source: the C# reference, "volatile"; SpotBugs, VO_VOLATILE_INCREMENT.
/// </summary>
public sealed class VolatileUpdate() : ProgramRule(Descriptor, Defect.VolatileUpdate)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR7001", since: "1.0", Category.Memory, DiagnosticSeverity.Warning,
        title: "A volatile field should be updated by Interlocked",
        message: "'{0}' {1}, and volatile makes no update atomic, so updates get lost: {7}",
        why: "Volatile orders reads and writes; it does not join them. An increment of a volatile field still reads, adds and writes, and two threads that do so at once lose one of the two.");
}
