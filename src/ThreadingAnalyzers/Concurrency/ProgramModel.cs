using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Method;
using ThreadingAnalyzers.Concurrency.Program;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Concurrency;

/// <summary>
/// The engine's view of one compilation, computed when the first rule asks for the findings of a document and shared by all
/// rules. Facts of a text are kept with its syntax tree, which editors reuse from one compilation to the next.
/// </summary>
internal sealed class ProgramModel
{
    private static readonly ConditionalWeakTable<Compilation, ProgramModel> Models = new();

    private readonly object gate = new();
    private readonly WeakReference<Compilation> compilation;
    private Dictionary<SyntaxTree, ImmutableArray<Finding>>? findings;
    private Dictionary<Text, SyntaxTree> trees = [];

    private ProgramModel(Compilation compilation) => this.compilation = new WeakReference<Compilation>(compilation);

    /// <summary>The one model of a compilation.</summary>
    public static ProgramModel Of(Compilation compilation) => Models.GetValue(compilation, static compilation => new ProgramModel(compilation));

    /// <summary>The findings whose primary place is in the tree.</summary>
    /// <param name="declared">What the options of the program declare; they are the same for all who ask about one compilation.</param>
    /// <exception cref="OperationCanceledException">What was computed by then for single texts is kept, the rest is computed by who asks next.</exception>
    public ImmutableArray<Finding> In(SyntaxTree tree, Func<DeclaredNames> declared, CancellationToken cancellation)
    {
        // Whoever waits here for another document's request must still be able to give up.
        while (!Monitor.TryEnter(gate, millisecondsTimeout: 20))
            cancellation.ThrowIfCancellationRequested();
        try
        {
            findings ??= Compute(declared, cancellation);
            return findings.TryGetValue(tree, out var found) ? found : ImmutableArray<Finding>.Empty;
        }
        finally
        {
            Monitor.Exit(gate);
        }
    }

    /// <summary>The place in the compilation's own trees; null for a text that is not among them.</summary>
    public Location? Locate(Site site) => trees.TryGetValue(site.Text, out var tree)
        ? Location.Create(tree, new Microsoft.CodeAnalysis.Text.TextSpan(site.Start, site.Length))
        : null;

    private Dictionary<SyntaxTree, ImmutableArray<Finding>> Compute(Func<DeclaredNames> declared, CancellationToken cancellation)
    {
        if (!this.compilation.TryGetTarget(out var program))
            return [];
        var all = Verdict.Of(new ProgramFacts(Facts(program, declared, cancellation)), cancellation);
        return all.GroupBy(finding => trees[finding.Primary.Site.Text]).ToDictionary(group => group.Key, group => group.ToImmutableArray());
    }

    private List<TextFacts> Facts(Compilation program, Func<DeclaredNames> declared, CancellationToken cancellation)
    {
        if (!program.SyntaxTrees.Any(tree => TreeFacts.Of(tree).MentionsThreads))
            return [];
        var types = KnownTypes.Of(program, declared());
        var stamp = TreeFacts.Stamp(program, types.Declared);
        var all = new List<TextFacts>();
        var places = new Dictionary<Text, SyntaxTree>();
        foreach (var tree in program.SyntaxTrees)
        {
            cancellation.ThrowIfCancellationRequested();
            if (IsGenerated(tree))
                continue;
#pragma warning disable RS1030 // The one place that looks at other trees: the driver hands out the models that it has bound anyway.
            var text = TreeFacts.Of(tree).Get(stamp, () => TextWalk.Of(program.GetSemanticModel(tree), types, cancellation));
#pragma warning restore RS1030
            places[text.Text] = tree;
            all.Add(text);
        }
        trees = places;
        return all;
    }

    private static bool IsGenerated(SyntaxTree tree) =>
        tree.FilePath.EndsWith(".g.cs", StringComparison.OrdinalIgnoreCase) || tree.FilePath.EndsWith(".designer.cs", StringComparison.OrdinalIgnoreCase) || tree.FilePath.EndsWith(".generated.cs", StringComparison.OrdinalIgnoreCase);
}
