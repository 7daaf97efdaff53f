using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Concurrency.Verdicts;
using ThreadingAnalyzers.Workbench;

namespace ThreadingAnalyzers.Tests;

/// <summary>
/// What the engine keeps from one compilation to the next changes nothing but time: after any edit it finds what it finds in the
/// same program seen for the first time, in any order of documents and on any number of threads, and it keeps no compilation alive.
/// </summary>
public sealed class EngineCacheTests
{
    private static readonly string[] Folders = ["Racy", "Silent"];

    /// <summary>A program whose every race has its ends in two texts, so that an edit of one changes what is found in the other.</summary>
    private static readonly (string Path, string Text)[] Connected =
    [
        ("/Store.cs", """
            namespace Connected;
            public partial class Store
            {
                private readonly object gate = new();
                internal readonly List<int> items = [];
                internal int count;
                public void Add(int item) { lock (gate) { items.Add(item); Tally.Up(this); } }
                public void Remove(int item) { lock (gate) { items.Remove(item); count--; } }
                internal void Reset() { items.Clear(); count = 0; }
            }
            """),
        ("/Store.Reading.cs", """
            namespace Connected;
            public partial class Store
            {
                public int Sum() { var sum = 0; foreach (var item in items) sum += item; return sum; }
                public void Clear() { lock (gate) { Reset(); } }
                public event Action? Changed;
                public void Raise() { Changed?.Invoke(); Tally.Up(this); }
            }
            """),
        ("/Tally.cs", """
            namespace Connected;
            internal static class Tally
            {
                private static int total;
                public static void Up(Store store) { store.count++; Step(); }
                private static void Step() { total++; Again(0); }
                private static void Again(int depth) { if (depth < 3) Back(depth + 1); }
                private static void Back(int depth) { total++; Again(depth); }
            }
            """),
        ("/Job.cs", """
            namespace Connected;
            public abstract class Job
            {
                private Thread? thread;
                protected int done;
                public void Begin() { thread = new Thread(Run); thread.Start(); }
                public void End() { thread?.Join(); thread = null; }
                protected abstract void Run();
                public int Done() { return done; }
            }
            """),
        ("/Import.cs", """
            namespace Connected;
            public sealed class Import(Store target) : Job
            {
                private readonly Dictionary<string, int> names = [];
                private readonly Store store = target;
                protected override void Run() { names["a"] = 1; store.Add(1); done++; Tally.Up(store); }
                public int Count() { done++; return names.Count; }
            }
            """),
        ("/Use.cs", """
            namespace Connected;
            public static class Use
            {
                public static void All() { var store = new Store(); var import = new Import(store); import.Begin(); Tally.Up(store); store.Raise(); import.Count(); import.End(); }
                public static async Task Many(Store store) { await Task.WhenAll(Each(store), Each(store)); }
                private static async Task Each(Store store) { await Task.Delay(1).ConfigureAwait(false); Tally.Up(store); store.Reset(); }
            }
            """),
    ];

