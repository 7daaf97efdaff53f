using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Workbench;

/// <summary>All rules and fixes of the package, found in its assemblies: there is no list to forget a rule in.</summary>
internal static class Catalogue
{
    /// <summary>One instance of each rule, in the order of the ids.</summary>
    public static ImmutableArray<Rule> Rules { get; } = [.. Ruleset.All];

    /// <summary>One instance of each fix.</summary>
    public static ImmutableArray<CodeFixProvider> Fixes { get; } = [.. typeof(Fix).Assembly.GetTypes()
        .Where(type => !type.IsAbstract && typeof(CodeFixProvider).IsAssignableFrom(type))
        .OrderBy(type => type.FullName, StringComparer.Ordinal)
        .Select(type => (CodeFixProvider)Activator.CreateInstance(type)!)];

    /// <summary>The analyzers of the package, as a compiler loads them.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> Analyzers { get; } = [new ThreadingWarnings(), new ThreadingSuggestions()];

    /// <summary>The rule as users see it.</summary>
    public static DiagnosticDescriptor Descriptor(this Rule rule) => rule.Written;

    /// <summary>The rule of that id, or null.</summary>
    public static Rule? Rule(string id) => Rules.FirstOrDefault(rule => rule.Descriptor().Id == id);

    /// <summary>The fixes that answer to that id.</summary>
    public static IEnumerable<CodeFixProvider> FixesOf(string id) => Fixes.Where(fix => fix.FixableDiagnosticIds.Contains(id));
}
