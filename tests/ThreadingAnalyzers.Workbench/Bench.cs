using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Workbench.Corpus;

namespace ThreadingAnalyzers.Workbench;

/// <summary>
/// <c>bench PATH…</c>: what the rules cost, as a ratio to binding: the processor time of <c>Compilation.GetDiagnostics</c>,
/// which every build pays. All parts are measured in one process, on one thread, alternating, each time on a fresh
/// compilation of fresh trees, after a pass that is thrown away (it compiles our code and loads the framework's types).
/// </summary>
internal static class Bench
{
    /// <summary>The verb with its arguments.</summary>
    public static Command Command()
    {
        var paths = Arguments.Paths();
        var repeat = new Option<int>("--repeat") { Description = "How often each part is measured; the least counts, since other work only adds.", HelpName = "N", DefaultValueFactory = _ => 3 };
        repeat.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var value }] && (!int.TryParse(value, out var number) || number < 1))
                result.AddError($"'{value}' is no count: give 1 or more.");
        });
        var together = new Option<bool>("--together") { Description = "Take the sources of all projects for one compilation: how the cost grows with size." };
        var rules = Arguments.Rules();
        var command = new Command("bench", "Measures what the rules cost over the projects under the paths, as ratios to binding, and what an edit of a document costs.") { paths, repeat, together, rules };
        command.SetAction(async (parsed, _) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var result = await MeasureAsync(new ProjectGraph(parsed.GetRequiredValue(paths)), Arguments.Chosen(parsed.GetValue(rules)), parsed.GetValue(repeat), parsed.GetValue(together), parsed.InvocationConfiguration.Error);
            await output.WriteAsync(result.Table());
            await output.WriteAsync(result.Lines());
            return 0;
        });
        return command;
    }

    private static async Task<BenchResult> MeasureAsync(ProjectGraph graph, ImmutableArray<Rule> rules, int repeat, bool together, TextWriter progress)
    {
        var runs = Enumerable.Range(0, repeat).Select(_ => new BenchRun(rules)).ToList();
        var largest = graph.Projects.MaxBy(project => project.Sources.Length);
        var edits = BenchEdits.None;
        foreach (var (project, compilation) in together ? [(largest!, Together([.. graph.Compilations().Select(compiled => compiled.Compilation)]))] : graph.Compilations())
        {
            await progress.WriteLineAsync($"{Path.GetFileName(project.Path)} ({compilation.SyntaxTrees.Length} files, {compilation.SyntaxTrees.Sum(tree => tree.GetText().Lines.Count)} lines)");
            var cold = compilation.WithOptions(compilation.Options.WithConcurrentBuild(false));
            await new BenchRun(rules).MeasureAsync(cold);
            foreach (var run in runs)
                await run.MeasureAsync(cold);
            if (project == largest)
                edits = await BenchEdits.MeasureAsync(compilation, rules);
        }
        return new BenchResult(runs, rules, edits);
    }

    /// <summary>One compilation of the sources of all, with the references of the largest; what does not fit together is an error that changes little.</summary>
    private static CSharpCompilation Together(ImmutableArray<CSharpCompilation> compilations)
    {
        var largest = compilations.MaxBy(compilation => compilation.SyntaxTrees.Length)!;
        var trees = compilations.SelectMany(compilation => compilation.SyntaxTrees).Where(tree => Path.GetFileName(tree.FilePath) != SourceProject.GeneratedFile).DistinctBy(tree => tree.FilePath)
            .Concat(largest.SyntaxTrees.Where(tree => Path.GetFileName(tree.FilePath) == SourceProject.GeneratedFile))
            .Select(tree => CSharpSyntaxTree.ParseText(tree.GetText(), ((CSharpParseOptions)tree.Options).WithLanguageVersion(LanguageVersion.Latest), tree.FilePath));
        return largest.RemoveAllSyntaxTrees().AddSyntaxTrees(trees);
    }
}

