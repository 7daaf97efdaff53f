using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Workbench;
using ThreadingAnalyzers.Workbench.Pages;

namespace ThreadingAnalyzers.Tests;

/// <summary>
/// Code as it is while somebody types: cut off, with words missing or doubled, without references, far too deep. All rules
/// run over it, as a build and as an editor; none throws, none hangs, none reports at a place that is not in the code.
/// </summary>
public sealed class SturdyTests
{
    /// <summary>How many broken texts are tried in all; each page and case has its share, so that the time stays when pages come.</summary>
    private const int Budget = 3000;

    /// <summary>No text takes longer, on the slowest machine.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private static readonly AnalyzerOptions NoOptions = new([], new Options());

    public static TheoryData<string> PageIds => new(Cases.Run.Select(@case => @case.Id).Distinct());

    [Theory, MemberData(nameof(PageIds))]
    public async Task Survives_what_is_left_of_a_case(string id)
    {
        var cases = Cases.Run.Where(@case => @case.Id == id).ToList();
        foreach (var @case in cases)
        {
            var share = Math.Max(Budget / Cases.Run.Length, 1);
            // Seeded by the case alone: a failure comes back, and another page's case changes nothing here.
            var random = new Random(@case.Name.Aggregate(17, (hash, character) => unchecked(hash * 31 + character)));
            for (var i = 0; i < share; i++)
            {
                var texts = @case.Files.ToDictionary(file => file.Name, file => Broken(file.Text, random, truncate: i % 3 == 0, place: (double)i / share));
                var project = CaseProject.Of(@case, texts);
                await RunAsync(project.Compilation, project.AnalyzerOptions, $"{@case.Name}\n{string.Join("\n---\n", texts.Values)}");
            }
        }
    }

    public static TheoryData<string, string> Odd => new()
    {
        { "nothing", "" },
        { "only comments", "// nothing\n/* here */\n/// <summary>Nor here.</summary>\n" },
        { "another language", "Imports System.Threading\nModule M\n  Sub Main()\n    SyncLock Me\n      Dim t As New Thread(AddressOf Work)\n    End SyncLock\n  End Sub\nEnd Module" },
        { "types that are not there", "class C : Absent { Nothing gate = new Nowhere(); void M() { lock (gate) { new Thread(Missing.Work).Start(); } lock (Gone.Gate) { Monitor.Enter(none, , ref taken); } Monitor.Enter(); new Thread(); Task.Run(); lock () { } } }" },
        { "our types with other members", "namespace System.Threading { class Thread { public int Start; public Thread(params int[] a) { } } static class Monitor { public static int Enter; public static void TryEnter() { } } struct SpinLock { } } class C { void M() { new System.Threading.Thread(1, 2).Start++; System.Threading.Monitor.TryEnter(); lock (default(System.Threading.SpinLock)) { } } }" },
        { "a deep expression", $"class C {{ int M(int a) => {Repeat("(", 2000)}a{Repeat(")", 2000)}; }}" },
        { "a long expression", $"class C {{ int M(int a) => a{Repeat(" + a", 2000)}; }}" },
        { "a long chain of calls", $"class C {{ C M() => this{Repeat(".M()", 2000)}; }}" },
        { "deep blocks", $"class C {{ void M(object a) {{ {Repeat("lock (a) { ", 300)}{Repeat("}", 300)} }} }}" },
        { "lambdas in lambdas", $"using System; class C {{ object M() => {Repeat("(Func<object>)(() => ", 200)}new object(){Repeat(")", 200)}; }}" },
        // Each level doubles the compiler's own work (two overloads bind the lambda), so few.
        { "threads in threads", $"using System.Threading; class C {{ void M() {{ {Repeat("new Thread(() => { ", 6)}{Repeat("}).Start();", 6)} }} }}" },
        { "delegates that are given to themselves", "using System.Threading; using System.Threading.Tasks; delegate void F(F f); delegate void G(G f, G g); class C { static void Call(F f) => f(f); static void Swap(G f, G g) => f(g, f); void M() { F f = x => x(x); f(f); new Thread(() => f(f)).Start(); Call(x => x(x)); Task.Run(() => Call(y => Task.Run(() => y(y)))); Swap((x, y) => y(x, y), (x, y) => x(y, x)); } }" },
        { "a type that is its own base and argument", "class C<T> : C<C<C<T>>> where T : C<T> { void M(T t) { lock (t) { } } } class D : D { void M() { lock (this) { } } }" },
    };

