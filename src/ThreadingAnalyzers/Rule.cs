using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers;

/// <summary>
/// One rule: one id, one severity, one meaning, one file. A rule says what to watch; a <see cref="Ruleset"/> says how rules are run.
/// </summary>
public abstract class Rule
{
    /// <summary>A descriptor's custom tag that carries the version which brought the rule, e.g. <c>Since1.0</c>.</summary>
    internal const string SinceTag = "Since";

    private protected Rule(DiagnosticDescriptor written) => Written = written;

    /// <summary>The rule as users see it.</summary>
    internal DiagnosticDescriptor Written { get; }

    /// <summary>Registers the rule's actions for one compilation.</summary>
    /// <param name="context">Where to register; what is registered here lives as long as the compilation.</param>
    /// <param name="types">The framework types as that compilation sees them.</param>
    internal abstract void Watch(CompilationStartAnalysisContext context, KnownTypes types);

    /// <summary>Writes a rule down: the only place of its id, words, category and severity.</summary>
    /// <param name="id"><c>THR</c> and four digits, the first the category's; never used again for something else.</param>
    /// <param name="since">The version that brought the rule; levels and presets are made from it, so it never changes.</param>
    /// <param name="category">The family, also the rule's folder and namespace.</param>
    /// <param name="severity">The default severity, at most <see cref="DiagnosticSeverity.Warning"/>.</param>
    /// <param name="title">One sentence: what should be.</param>
    /// <param name="message">What is so here, why it hurts, what to do; code in single quotes, no final period.</param>
    /// <param name="why">Two or three sentences on the harm, shown by editors and at the head of the rule's page.</param>
    /// <param name="enabled">False for a matter of opinion, to be switched on by who shares it.</param>
    private protected static DiagnosticDescriptor Describe(
        string id, string since, Category category, DiagnosticSeverity severity,
        string title, string message, string why, bool enabled = true) =>
        new(id, title, message, $"Threading.{category}", severity, enabled, why,
            helpLinkUri: $"{Repository.Url}/blob/main/docs/rules/{id}.md",
            customTags: [SinceTag + since]);
}
