using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using ThreadingAnalyzers.Workbench;
using ThreadingAnalyzers.Workbench.Pages;

namespace ThreadingAnalyzers.Tests;

/// <summary>The documentation is the test: every case of every page of <c>docs/rules</c>, analysed and mended.</summary>
public sealed class PagesTests
{
    private static readonly ImmutableDictionary<string, Case> Cases = Page.All()
        .SelectMany(page => page.Cases)
        .Where(@case => @case.LanguageVersion is not null)
        .ToImmutableDictionary(@case => @case.Name);

    public static TheoryData<string> AllCases => new(Cases.Keys.Order(StringComparer.Ordinal));

    public static TheoryData<string> FixableCases => new(Cases.Values
        .Where(@case => @case.Files.SelectMany(file => file.Squiggles).Any(squiggle => squiggle.Id is { } id && Catalogue.FixesOf(id).Any()))
        .Select(@case => @case.Name).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(AllCases))]
    public async Task Finds_what_the_page_draws_and_nothing_else(string name)
    {
        var @case = Cases[name];
        var project = CaseProject.Of(@case);
        Assert.True(project.Errors() is [], $"{name}: does not compile:\n{string.Join("\n", project.Errors())}");
        var drawn = @case.Files.Any(file => file.Squiggles.Any(squiggle => squiggle.Id == @case.Id));
        Assert.True(drawn == @case.Claim is Claim.Flagged or Claim.FoundWrongly, $"{name}: the heading says {@case.Claim}, the drawing {(drawn ? "has" : "has no")} squiggle of {@case.Id}");

        AssertDrawn(@case.Files, project, await Analysis.AsBuildAsync(project.Compilation, Catalogue.Rules, project.AnalyzerOptions), $"{name}, as a build");
        AssertDrawn(@case.Files, project, await Analysis.AsEditorAsync(project.Compilation, Catalogue.Rules, project.AnalyzerOptions), $"{name}, as an editor");
    }

    [Theory, MemberData(nameof(FixableCases))]
    public async Task Fixes_give_the_text_of_the_page(string name)
    {
        var @case = Cases[name];
        var offered = await FixRun.TitlesAsync(@case);
        if (@case.NoFix)
            Assert.True(offered is [], $"{name}: says 'No fix:' but these are offered: {string.Join(", ", offered)}");
        foreach (var fix in @case.Fixes)
            Assert.True(offered.Contains(fix.Title), $"{name}: '{fix.Title}' is not offered; offered: {string.Join(", ", offered)}");

        foreach (var title in offered)
        {
            var texts = await FixRun.ApplyAsync(@case, title);
            var mended = CaseProject.Of(@case, texts);
            var shown = string.Join("\n", texts.Select(text => $"--- {text.Key}\n{text.Value}"));
            Assert.True(mended.Errors() is [], $"{name}: '{title}' does not compile:\n{string.Join("\n", mended.Errors())}\n{shown}");
            if (@case.Fixes.FirstOrDefault(fix => fix.Title == title) is not { } drawn)
                continue;
            foreach (var file in drawn.Files)
                Assert.True(file.Text == texts[file.Name], $"{name}: '{title}' gives another text for {file.Name} (page line {file.PageLine})\n--- expected\n{file.Text}\n--- actual\n{texts[file.Name]}");
            AssertDrawn(drawn.Files, mended, await Analysis.AsBuildAsync(mended.Compilation, Catalogue.Rules, mended.AnalyzerOptions), $"{name}, after '{title}'");
        }
    }

    /// <summary>Asserts that the drawings of the files are met by the diagnostics, and the other way round.</summary>
    internal static void AssertDrawn(ImmutableArray<CaseFile> files, CaseProject project, ImmutableArray<Diagnostic> diagnostics, string name)
    {
        foreach (var file in files)
        {
            var actual = Squiggle.Of(diagnostics, project.Tree(file.Name));
            // Further places count only where the page draws some: a story is drawn once, not in every case.
            if (file.Squiggles.All(squiggle => squiggle.Id is not null))
                actual = [.. actual.Where(squiggle => squiggle.Id is not null)];
            Assert.True(
                file.Squiggles.All(expected => actual.Any(expected.IsMetBy)) && actual.All(found => file.Squiggles.Any(expected => expected.IsMetBy(found))),
                $"{name} ({file.Name}, page line {file.PageLine})\n--- expected\n{Squiggle.Draw(file.Text, file.Squiggles)}\n--- actual\n{Squiggle.Draw(file.Text, actual)}");
        }
    }
}
