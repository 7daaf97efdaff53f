using System.Collections.Concurrent;

namespace ThreadingAnalyzers.Concurrency.Domain;

/// <summary>
/// Numbers for the names of a program, so that linking it compares no text. Digests keep it from one compilation to the next;
/// any number of threads may ask. Edits bring new names, since lambdas are named by their places; after many, a new table begins.
/// </summary>
internal sealed class NameTable
{
    private readonly ConcurrentDictionary<string, int> numbers = new(StringComparer.Ordinal);
    private int last = -1, limit = int.MaxValue;

    /// <summary>Tells numbers of this table from those of another in hashes.</summary>
    public ulong Seed { get; } = (ulong)BitConverter.ToInt64(Guid.NewGuid().ToByteArray(), 0);

    /// <summary>More than all numbers so far.</summary>
    public int Count => Volatile.Read(ref last) + 1;

    /// <summary>Whether most of its names are likely to be of texts that are no more.</summary>
    public bool IsWorn => Count > limit;

    /// <summary>The number of a name.</summary>
    public int Number(string name) => numbers.TryGetValue(name, out var number) ? number : numbers.GetOrAdd(name, Interlocked.Increment(ref last));

    /// <summary>The number of a name, or -1 for one that has none.</summary>
    public int Find(string name) => numbers.TryGetValue(name, out var number) ? number : -1;

    /// <summary>A whole program has its names in the table.</summary>
    public void Fill() => Interlocked.CompareExchange(ref limit, 2 * Count + 1024, int.MaxValue);
}
