using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp;
using ThreadingAnalyzers.Workbench.Pages;

namespace ThreadingAnalyzers.Tests;

/// <summary>The pages and their cases, read once a test run.</summary>
internal static class Cases
{
    /// <summary>Every page, in the order of the ids.</summary>
    public static readonly ImmutableArray<Page> Pages = Page.All();

    /// <summary>Every case whose language this Roslyn knows.</summary>
    public static readonly ImmutableArray<Case> Run = [.. Pages.SelectMany(page => page.Cases).Where(@case => @case.LanguageVersion is not null)];

    /// <summary>Every case that is written in a language this Roslyn does not know yet.</summary>
    public static readonly ImmutableArray<Case> TooNew = [.. Pages.SelectMany(page => page.Cases).Where(@case => @case.LanguageVersion is null)];

    private static readonly ImmutableDictionary<string, Case> ByName = Run.ToImmutableDictionary(@case => @case.Name);

    /// <summary>Whether the hosting Roslyn knows the language that this repository is written in.</summary>
    public static bool HostIsNewest => LanguageVersionFacts.TryParse("14", out _);

    /// <summary>The case that a test was given the name of.</summary>
    public static Case Named(string name) => ByName[name];

    /// <summary>The names of some cases, to be given to a test one by one.</summary>
    public static TheoryData<string> Names(Func<Case, bool> wanted) => new(Run.Where(wanted).Select(@case => @case.Name));

    /// <summary>Whether the drawing says that the page's own rule reports something in the case.</summary>
    public static bool IsReported(this Case @case) => @case.Files.Any(file => file.Squiggles.Any(squiggle => squiggle.Id == @case.Id));
}