    private static readonly CSharpParseOptions Syntax = new(LanguageVersion.Preview, DocumentationMode.Parse);

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(5), InlineData(7), InlineData(9), InlineData(11)]
    public void After_each_edit_it_finds_what_it_finds_cold(int seed)
    {
        var random = new Random(seed);
        var program = seed % 2 == 0 ? Program() : ConnectedProgram();
        Assert.NotEmpty(Found(program));
        for (var step = 0; step < 20; step++)
        {
            var tree = program.SyntaxTrees[random.Next(program.SyntaxTrees.Length)];
            var edited = Edited(tree, random);
            // Half of the edits are taken back, as somebody does who tries.
            var before = program;
            program = program.ReplaceSyntaxTree(tree, edited);
            AssertSame(Found(Cold(program)), Found(program));
            if (random.Next(2) == 0)
                program = before.Clone();
        }
    }

    [Fact]
    public void The_order_of_the_documents_is_all_one()
    {
        var program = Program();
        var found = Found(program);
        for (var seed = 0; seed < 4; seed++)
        {
            var trees = program.SyntaxTrees.ToArray();
            new Random(seed).Shuffle(trees);
            var shuffled = Cold(program.RemoveAllSyntaxTrees().AddSyntaxTrees(trees));
            AssertSame(found, Found(shuffled));
        }
    }

    [Fact]
    public async Task The_number_of_threads_is_all_one()
    {
        var program = Program();
        var expected = Found(program);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(() =>
        {
            // Half of them ask about one compilation at once, half about compilations of the same trees.
            var asked = worker % 2 == 0 ? program : program.Clone();
            AssertSame(expected, Found(asked));
        })));
    }

    [Fact]
    public void No_old_compilation_stays_alive()
    {
        var (old, now) = Edit();
        for (var i = 0; i < 10 && old.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.False(old.IsAlive, "a compilation is kept by what the engine keeps with its trees");
        Assert.NotEmpty(Found(now));
    }

    private static void AssertSame(ImmutableArray<string> expected, ImmutableArray<string> actual) => Assert.True(expected.SequenceEqual(actual),
        $"missing:\n{string.Join("\n", expected.Except(actual))}\nmore than expected:\n{string.Join("\n", actual.Except(expected))}");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference Old, CSharpCompilation Now) Edit()
    {
        var old = Program();
        Assert.NotEmpty(Found(old));
        var tree = old.SyntaxTrees[0];
        var now = old.ReplaceSyntaxTree(tree, Edited(tree, new Random(5)));
        Assert.NotEmpty(Found(now));
        return (new WeakReference(old), now);
    }

    /// <summary>Some of the engine's cases as one program; what does not fit together is code that somebody is working on.</summary>
    private static CSharpCompilation Program()
    {
        var folder = Path.Combine(Workplace.RepositoryRoot, "tests", "ThreadingAnalyzers.Tests", "Engine");
        var trees = Folders.SelectMany(part => Directory.EnumerateFiles(Path.Combine(folder, part), "*.cs")).Order(StringComparer.Ordinal)
            .Select(path => CSharpSyntaxTree.ParseText(SourceText.From(File.ReadAllText(path)), Syntax, path));
        return Compile(trees);
    }

    private static CSharpCompilation ConnectedProgram()
    {
        var program = Compile(Connected.Select(file => CSharpSyntaxTree.ParseText(SourceText.From(file.Text), Syntax, file.Path)));
        Assert.DoesNotContain(program.GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        return program;
    }

    private static CSharpCompilation Compile(IEnumerable<SyntaxTree> trees) => CSharpCompilation.Create(
        "Program",
        trees.Append(CSharpSyntaxTree.ParseText("global using System; global using System.Collections.Generic; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;", Syntax, "/Usings.cs")),
        Frameworks.References(Frameworks.Default),
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>The same program in trees that nothing is known of.</summary>
    private static CSharpCompilation Cold(CSharpCompilation program) =>
        program.RemoveAllSyntaxTrees().AddSyntaxTrees(program.SyntaxTrees.Select(tree => CSharpSyntaxTree.ParseText(tree.GetText(), Syntax, tree.FilePath)));

    private static ImmutableArray<string> Found(CSharpCompilation program) =>
        [.. program.SyntaxTrees.SelectMany(tree => ProgramModel.Of(program).In(tree, () => DeclaredNames.None, default)).Select(Describe).Order(StringComparer.Ordinal)];

    private static string Describe(Finding finding) =>
        $"{finding.Defect} {finding.Confidence} {finding.Memory} at {finding.Primary.Site} beside {finding.Other.Site} on {finding.PrimaryThread?.Site} and {finding.OtherThread?.Site} guarded by {finding.Guard}";

    /// <summary>A text as it is after a moment's work: a statement gone, doubled or unguarded, two in the other order, a member gone, nothing but a space.</summary>
    private static SyntaxTree Edited(SyntaxTree tree, Random random)
    {
        var root = tree.GetRoot();
        var statements = root.DescendantNodes().OfType<StatementSyntax>().Where(statement => statement.Parent is BlockSyntax).ToList();
        var members = root.DescendantNodes().OfType<MethodDeclarationSyntax>().ToList();
        if (statements is [] || members is [])
            return tree.WithChangedText(tree.GetText().WithChanges(new TextChange(default, " ")));
        var chosen = statements[random.Next(statements.Count)];
        var change = random.Next(7) switch
        {
            0 => new TextChange(chosen.FullSpan, ""),
            1 => new TextChange(new TextSpan(chosen.FullSpan.End, 0), chosen.ToFullString()),
            2 when statements.OfType<LockStatementSyntax>().FirstOrDefault() is { } @lock => new TextChange(@lock.Span, @lock.Statement.ToString()),
            3 => new TextChange(chosen.Span, $"System.Threading.Tasks.Task.Run(() => {{ {chosen} }});"),
            4 => new TextChange(chosen.Span, $"lock (new object()) {{ {chosen} }}"),
            5 when members[random.Next(members.Count)] is var member => new TextChange(member.FullSpan, ""),
            _ => new TextChange(new TextSpan(chosen.SpanStart, 0), "; "),
        };
        return tree.WithChangedText(tree.GetText().WithChanges(change));
    }
}
