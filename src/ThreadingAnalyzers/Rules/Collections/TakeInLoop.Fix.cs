using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Collections;

/// <summary>Makes an enumeration of the loop whose first statement takes the element.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class TakeInLoopFix() : Fix(TakeInLoop.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not
            {
                Expression: MemberAccessExpressionSyntax { Expression: var queue },
                Parent: EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { Parent: BlockSyntax { Statements: [var first, ..] } body } taken } declaration } variable },
            }
            || first != taken || body.Parent is not (WhileStatementSyntax or ForStatementSyntax { Declaration: null, Incrementors.Count: 0 }) || body.Statements.Count == 1
            // The variable of an enumeration is read-only.
            || finding.Model.AnalyzeDataFlow(body) is not { Succeeded: true } flow || flow.WrittenInside.Count(written => written.Name == variable.Identifier.ValueText) == 0
            || IsWrittenAgain(body, variable.Identifier.ValueText))
            yield break;
        var loop = (StatementSyntax)body.Parent;
        yield return new Remedy("Use GetConsumingEnumerable", editor => editor.ReplaceNode(loop, SyntaxFactory.ForEachStatement(
                declaration.Type.WithoutTrivia(), variable.Identifier.WithoutTrivia(),
                SyntaxFactory.InvocationExpression(SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, queue.WithoutTrivia(), SyntaxFactory.IdentifierName("GetConsumingEnumerable"))),
                body.WithStatements(WithComments(body.Statements.RemoveAt(0), taken)))
            .WithTriviaFrom(loop).WithAdditionalAnnotations(Formatter.Annotation)));
    }

    /// <summary>What is said of the taking stays above what follows.</summary>
    private static SyntaxList<StatementSyntax> WithComments(SyntaxList<StatementSyntax> rest, StatementSyntax taken) =>
        taken.GetLeadingTrivia().Any(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia)) ? rest.Replace(rest[0], rest[0].WithLeadingTrivia(taken.GetLeadingTrivia())) : rest;

    private static bool IsWrittenAgain(BlockSyntax body, string name) => body.DescendantNodes().Any(node => node switch
    {
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax target } => target.Identifier.ValueText == name,
        PostfixUnaryExpressionSyntax { Operand: IdentifierNameSyntax target } => target.Identifier.ValueText == name,
        PrefixUnaryExpressionSyntax { Operand: IdentifierNameSyntax target } step => target.Identifier.ValueText == name && step.Kind() is SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression,
        ArgumentSyntax { RefKindKeyword.RawKind: not 0, Expression: IdentifierNameSyntax target } => target.Identifier.ValueText == name,
        _ => false,
    });
}
