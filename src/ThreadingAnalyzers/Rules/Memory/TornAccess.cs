using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>
/// A struct of more than one word that one thread writes while another uses it. Source: ECMA-335, I.12.6.6; dotnet/runtime, Memory-model.md.
/// </summary>
public sealed class TornAccess() : ProgramRule(Descriptor, Defect.TornAccess)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR7005", since: "1.0", Category.Memory, DiagnosticSeverity.Warning,
        title: "A value of several words should be shared under a lock",
        message: "'{0}' {1}; its type has more than one word, so a reader can get half of the old value and half of the new: {5}, or share an immutable object",
        why: "The runtime writes one word at once. A decimal, a Guid, a tuple, a nullable or another struct of several words is written word by word, and who reads meanwhile gets a value that nobody ever wrote.");
}
