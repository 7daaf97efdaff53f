using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>
/// A collection is changed by one thread while another uses it. Source: the Thread Safety remarks of System.Collections.Generic.
/// </summary>
public sealed class UnsafeSharedCollection() : ProgramRule(Descriptor, Defect.UnsafeCollection)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR3003", since: "1.0", Category.SharedState, DiagnosticSeverity.Warning,
        title: "A collection that is not thread-safe should not be shared without a lock",
        message: "'{0}' is not thread-safe and {1}: {5} or use a concurrent collection",
        why: "List, Dictionary and their like break when one thread changes them while another uses them: lost items, exceptions in innocent code, endless loops inside the collection.");
}
