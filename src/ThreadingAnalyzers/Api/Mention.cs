using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>
/// Whether any file of a compilation names a type that few programs use. Where none does, a rule need not look at each call
/// or variable: to search a text costs a thousandth of binding it, and each text is searched once, however often others change.
/// </summary>
internal static class Mention
{
    /// <summary>The types that can be asked for, by the words that are searched: the members' names.</summary>
    private static readonly IReadOnlyDictionary<string, KnownType> Rare = new[]
    {
        KnownType.Thread, KnownType.ThreadPool, KnownType.Interlocked,
        KnownType.Monitor, KnownType.Lock, KnownType.SpinLock, KnownType.Mutex, KnownType.Semaphore, KnownType.SemaphoreSlim, KnownType.ReaderWriterLock, KnownType.ReaderWriterLockSlim,
    }.ToDictionary(type => type.ToString(), StringComparer.Ordinal);

    private static readonly WordSet Names = new([.. Rare.Keys]);

    private static readonly ConditionalWeakTable<SyntaxTree, IReadOnlyCollection<KnownType>> Trees = new();

    /// <summary>Whether some file has the type's name as a word of its own, be it in code or in a comment.</summary>
    public static bool Of(KnownType type, Compilation compilation, CancellationToken cancellation)
    {
        Debug.Assert(Rare.ContainsKey(type.ToString()));
        return compilation.SyntaxTrees.Any(tree => In(type, tree, cancellation));
    }

    /// <summary>Whether the file has the type's name as a word of its own.</summary>
    public static bool In(KnownType type, SyntaxTree tree, CancellationToken cancellation) => Of(tree, cancellation).Contains(type);

    /// <summary>Whether some file names a type whose calls take and give back locks.</summary>
    public static bool OfLocks(Compilation compilation, CancellationToken cancellation) =>
        compilation.SyntaxTrees.Any(tree => Of(tree, cancellation).Any(type => type is not (KnownType.Thread or KnownType.ThreadPool or KnownType.Interlocked)));

    private static IReadOnlyCollection<KnownType> Of(SyntaxTree tree, CancellationToken cancellation) =>
        Trees.GetValue(tree, tree => Names.In(tree, cancellation).Distinct().Select(word => Rare[word]).ToList());
}
