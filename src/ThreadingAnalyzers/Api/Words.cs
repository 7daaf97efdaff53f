using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace ThreadingAnalyzers.Api;

/// <summary>
/// Where a word stands in a text, found by search: to go through the tokens of a file makes a node of all that is in it, which costs
/// a hundred times as much.
/// </summary>
internal static class Words
{
    /// <summary>Long texts are kept by the compiler in pieces, and made whole anew by each who asks.</summary>
    private static readonly ConditionalWeakTable<SourceText, string> Texts = new();

    /// <summary>Whether the letters of the word stand somewhere in the file.</summary>
    public static bool Has(SyntaxTree tree, string word, CancellationToken cancellation) => TextOf(tree, cancellation).IndexOf(word, StringComparison.Ordinal) >= 0;

    /// <summary>The tokens of the code whose value is the word, literals of it too, in the order of the text.</summary>
    /// <param name="code">Any node: a declaration, a body, a whole file.</param>
    /// <param name="word">A name or a keyword.</param>
    /// <param name="cancellation">Stops the search.</param>
    public static IEnumerable<SyntaxToken> In(SyntaxNode code, string word, CancellationToken cancellation)
    {
        if (word.Length == 0)
            yield break;
        var (text, end) = (TextOf(code.SyntaxTree, cancellation), code.Span.End);
        for (var at = text.IndexOf(word, code.SpanStart, code.Span.Length, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + word.Length, end - at - word.Length, StringComparison.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            // In a comment, or as a part of a longer word, it is none.
            if (code.FindToken(at) is var token && token.Span.Contains(at) && token.ValueText == word)
                yield return token;
        }
    }

    /// <summary>The text of a file in one piece.</summary>
    public static string TextOf(SyntaxTree tree, CancellationToken cancellation) => Texts.GetValue(tree.GetText(cancellation), static text => text.ToString());
}