/// <summary>A cost: processor time, time on the clock, allocated bytes, and those of them that are still held when it is paid.</summary>
internal readonly record struct Cost(TimeSpan Cpu, TimeSpan Clock, long Bytes, long Held)
{
    /// <summary>The sum of two costs; of what is held, the greater, since one compilation is held at a time.</summary>
    public static Cost operator +(Cost one, Cost other) => new(one.Cpu + other.Cpu, one.Clock + other.Clock, one.Bytes + other.Bytes, Math.Max(one.Held, other.Held));

    /// <summary>What the first costs more than the second; below zero when noise is greater than both.</summary>
    public static Cost operator -(Cost one, Cost other) => new(one.Cpu - other.Cpu, one.Clock - other.Clock, one.Bytes - other.Bytes, one.Held - other.Held);

    /// <summary>What an action costs the process.</summary>
    public static async Task<Cost> OfAsync(Func<Task> action)
    {
        var held = GC.GetTotalMemory(forceFullCollection: true);
        var (cpu, clock, bytes) = (Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.StartNew(), GC.GetTotalAllocatedBytes(precise: true));
        await action();
        return new(Process.GetCurrentProcess().TotalProcessorTime - cpu, clock.Elapsed, GC.GetTotalAllocatedBytes(precise: true) - bytes, GC.GetTotalMemory(forceFullCollection: true) - held);
    }
}

/// <summary>One measurement of each part, summed over projects.</summary>
internal sealed class BenchRun(ImmutableArray<Rule> rules)
{
    /// <summary>Binding alone.</summary>
    public Cost Binding { get; private set; }

    /// <summary>Binding by the analyzer driver for a rule that looks at calls and does nothing: what any analyzer costs.</summary>
    public Cost Driver { get; private set; }

    /// <summary>The same with all rules, run as one analyzer.</summary>
    public Cost Rules { get; private set; }

    /// <summary>The processor time within each rule's own actions, run as analyzers of their own; what a rule is the first to bind counts as its own.</summary>
    public TimeSpan[] Each { get; } = new TimeSpan[rules.Length];

    /// <summary>Measures every part on a compilation.</summary>
    public async Task MeasureAsync(CSharpCompilation compilation)
    {
        var fresh = Fresh(compilation);
        Binding += await Cost.OfAsync(() => Task.FromResult(fresh.GetDiagnostics()));
        GC.KeepAlive(fresh);
        var idle = Driven(Fresh(compilation), [new IdleRule()]);
        Driver += await Cost.OfAsync(() => idle.GetAnalyzerDiagnosticsAsync());
        GC.KeepAlive(idle);
        var all = Driven(Fresh(compilation), [new Chosen(rules)]);
        Rules += await Cost.OfAsync(() => all.GetAnalyzerDiagnosticsAsync());
        GC.KeepAlive(all);
        ImmutableArray<DiagnosticAnalyzer> apart = [.. rules.Select(rule => new Chosen([rule]))];
        var driver = Driven(Fresh(compilation), apart);
        var cost = await Cost.OfAsync(() => driver.GetAnalyzerDiagnosticsAsync());
        // The driver's telemetry is time on the clock; on a busy machine only a part of that is the processor's.
        var share = Math.Min(cost.Cpu / cost.Clock, 1);
        for (var i = 0; i < rules.Length; i++)
            Each[i] += (await driver.GetAnalyzerTelemetryInfoAsync(apart[i], default)).ExecutionTime * share;
    }

    /// <summary>The same program in trees of its own, so that nothing that is kept with a tree is known.</summary>
    public static CSharpCompilation Fresh(CSharpCompilation compilation) =>
        compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(compilation.SyntaxTrees.Select(tree => CSharpSyntaxTree.ParseText(tree.GetText(), (CSharpParseOptions)tree.Options, tree.FilePath)));

    /// <summary>A driver on one thread that counts the time of each rule.</summary>
    public static CompilationWithAnalyzers Driven(CSharpCompilation compilation, ImmutableArray<DiagnosticAnalyzer> analyzers) =>
        compilation.WithAnalyzers(analyzers, new CompilationWithAnalyzersOptions(new([], new Options()), onAnalyzerException: null, concurrentAnalysis: false, logAnalyzerExecutionTime: true));

    /// <summary>A rule that looks at calls, as most do, and does nothing.</summary>
#pragma warning disable RS1001, RS2008 // No compiler loads it and no user sees it.
    internal sealed class IdleRule : DiagnosticAnalyzer
    {
        private static readonly DiagnosticDescriptor Descriptor = new("IDLE", "Nothing", "Nothing", "Workbench", DiagnosticSeverity.Warning, isEnabledByDefault: true);

        /// <inheritdoc/>
        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Descriptor];

        /// <inheritdoc/>
        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.RegisterOperationAction(_ => { }, OperationKind.Invocation);
        }
    }
}
