using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>Repeats the test inside the lock statement.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class BrokenDoubleCheckFix() : Fix(BrokenDoubleCheck.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<IfStatementSyntax>() is not { Else: null } test || !test.Condition.Span.Contains(finding.Node.Span))
            yield break;
        if (Lock(test.Statement is BlockSyntax block ? block.Statements : SyntaxFactory.SingletonList(test.Statement)) is { } inner)
            yield return new Remedy("Test again inside the lock", editor => editor.ReplaceNode(inner, inner.WithStatement(Inside(test, inner.Statement)).WithAdditionalAnnotations(Formatter.Annotation)));
        else if (test.Parent is BlockSyntax outer && Lock(outer.Statements.SkipWhile(statement => statement != test).Skip(1)) is { Statement: BlockSyntax held } behind)
            yield return new Remedy("Test again inside the lock", editor => editor.ReplaceNode(behind, behind.WithStatement(
                held.WithStatements(held.Statements.Insert(0, test.WithLeadingTrivia().WithTrailingTrivia(LineEnd(held)).WithAdditionalAnnotations(Formatter.Annotation)))).WithAdditionalAnnotations(Formatter.Annotation)));
    }

    private static LockStatementSyntax? Lock(IEnumerable<StatementSyntax> statements) => statements.OfType<LockStatementSyntax>().FirstOrDefault();

    private static IEnumerable<SyntaxTrivia> LineEnd(BlockSyntax block) => block.OpenBraceToken.TrailingTrivia.Where(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia));

    private static StatementSyntax Inside(IfStatementSyntax test, StatementSyntax held)
    {
        var again = SyntaxFactory.IfStatement(test.Condition.WithoutTrivia(), held.WithoutTrailingTrivia()).WithAdditionalAnnotations(Formatter.Annotation);
        return held is BlockSyntax { Statements.Count: > 1 } block
            ? block.WithStatements(SyntaxFactory.SingletonList<StatementSyntax>(again.WithStatement(block.WithoutTrivia()).WithTrailingTrivia(LineEnd(block)))).WithAdditionalAnnotations(Formatter.Annotation)
            : held is BlockSyntax { Statements: [var only] } single ? single.WithStatements(SyntaxFactory.SingletonList<StatementSyntax>(again.WithStatement(only.WithoutTrailingTrivia()).WithTriviaFrom(only)))
            : again.WithTriviaFrom(held);
    }
}
