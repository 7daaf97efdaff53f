namespace ThreadingAnalyzers.Concurrency.Domain;

/// <summary>Hashes by which one process tells whether sets are the same as a moment ago (FNV-1a, Fowler, Noll and Vo; summed, since sets have no order).</summary>
internal static class Hash
{
    private const ulong Basis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>Where hashing begins.</summary>
    public static ulong Start => Basis;

    /// <summary>A hash and a word more.</summary>
    public static ulong Mix(ulong hash, string word)
    {
        foreach (var character in word)
            hash = (hash ^ character) * Prime;
        return (hash ^ ' ') * Prime;
    }

    /// <summary>A hash and a number more.</summary>
    public static ulong Mix(ulong hash, ulong number) => (hash ^ number) * Prime;

    /// <summary>Of a word.</summary>
    public static ulong Of(string word) => Mix(Basis, word);

    /// <summary>Of a number, so that sums of them tell sets apart (the finaliser of SplitMix64: Steele, Lea and Flood, 2014).</summary>
    public static ulong Of(ulong number)
    {
        number += 0x9E3779B97F4A7C15;
        number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9;
        number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
        return number ^ (number >> 31);
    }

    /// <summary>Of words in any order.</summary>
    public static ulong Of(IEnumerable<string> words)
    {
        ulong sum = 0;
        foreach (var word in words)
            sum += Of(word);
        return sum;
    }
}
