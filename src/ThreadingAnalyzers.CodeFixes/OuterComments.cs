using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>Comments that begin their line though the code around is indented: mostly code out of use. The formatter would move them with the code.</summary>
internal static class OuterComments
{
    /// <summary>The formatted tree with these comments where they stood.</summary>
    /// <param name="before">The tree before it was formatted.</param>
    /// <param name="after">The same tokens, formatted.</param>
    public static SyntaxNode Keep(SyntaxNode before, SyntaxNode after)
    {
        var moved = new Dictionary<SyntaxToken, SyntaxToken>();
        foreach (var (old, now) in before.DescendantTokens().Zip(after.DescendantTokens(), (old, now) => (old, now)))
            if (old.LeadingTrivia.Any(SyntaxKind.SingleLineCommentTrivia) && Kept(old, now.LeadingTrivia) is { } kept)
                moved.Add(now, now.WithLeadingTrivia(kept));
        return moved.Count == 0 ? after : after.ReplaceTokens(moved.Keys, (token, _) => moved[token]);
    }

    private static IReadOnlyList<SyntaxTrivia>? Kept(SyntaxToken old, SyntaxTriviaList now)
    {
        var outer = Comments(old.LeadingTrivia).Select(index => (index > 0 ? old.LeadingTrivia[index - 1] : old.GetPreviousToken().TrailingTrivia.LastOrDefault()).IsKind(SyntaxKind.EndOfLineTrivia)).ToList();
        var indented = Comments(now).Where((index, at) => at < outer.Count && outer[at] && index > 0 && now[index - 1].IsKind(SyntaxKind.WhitespaceTrivia)).Select(index => index - 1).ToList();
        return indented.Count == 0 ? null : now.Where((_, index) => !indented.Contains(index)).ToList();
    }

    private static IEnumerable<int> Comments(SyntaxTriviaList trivia) => Enumerable.Range(0, trivia.Count).Where(index => trivia[index].IsKind(SyntaxKind.SingleLineCommentTrivia));
}
