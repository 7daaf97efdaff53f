using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>Words of which a text may have one: to see that it has none takes one pass over its letters and no memory.</summary>
internal sealed class WordSet
{
    /// <summary>Bits of a word's hash that say whether it may be one of them; most words of a text end there.</summary>
    private const uint Mask = 0xFFF;

    private readonly ImmutableHashSet<string> words;
    private readonly ImmutableArray<bool> may;

    /// <summary>The words, each of letters, digits and underscores.</summary>
    public WordSet(params string[] words)
    {
        this.words = ImmutableHashSet.Create(StringComparer.Ordinal, words);
        var table = new bool[Mask + 1];
        foreach (var word in words)
            table[HashOf(word, 0, out _) & Mask] = true;
        may = ImmutableArray.Create(table);
    }

    /// <summary>Whether the file has one of the words.</summary>
    public bool IsIn(SyntaxTree tree, CancellationToken cancellation) => In(tree, cancellation).Any();

    /// <summary>Whether the code has one of the words.</summary>
    public bool IsIn(SyntaxNode code, CancellationToken cancellation) => In(Words.TextOf(code.SyntaxTree, cancellation), code.SpanStart, code.Span.End).Any();

    /// <summary>The words that the file has, be it in code or in a comment, as often as it has them.</summary>
    public IEnumerable<string> In(SyntaxTree tree, CancellationToken cancellation) => In(Words.TextOf(tree, cancellation), 0, tree.Length);

    private IEnumerable<string> In(string text, int from, int to)
    {
        for (var at = from; at < to; at++)
        {
            var begin = at;
            if (may[(int)(HashOf(text, begin, out at) & Mask)] && text.Substring(begin, at - begin) is var word && words.Contains(word))
                yield return word;
        }
    }

    /// <summary>A hash of the word that begins there (FNV-1a, Fowler, Noll and Vo), and where it ends.</summary>
    private static uint HashOf(string text, int at, out int end)
    {
        var hash = 2166136261;
        for (end = at; end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_'); end++)
            hash = unchecked((hash ^ text[end]) * 16777619);
        return hash;
    }
}
