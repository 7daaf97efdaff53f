using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Rules.Configuration;

/// <summary>
/// The engine reached a bound in a body and left the rest of it out. What is bounded stands in docs/engine.md.
/// </summary>
public sealed class EngineLimit() : ProgramRule(Descriptor, Defect.EngineLimit)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR0001", since: "1.0", Category.Configuration, DiagnosticSeverity.Info,
        title: "Code should be small enough to be followed",
        message: "'{0}' has more than the engine follows in one body, {11}, so of the rest no race is reported: split it",
        why: "So that an analysis ends in bounded time, there are bounds to what is followed. Where one is reached, silence means less than elsewhere, and you should know.");
}
