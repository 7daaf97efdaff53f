using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using ThreadingAnalyzers.Workbench;
using ThreadingAnalyzers.Workbench.Pages;

namespace ThreadingAnalyzers.Tests;

/// <summary>Bodies that only generators write: what the engine does not follow, it says (THR0001).</summary>
public sealed class EngineLimitTests
{
    [Fact]
    public async Task A_body_of_too_many_operations_is_told()
    {
        var found = await FindAsync($"public class Table {{ public int[] Fill() {{ Task.Run(() => 1); return [{string.Join(", ", Enumerable.Range(0, 30_000))}]; }} public void Small() {{ }} }}");
        Assert.Equal("'Fill' has more than the engine follows in one body, 20,000 operations, or deeper than its stack allows, so of the rest no race is reported: split it", Assert.Single(found).GetMessage());
    }

    [Fact]
    public async Task A_large_body_within_the_bound_is_not() =>
        Assert.Empty(await FindAsync($"public class Table {{ public int[] Fill() {{ Task.Run(() => 1); return [{string.Join(", ", Enumerable.Range(0, 9_000))}]; }} }}"));

    private static Task<ImmutableArray<Diagnostic>> FindAsync(string source)
    {
        var project = CaseProject.Of(new Case("THR0001", "Table.cs", 1, Claim.Flagged, [new CaseFile("Table.cs", source, [], 1)], null, [], NoFix: false, Program: false, Language: null, Frameworks.Default));
        Assert.Empty(project.Errors());
        return Analysis.AsBuildAsync(project.Compilation, [Catalogue.Rule("THR0001")!], project.AnalyzerOptions);
    }
}