    [Theory, MemberData(nameof(Odd))]
    public async Task Survives(string what, string text)
    {
        foreach (var references in new[] { Frameworks.References(Frameworks.Default), [] })
        {
            var tree = CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.Parse), "/case/Case.cs");
            await RunAsync(CSharpCompilation.Create("Case", [tree], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)), NoOptions, what);
        }
    }

    /// <summary>In an editor the source of a referenced project is at hand, and belongs to another compilation.</summary>
    [Fact]
    public async Task Survives_the_source_of_another_project()
    {
        var library = Compile("Library", """
            using System; using System.Collections.Concurrent; using System.Collections.Generic; using System.Threading; using System.Threading.Tasks;
            public class Worker : IDisposable
            {
                public Thread Thread = new Thread(() => { }); public Thread[] All = new Thread[2]; public List<Thread> More { get; } = new List<Thread>();
                public Timer Timer = new Timer(_ => { }, null, 0, 1000); public CancellationTokenSource Source = new CancellationTokenSource(); public volatile bool Stopping; public int Count; public object Gate = new object();
                public BlockingCollection<int> Queue = new BlockingCollection<int>(); public AutoResetEvent Ready = new AutoResetEvent(false); public Lazy<int> Lazy = new Lazy<int>(() => 1, false);
                public virtual void Run() { while (!Stopping) { foreach (var item in Queue.GetConsumingEnumerable()) Count += item; Ready.WaitOne(); } }
                public void Start() { Thread.Start(); Thread.Join(); } public void Enter() => Monitor.Enter(Gate); public void Leave() => Monitor.Exit(Gate); public void Stop() { Stopping = true; } public void Dispose() { Timer.Dispose(); Thread.Join(); }
            }
            public static class Threads
            {
                public static Thread Make(Action action) { var thread = new Thread(() => action()); thread.Start(); return thread; }
                public static void JoinAll(IEnumerable<Thread> threads) { foreach (var thread in threads) thread.Join(); }
                public static async Task WaitAsync(SemaphoreSlim gate) { await gate.WaitAsync(); gate.Release(); }
            }
            """);
        var program = Compile("Program", """
            using System; using System.Collections.Generic; using System.Threading; using System.Threading.Tasks;
            class Owner : Worker
            {
                Worker worker = new Worker(); List<Worker> workers = new List<Worker>(); Dictionary<int, Worker> byNumber = new Dictionary<int, Worker>(); Thread own;
                public override void Run() { worker.Run(); while (!worker.Stopping) { worker.Ready.Set(); worker.Queue.Add(1); } }
                public void Begin()
                {
                    own = Threads.Make(worker.Run); var other = Threads.Make(Run); Thread = new Thread(worker.Run); Thread.Start(); All[0] = new Thread(Run); All[0].Start();
                    worker.Enter(); worker.Count++; worker.Leave(); Threads.JoinAll(worker.All); new Thread(worker.Start).Start(); Task.Run(worker.Run); Task.Run(() => worker.Count++); Parallel.For(0, 10, i => worker.Count += i);
                    Timer.Change(0, 1); worker.Thread.Join(100); worker.Lazy.Value.ToString(); lock (worker.Gate) { Monitor.Wait(worker.Gate); } if (worker.Queue.Count > 0) worker.Queue.Take(); using (var made = new Worker()) { made.Start(); } var lost = new Worker(); lost.Start();
                }
                public async Task RestAsync() { Monitor.Enter(worker.Gate); await Threads.WaitAsync(new SemaphoreSlim(1)); Monitor.Exit(worker.Gate); }
                public new void Stop() { worker.Source.Dispose(); worker.Stop(); }
            }
            """, library.ToMetadataReference());
        Assert.Empty(program.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        await RunAsync(program, NoOptions, "the source of another project");
    }

    /// <summary>The flag is set where it is declared, and that is not looked at: nothing is said of it, though its declaration is seen.</summary>
    [Fact]
    public async Task Leaves_a_flag_to_the_project_that_declares_it()
    {
        var library = Compile("Library", "public static class Core { public static bool Closing { get; private set; } public static void Close() => Closing = true; }");
        var program = Compile("Program", """
            using System; using System.Threading;
            class Pump { public void Begin() => new Thread(Run) { IsBackground = true }.Start(); void Run() { while (!Core.Closing) Console.WriteLine(); } }
            """, library.ToMetadataReference());
        var found = await Analysis.AsBuildAsync(program, Catalogue.Rules, NoOptions);
        Assert.DoesNotContain(found, diagnostic => diagnostic.Id == "THR1005");
    }

    [Theory, MemberData(nameof(PageIds))]
    public async Task Survives_a_case_without_any_references(string id)
    {
        foreach (var @case in Cases.Run.Where(@case => @case.Id == id))
        {
            var project = CaseProject.Of(@case);
            await RunAsync(project.Compilation.WithReferences(), project.AnalyzerOptions, @case.Name);
        }
    }

    [Fact]
    public async Task Stops_when_it_is_told_to()
    {
        var project = CaseProject.Of(Cases.Run[0]);
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Analysis.AsBuildAsync(project.Compilation, Catalogue.Rules, project.AnalyzerOptions, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Analysis.AsEditorAsync(project.Compilation, Catalogue.Rules, project.AnalyzerOptions, cancelled));
    }

    [Fact]
    public async Task Stops_in_the_middle()
    {
        // Cancelled after more and more time: whichever rule is at work then ends without a word, or the run had ended before.
        var texts = Cases.Run.Where(@case => !@case.Program && @case.Files.Length == 1).Take(50);
        foreach (var (@case, number) in texts.Select((@case, number) => (@case, number)))
        {
            var project = CaseProject.Of(@case);
            using var source = new CancellationTokenSource(TimeSpan.FromMicroseconds(200 * number));
            try
            {
                await Analysis.AsEditorAsync(project.Compilation, Catalogue.Rules, project.AnalyzerOptions, source.Token);
            }
            catch (OperationCanceledException) when (source.IsCancellationRequested)
            {
            }
        }
    }

    private static CSharpCompilation Compile(string name, string text, params MetadataReference[] more) => CSharpCompilation.Create(name,
        [CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview), $"/case/{name}.cs")], [.. Frameworks.References(Frameworks.Default), .. more], new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

    private static async Task RunAsync(CSharpCompilation compilation, AnalyzerOptions options, string what)
    {
        using var source = new CancellationTokenSource(Longest);
        try
        {
            // A rule that does not listen to the token must not hang the test run either.
            var build = await Task.Run(() => Analysis.AsBuildAsync(compilation, Catalogue.Rules, options, source.Token)).WaitAsync(2 * Longest);
            var editor = await Task.Run(() => Analysis.AsEditorAsync(compilation, Catalogue.Rules, options, source.Token)).WaitAsync(2 * Longest);
            Assert.All(build.Concat(editor), diagnostic => Assert.True(diagnostic.Location.IsInSource && diagnostic.Id != "AD0001" && diagnostic.GetMessage().Length > 0, $"{diagnostic} in {what}"));
        }
        catch (Exception late) when (late is OperationCanceledException or TimeoutException)
        {
            Assert.Fail($"longer than {Longest.TotalSeconds} s: {what}");
        }
        catch (AggregateException thrown)
        {
            Assert.Fail($"{thrown}\n{what}");
        }
    }

    /// <summary>A text cut off after a token, or with one to three tokens dropped or doubled.</summary>
    private static string Broken(string text, Random random, bool truncate, double place)
    {
        var tokens = CSharpSyntaxTree.ParseText(text).GetRoot().DescendantTokens().ToList();
        if (truncate)
            return string.Concat(tokens.Take((int)(place * tokens.Count) + 1).Select(token => token.ToFullString()));
        var texts = tokens.Select(token => token.ToFullString()).ToList();
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = random.Next(texts.Count);
            texts[at] = random.Next(2) == 0 ? "" : texts[at] + " " + texts[at];
        }
        return string.Concat(texts);
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
