using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>Words of which code may have one, be it in a comment.</summary>
internal sealed class WordSet
{
    private readonly ImmutableArray<string> words;
    private readonly ImmutableArray<int> hashes;

    /// <summary>The words, each of letters, digits and underscores.</summary>
    public WordSet(params string[] words)
    {
        this.words = ImmutableArray.Create(words);
        hashes = words.Select(Words.HashOf).ToImmutableArray();
    }

    /// <summary>Whether the file has one of the words.</summary>
    public bool IsIn(SyntaxTree tree, CancellationToken cancellation) => IsIn(Words.Of(tree, cancellation), 0, int.MaxValue);

    /// <summary>Whether the code has one of the words.</summary>
    public bool IsIn(SyntaxNode code, CancellationToken cancellation) => IsIn(Words.Of(code.SyntaxTree, cancellation), code.SpanStart, code.Span.End);

    /// <summary>The tokens of the code that are one of the words.</summary>
    public IEnumerable<SyntaxToken> TokensIn(SyntaxNode code, CancellationToken cancellation) => words.SelectMany(word => Words.In(code, word, cancellation));

    private bool IsIn(Words file, int from, int to)
    {
        for (var i = 0; i < words.Length; i++)
            if (file.Next(words[i], hashes[i], from, to) >= 0)
                return true;
        return false;
    }
}
