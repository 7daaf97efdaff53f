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
    /// <summary>The types that can be asked for; the word that is searched is the member's name.</summary>
    private static readonly IReadOnlyList<KnownType> Rare =
    [
        KnownType.Thread, KnownType.ThreadPool, KnownType.Interlocked,
        KnownType.Monitor, KnownType.Lock, KnownType.SpinLock, KnownType.Mutex, KnownType.Semaphore, KnownType.SemaphoreSlim, KnownType.ReaderWriterLock, KnownType.ReaderWriterLockSlim,
    ];

    private static readonly ConditionalWeakTable<SyntaxTree, IReadOnlyCollection<KnownType>> Trees = new();

    /// <summary>Whether some file has the type's name as a word of its own, be it in code or in a comment.</summary>
    public static bool Of(KnownType type, Compilation compilation, CancellationToken cancellation)
    {
        Debug.Assert(Rare.Contains(type));
        return compilation.SyntaxTrees.Any(tree => In(type, tree, cancellation));
    }

    /// <summary>Whether the file has the type's name as a word of its own.</summary>
    public static bool In(KnownType type, SyntaxTree tree, CancellationToken cancellation) => Of(tree, cancellation).Contains(type);

    /// <summary>Whether some file names a type whose calls take and give back locks.</summary>
    public static bool OfLocks(Compilation compilation, CancellationToken cancellation) =>
        compilation.SyntaxTrees.Any(tree => Of(tree, cancellation).Any(type => type is not (KnownType.Thread or KnownType.ThreadPool or KnownType.Interlocked)));

    private static IReadOnlyCollection<KnownType> Of(SyntaxTree tree, CancellationToken cancellation) => Trees.GetValue(tree, tree => Read(tree.GetText(cancellation).ToString()));

    private static IReadOnlyCollection<KnownType> Read(string text) => Rare.Where(type => HasWord(text, type.ToString())).ToList();

    private static bool HasWord(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
            if (!IsOfWord(text, at - 1) && !IsOfWord(text, at + word.Length))
                return true;
        return false;
    }

    private static bool IsOfWord(string text, int at) => at >= 0 && at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_');
}
