using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ThreadingAnalyzers.Api;

/// <summary>
/// Where each word stands in the text of a file: names, keywords, what literals and comments are made of. One pass over its letters finds
/// all of them, and each question after that is one look; to go through the tokens would make a node of all that is in the file, which costs a hundred times as much.
/// </summary>
internal sealed class Words
{
    private static readonly ConditionalWeakTable<SyntaxTree, Words> Trees = new();

    private readonly string text;

    /// <summary>The begin of each word: those of one bucket of hashes behind each other, in the order of the text.</summary>
    private readonly int[] begins;

    /// <summary>Where each bucket begins among them, and behind the last where it ends; as many buckets as a power of two.</summary>
    private readonly int[] buckets;

    private Words(string text)
    {
        this.text = text;
        var found = new List<(int Begin, int Hash)>(text.Length / 6);
        for (var at = 0; at < text.Length; at++)
        {
            var begin = at;
            var hash = HashOf(text, begin, out at);
            if (at > begin)
                found.Add((begin, hash));
        }
        var count = 1;
        while (count < found.Count)
            count *= 2;
        buckets = new int[count + 1];
        foreach (var word in found)
            buckets[word.Hash & (count - 1)]++;
        for (var bucket = 0; bucket < count; bucket++)
            buckets[bucket + 1] += buckets[bucket];
        // From the end of each bucket to its begin, and of the text, so that the order stays.
        begins = new int[found.Count];
        for (var i = found.Count - 1; i >= 0; i--)
            begins[--buckets[found[i].Hash & (count - 1)]] = found[i].Begin;
    }

    /// <summary>The words of a file.</summary>
    public static Words Of(SyntaxTree tree, CancellationToken cancellation) =>
        Trees.TryGetValue(tree, out var words) ? words : Trees.GetValue(tree, tree => new Words(tree.GetText(cancellation).ToString()));

    /// <summary>Whether the file has the word.</summary>
    public static bool Has(SyntaxTree tree, string word, CancellationToken cancellation) => Of(tree, cancellation).Next(word, HashOf(word)) >= 0;

    /// <summary>The tokens of the code whose value is the word, literals of it too, in the order of the text.</summary>
    /// <param name="code">Any node: a declaration, a body, a whole file.</param>
    /// <param name="word">A name or a keyword.</param>
    /// <param name="cancellation">Stops the search.</param>
    public static IEnumerable<SyntaxToken> In(SyntaxNode code, string word, CancellationToken cancellation)
    {
        var (words, hash, end) = (Of(code.SyntaxTree, cancellation), HashOf(word), code.Span.End);
        for (var at = words.Next(word, hash, code.SpanStart, end); at >= 0; at = words.Next(word, hash, at + 1, end))
        {
            cancellation.ThrowIfCancellationRequested();
            // In a comment, or as a part of a literal, it is none.
            if (code.FindToken(at) is var token && token.Span.Contains(at) && token.ValueText == word)
                yield return token;
        }
    }

    /// <summary>The names in the code that a parenthesis or type arguments follow, as they do where something is called.</summary>
    public static IEnumerable<string> Called(SyntaxNode code, CancellationToken cancellation)
    {
        var (text, end) = (Of(code.SyntaxTree, cancellation).text, code.Span.End);
        for (var at = code.SpanStart; at < end; at++)
        {
            var begin = at;
            while (at < end && IsPart(text[at]))
                at++;
            var behind = at;
            while (behind < end && char.IsWhiteSpace(text[behind]))
                behind++;
            // A comment may stand before it.
            if (at > begin && behind < end && text[behind] is '(' or '<' or '/')
                yield return text.Substring(begin, at - begin);
        }
    }

    /// <summary>A hash of a word (FNV-1a, Fowler, Noll and Vo).</summary>
    public static int HashOf(string word) => HashOf(word, 0, out _);

    /// <summary>The first begin of the word from one place to another; -1 where it is not there.</summary>
    /// <param name="word">A name or a keyword.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="to">Where to end; what begins there is not looked at.</param>
    public int Next(string word, int hash, int from = 0, int to = int.MaxValue)
    {
        var bucket = hash & (buckets.Length - 2);
        var end = buckets[bucket + 1];
        var first = Array.BinarySearch(begins, buckets[bucket], end - buckets[bucket], from);
        for (var i = first < 0 ? ~first : first; i < end && begins[i] < to; i++)
            if (word.Length > 0 && string.CompareOrdinal(text, begins[i], word, 0, word.Length) == 0 && (begins[i] + word.Length == text.Length || !IsPart(text[begins[i] + word.Length])))
                return begins[i];
        return -1;
    }

    /// <summary>The hash of the word that begins there, and where it ends.</summary>
    private static int HashOf(string text, int at, out int end)
    {
        var hash = unchecked((int)2166136261);
        for (end = at; end < text.Length && IsPart(text[end]); end++)
            hash = unchecked((hash ^ text[end]) * 16777619);
        return hash;
    }

    private static bool IsPart(char letter) => letter < 128 ? letter is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '_' : SyntaxFacts.IsIdentifierPartCharacter(letter);
}
