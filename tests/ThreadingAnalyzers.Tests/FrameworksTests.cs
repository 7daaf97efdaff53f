using ThreadingAnalyzers.Workbench;
using ThreadingAnalyzers.Workbench.Pages;

namespace ThreadingAnalyzers.Tests;

/// <summary>The rules say the same on every framework: of each page the first flagged and the first allowed case that is of no framework in particular, wherever they compile.</summary>
public sealed class FrameworksTests
{
    public static TheoryData<string> Names => new(Frameworks.All);

    [Theory, MemberData(nameof(Names))]
    public async Task Finds_the_same_on(string framework)
    {
        var tried = 0;
        var why = "";
        foreach (var page in Cases.Run.GroupBy(@case => @case.Id))
        {
            foreach (var claim in new[] { Claim.Flagged, Claim.Allowed })
            {
                if (page.FirstOrDefault(@case => @case.Claim == claim && (@case.Framework == Frameworks.Default || @case.Framework == framework)) is not { } first)
                    continue;
                var project = CaseProject.Of(first with { Framework = framework });
                if (project.Errors() is [var error, ..])
                {
                    why = $"{first.Name}: {error}";
                    continue;
                }
                Drawing.AssertMet(first.Files, project, await Analysis.AsBuildAsync(project.Compilation, Catalogue.Rules, project.AnalyzerOptions), $"{first.Name}, on {framework}");
                tried++;
            }
        }
        Assert.True(tried > 0, $"no case compiles on {framework}, for example {why}");
    }
}
