using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>
/// What is kept with a syntax tree from one compilation to the next: editors make a new compilation at each key, and nearly all
/// of its trees are the old ones. Plain data without a symbol, an operation or a compilation, so nothing old is kept alive.
/// </summary>
internal sealed class TreeFacts
{
    private static readonly ConditionalWeakTable<SyntaxTree, TreeFacts> Trees = new();

    /// <summary>Words without which no thread of execution begins and nothing is guarded.</summary>
    private static readonly WordSet ThreadingNames = new(
        "AsParallel", "BackgroundWorker", "BeginErrorReadLine", "BeginInvoke", "BeginOutputReadLine", "ConfigureAwait", "ContinueWith", "FileSystemWatcher", "GuardedBy", "Interlocked", "Lock", "Monitor", "Mutex", "NetworkChange", "Parallel", "ReaderWriterLock",
        "ReaderWriterLockSlim", "RequiresLock", "Run", "Semaphore", "SemaphoreSlim", "SpinLock", "StartNew", "Synchronized", "Thread", "ThreadPool", "Timer", "WaitAll", "WhenAll",
        "lock", "ApiController", "Controller", "ControllerBase", "Function", "FunctionName", "HttpContext", "Hub", "IHttpHandler", "IMultiThreadableTask", "MSBuildMultiThreadableTask",
        "MapDelete", "MapGet", "MapMethods", "MapPatch", "MapPost", "MapPut", "PageModel", "ServerCallContext");

    private volatile Tuple<ulong, TextFacts>? facts;

    private TreeFacts(SyntaxTree tree)
    {
        var declarations = Hash.Start;
        var root = tree.GetRoot();
        foreach (var token in root.DescendantTokens(node => node is not (BlockSyntax or GlobalStatementSyntax) && !IsExpressionBody(node)))
            declarations = Hash.Mix(declarations, token.Text);
        Declarations = declarations;
        MentionsThreads = ThreadingNames.IsIn(tree, default);
    }

    /// <summary>A hash of everything outside the bodies: what bodies of other trees can depend on.</summary>
    public ulong Declarations { get; }

    /// <summary>Whether the text has a name of threading in it.</summary>
    public bool MentionsThreads { get; }

    /// <summary>What is known of the tree.</summary>
    public static TreeFacts Of(SyntaxTree tree) => Trees.GetValue(tree, static tree => new TreeFacts(tree));

    /// <summary>What the meaning of a tree's bodies depends on: all declarations, the references and the options.</summary>
    public static ulong Stamp(Compilation compilation, DeclaredNames declared)
    {
        var stamp = Hash.Start;
        foreach (var tree in compilation.SyntaxTrees)
            stamp = Hash.Mix(stamp, Of(tree).Declarations);
        foreach (var reference in compilation.References)
            stamp = Hash.Mix(stamp, (ulong)RuntimeHelpers.GetHashCode(reference));
        return Hash.Mix(Hash.Mix(stamp, compilation.Options.OutputKind.ToString()), declared.Stamp);
    }

    /// <summary>The facts of the tree, from the last compilation with this stamp or made now.</summary>
    public TextFacts Get(ulong stamp, Func<TextFacts> make)
    {
        if (facts is not { } known || known.Item1 != stamp)
            facts = known = Tuple.Create(stamp, make());
        return known.Item2;
    }

    private static bool IsExpressionBody(SyntaxNode node) => node is ArrowExpressionClauseSyntax { Parent: BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or BasePropertyDeclarationSyntax };
}
