using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Workbench;
using ThreadingAnalyzers.Workbench.Pages;

namespace ThreadingAnalyzers.Tests;

/// <summary>What options declare changes what bodies mean, so it is part of what the facts kept with a syntax tree depend on.</summary>
public sealed class DeclaredNamesTests
{
    private const string Source = """
        public static class Jobs
        {
            public static void Start(Action work) => Console.WriteLine(work);
        }

        public sealed class Counter
        {
            private readonly object _gate = new();
            private int _n;

            public void Begin() => Jobs.Start(() => _n++);

            public void Add()
            {
                _n++;
                lock (_gate) { }
            }
        }
        """;

    [Theory, InlineData("Start"), InlineData("Jobs.Start"), InlineData("M:Jobs.Start(System.Action)")]
    public async Task Facts_are_made_anew_when_the_options_change(string name)
    {
        var project = CaseProject.Of(new Case("THR3002", "Jobs.cs", 1, Claim.Flagged, [new CaseFile("Jobs.cs", Source, [], 1)], null, [], NoFix: false, Program: false, Language: null, Frameworks.Default));
        Assert.Empty(project.Errors());
        Assert.Equal(0, await CountAsync(""));
        Assert.Equal(1, await CountAsync($"[*.cs]\nthreading_analyzers.spawn_methods = Other, {name}\n"));
        Assert.Equal(0, await CountAsync(""));

        // The same trees in a new compilation, as an editor has them.
        async Task<int> CountAsync(string config) => (await Analysis.AsBuildAsync(
            project.Compilation.WithAssemblyName("Other"), [Catalogue.Rule("THR3002")!], new AnalyzerOptions([], new Options(("/case/.editorconfig", config))))).Length;
    }
}
