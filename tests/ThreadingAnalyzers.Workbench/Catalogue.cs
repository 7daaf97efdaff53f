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
    public static ImmutableArray<DiagnosticAnalyzer> Rules { get; } =
        [.. Instances<DiagnosticAnalyzer>(typeof(Rule).Assembly).OrderBy(rule => rule.SupportedDiagnostics[0].Id, StringComparer.Ordinal)];

    /// <summary>One instance of each fix.</summary>
    public static ImmutableArray<CodeFixProvider> Fixes { get; } = [.. Instances<CodeFixProvider>(typeof(Fix).Assembly)];

    /// <summary>The rule's one descriptor.</summary>
    public static DiagnosticDescriptor Descriptor(this DiagnosticAnalyzer rule) => rule.SupportedDiagnostics.Single();

    /// <summary>The rule of that id, or null.</summary>
    public static DiagnosticAnalyzer? Rule(string id) => Rules.FirstOrDefault(rule => rule.Descriptor().Id == id);

    /// <summary>The fixes that answer to that id.</summary>
    public static IEnumerable<CodeFixProvider> FixesOf(string id) => Fixes.Where(fix => fix.FixableDiagnosticIds.Contains(id));

    private static IEnumerable<T> Instances<T>(System.Reflection.Assembly assembly) => assembly.GetTypes()
        .Where(type => !type.IsAbstract && typeof(T).IsAssignableFrom(type))
        .OrderBy(type => type.FullName, StringComparer.Ordinal)
        .Select(type => (T)Activator.CreateInstance(type)!);
}
