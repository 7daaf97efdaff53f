using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>
/// A field with an immutable collection, replaced by a changed one. Source: the .NET reference, System.Collections.Immutable.ImmutableInterlocked.
/// </summary>
public sealed class ImmutableLostUpdate() : ProgramRule(Descriptor, Defect.ImmutableLostUpdate)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR7009", since: "1.0", Category.Memory, DiagnosticSeverity.Warning,
        title: "A shared immutable collection should be replaced atomically",
        message: "'{0}' {1}: the collection is immutable, the field is not, so changes get lost: use ImmutableInterlocked or {5}",
        why: "An immutable collection can be read by everybody, but to replace the one in a field by a changed one is a read and a write. Two threads that do so at once both start from the old collection, and what one of them added is gone.");
}
