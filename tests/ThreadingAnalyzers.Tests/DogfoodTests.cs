using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Workbench;

namespace ThreadingAnalyzers.Tests;

/// <summary>All rules over our own source: silence.</summary>
public sealed class DogfoodTests
{
    public static TheoryData<string> Projects => new(OwnSource.Projects("src", "tests", "samples/Tutorial"));

    [Fact]
    public void Knows_the_projects() =>
        Assert.Superset(new HashSet<string> { OwnSource.Rules, OwnSource.Fixes }, OwnSource.Projects("src", "tests").ToHashSet());

    [Theory, MemberData(nameof(Projects))]
    public async Task Our_own_code_is_clean(string project)
    {
        var compilation = OwnSource.Compile(project);
        // An older host does not know all of the language that we write; its silence on broken code is still wanted.
        if (Cases.HostIsNewest)
            Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));

        var options = new AnalyzerOptions([], new Options());
        Assert.Empty(await Analysis.AsBuildAsync(compilation, Catalogue.Rules, options));
        Assert.Empty(await Analysis.AsEditorAsync(compilation, Catalogue.Rules, options));
    }
}
