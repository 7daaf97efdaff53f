using System.Diagnostics;
using System.Text;
using ThreadingAnalyzers.Workbench;
using ThreadingAnalyzers.Workbench.Pages;
using Xunit.Abstractions;

namespace ThreadingAnalyzers.Tests;

/// <summary>
/// Programs that nobody writes and generators do: the engine takes bounded time and never throws. The bounds are generous, they
/// are there to tell growth from speed.
/// </summary>
public sealed class EngineTortureTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    [Fact]
    public Task An_expression_of_twenty_thousand_terms() => BoundedAsync(
        $"public class Sums {{ private int n; public int Add() {{ Task.Run(() => n++); return {string.Join(" + ", Enumerable.Repeat("n", 20_000))}; }} }}");

    [Fact]
    public Task A_chain_of_five_thousand_calls() => BoundedAsync(
        $"public class Chain {{ public Chain Next() => this; public Chain All() => this{string.Concat(Enumerable.Repeat(".Next()", 5_000))}; }}");

    [Fact]
    public Task Five_hundred_nested_lambdas() => BoundedAsync(
        $"public class Nested {{ public void Go() {{ var n = 0; {string.Concat(Enumerable.Range(0, 500).Select(i => $"Action a{i} = () => {{ n++; "))}{string.Concat(Enumerable.Range(0, 500).Reverse().Select(i => $"}}; new Thread(new ThreadStart(a{i})).Start(); "))} }} }}", compiles: false);

    [Fact]
    public Task A_cycle_of_five_thousand_methods() => BoundedAsync(
        $"public class Cycle {{ private int n; public void Go() => Task.Run(M0); {string.Join(" ", Enumerable.Range(0, 5_000).Select(i => $"public void M{i}() {{ n++; M{(i + 1) % 5_000}(); }}"))} }}");

    [Fact]
    public Task A_cycle_where_all_call_all() => BoundedAsync(
        $"public class Clique {{ private int n; {string.Join(" ", Enumerable.Range(0, 100).Select(i => $"public void M{i}() {{ n++; {string.Concat(Enumerable.Range(0, 100).Select(j => $"M{j}(); "))} }}"))} }}");

    [Fact]
    public Task Ten_thousand_starts() => BoundedAsync(
        $"public class Starts {{ public void Go() {{ var n = 0; {string.Concat(Enumerable.Repeat("Task.Run(() => n++); ", 10_000))} }} }}");

    [Fact]
    public Task A_thousand_threads_that_are_joined() => BoundedAsync(
        $"public class Joins {{ public void Go() {{ var n = 0; {string.Concat(Enumerable.Range(0, 1_000).Select(i => $"var t{i} = new Thread(() => n++); t{i}.Start(); t{i}.Join(); "))} }} }}");

    [Fact]
    public Task A_body_of_thirty_thousand_lines()
    {
        var text = new StringBuilder("public class Long { private int n; private readonly object gate = new(); private readonly List<int> list = [];\npublic void Go() { Task.Run(() => list.Add(n++));\n");
        for (var i = 0; i < 30_000; i++)
            text.Append(i % 3 == 0 ? "if (n > 3) n++;\n" : i % 3 == 1 ? "lock (gate) list.Add(n);\n" : "for (var i = 0; i < 3; i++) n += i;\n");
        return BoundedAsync(text.Append("} }").ToString());
    }

    [Fact]
    public Task A_thousand_types_with_a_thread() => BoundedAsync(string.Join("\n", Enumerable.Range(0, 1_000).Select(i =>
        $"public class W{i} {{ private readonly List<int> list = []; public void Begin() => new Thread(Run).Start(); public void Add() => list.Add(1); private void Run() {{ list.Clear(); new W{(i + 1) % 1_000}().Add(); }} }}")));

    private async Task BoundedAsync(string source, bool compiles = true)
    {
        var name = "Torture.cs";
        var project = CaseProject.Of(new Case("THR3001", name, 1, Claim.Flagged, [new CaseFile(name, source, [], 1)],
            "[*.cs]\nthreading_analyzers.confidence = all\n", [], NoFix: false, Program: false, Language: null, Frameworks.Default));
        var watch = Stopwatch.StartNew();
        var errors = project.Errors();
        var bound = watch.Elapsed;
        Assert.True(!compiles || errors is [], string.Join("\n", errors.Take(3)));
        watch.Restart();
        var found = await Analysis.AsBuildAsync(project.Compilation, [.. Catalogue.Rules.Where(rule => rule is ProgramRule)], project.AnalyzerOptions);
        output.WriteLine($"compiler {bound.TotalSeconds:F1} s, engine and driver {watch.Elapsed.TotalSeconds:F1} s, {found.Length} findings, {errors.Length} errors");
        Assert.True(watch.Elapsed < Bound, $"{watch.Elapsed.TotalSeconds:F1} s");
    }
}
