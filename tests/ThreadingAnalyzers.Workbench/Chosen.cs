using System.Collections.Immutable;

namespace ThreadingAnalyzers.Workbench;

/// <summary>Some rules or all, run as the package runs its own.</summary>
#pragma warning disable RS1001 // No compiler loads it.
internal sealed class Chosen(ImmutableArray<Rule> rules) : Ruleset(rules)
{
    /// <summary>The rule's name, of one alone.</summary>
    public string Name { get; } = rules is [var rule] ? rule.GetType().Name : "A rule";
}
