using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>
/// Whether any file of a compilation names a type that few programs use. Where none does, a rule need not look at each call
/// or variable: to search a text costs a thousandth of binding it.
/// </summary>
internal static class Mention
{
    private static readonly WordSet Locks = new(
        [.. new[] { KnownType.Monitor, KnownType.Lock, KnownType.SpinLock, KnownType.Mutex, KnownType.Semaphore, KnownType.SemaphoreSlim, KnownType.ReaderWriterLock, KnownType.ReaderWriterLockSlim }.Select(type => type.ToString())]);

    /// <summary>Whether some file has the type's name as a word of its own, be it in code or in a comment.</summary>
    /// <param name="type">A type that is called as its member here.</param>
    /// <param name="compilation">The program.</param>
    /// <param name="cancellation">Stops the search.</param>
    public static bool Of(KnownType type, Compilation compilation, CancellationToken cancellation)
    {
        var name = type.ToString();
        foreach (var tree in compilation.SyntaxTrees)
            if (Words.Has(tree, name, cancellation))
                return true;
        return false;
    }

    /// <summary>Whether the file has the type's name as a word of its own.</summary>
    public static bool In(KnownType type, SyntaxTree tree, CancellationToken cancellation) => Words.Has(tree, type.ToString(), cancellation);

    /// <summary>Whether some file names a type whose calls take and give back locks.</summary>
    public static bool OfLocks(Compilation compilation, CancellationToken cancellation)
    {
        foreach (var tree in compilation.SyntaxTrees)
            if (Locks.IsIn(tree, cancellation))
                return true;
        return false;
    }
}
