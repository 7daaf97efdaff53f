using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>A block that is put around statements.</summary>
internal static class NewBlock
{
    /// <summary>
    /// The statements in a block, the first on a line of its own with the indentation that it had: the formatter moves the lines of
    /// a statement by as much as it moves the first.
    /// </summary>
    public static BlockSyntax Around(IEnumerable<StatementSyntax> statements) => Around(SyntaxFactory.List(statements));

    /// <summary>The same for a statement whose comments go to what is put in its place.</summary>
    public static BlockSyntax Around(StatementSyntax statement) => Around(SyntaxFactory.SingletonList(statement
        .WithLeadingTrivia(statement.GetLeadingTrivia().LastOrDefault() is var indent && indent.IsKind(SyntaxKind.WhitespaceTrivia) ? indent : SyntaxFactory.ElasticMarker)
        .WithTrailingTrivia(LineEnd(statement))));

    private static BlockSyntax Around(SyntaxList<StatementSyntax> statements) => SyntaxFactory.Block(statements)
        .WithOpenBraceToken(SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithTrailingTrivia(LineEnd(statements[0])));

    private static SyntaxTrivia LineEnd(SyntaxNode statement) => statement.DescendantTrivia().FirstOrDefault(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)) is var end && end.IsKind(SyntaxKind.EndOfLineTrivia)
        ? SyntaxFactory.ElasticEndOfLine(end.ToString()) : SyntaxFactory.ElasticCarriageReturnLineFeed;
}
