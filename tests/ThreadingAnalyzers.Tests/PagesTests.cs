using System.Text.RegularExpressions;
using ThreadingAnalyzers.Workbench;
using ThreadingAnalyzers.Workbench.Pages;
using Xunit.Abstractions;

namespace ThreadingAnalyzers.Tests;

/// <summary>The documentation is the test: every case of every page of <c>docs/rules</c>, analysed and mended.</summary>
public sealed class PagesTests(ITestOutputHelper output)
{
    public static TheoryData<string> AllCases => Cases.Names(_ => true);

    public static TheoryData<string> FixableCases => Cases.Names(@case =>
        @case.NoFix || @case.Fixes is not [] || (@case.IsReported() && Catalogue.FixesOf(@case.Id).Any()));

    [Fact]
    public void No_case_is_passed_over()
    {
        var headings = Cases.Pages.Sum(page => Regex.Count(page.Text, "^## (Flagged|Allowed|Not found yet|Found wrongly)", RegexOptions.Multiline));
        output.WriteLine($"{Cases.Run.Length} cases run, {Cases.TooNew.Length} are too new for this Roslyn");
        Assert.Equal(headings, Cases.Run.Length + Cases.TooNew.Length);
        Assert.All(Cases.TooNew, @case => Assert.True(!Cases.HostIsNewest && @case.Language is "13" or "14", $"{@case.Name}: 'lang: {@case.Language}' is no version of C#"));
    }

    [Theory, MemberData(nameof(AllCases))]
    public async Task Finds_what_the_page_draws_and_nothing_else(string name)
    {
        var @case = Cases.Named(name);
        var project = CaseProject.Of(@case);
        Assert.True(project.Errors() is [], $"{name}: does not compile:\n{string.Join("\n", project.Errors())}");
        Assert.True(@case.IsReported() == @case.Claim is Claim.Flagged or Claim.FoundWrongly,
            $"{name}: the heading says {@case.Claim}, the drawing {(@case.IsReported() ? "has a" : "has no")} squiggle of {@case.Id}");

        Drawing.AssertMet(@case.Files, project, await Analysis.AsBuildAsync(project.Compilation, Catalogue.Rules, project.AnalyzerOptions), $"{name}, as a build");
        // A new compilation with the documents the other way round: nothing may hang on their order or on what an earlier run left.
        var reversed = project.Reversed();
        Drawing.AssertMet(@case.Files, reversed, await Analysis.AsEditorAsync(reversed.Compilation, Catalogue.Rules, reversed.AnalyzerOptions), $"{name}, as an editor");
    }

    [Theory, MemberData(nameof(FixableCases))]
    public async Task Fixes_give_the_text_of_the_page(string name)
    {
        var @case = Cases.Named(name);
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
            // A file that the fix does not draw stays as it was.
            var files = @case.Files.Select(file => drawn.Files.FirstOrDefault(changed => changed.Name == file.Name) ?? file).ToList();
            foreach (var file in files)
                Assert.True(file.Text == texts[file.Name], $"{name}: '{title}' gives another text for {file.Name} (page line {file.PageLine})\n--- expected\n{file.Text}\n--- actual\n{texts[file.Name]}");
            Drawing.AssertMet(files, mended, await Analysis.AsBuildAsync(mended.Compilation, Catalogue.Rules, mended.AnalyzerOptions), $"{name}, after '{title}'");
        }
    }

    [Theory, MemberData(nameof(FixableCases))]
    public async Task Fixes_keep_the_line_ends_of_the_text(string name)
    {
        var @case = Cases.Named(name);
        foreach (var title in await FixRun.TitlesAsync(@case))
        {
            var lf = await FixRun.ApplyAsync(@case, title);
            var crlf = await FixRun.ApplyAsync(@case, title, "\r\n");
            foreach (var file in @case.Files)
                Assert.True(crlf[file.Name] == lf[file.Name].ReplaceLineEndings("\r\n"),
                    $"{name}: '{title}' does not keep CRLF line ends in {file.Name}:\n{crlf[file.Name].Replace("\r", "␍").Replace("\n", "␊\n")}");
        }
    }
}
