using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>Does not go on when the wait gave up: a member that only cleans up leaves the rest to the finalizers, another one fails.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class TimedJoinIgnoredFix() : Fix(TimedJoinIgnored.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { Parent: BlockSyntax or GlobalStatementSyntax } statement
            || statement.Ancestors().FirstOrDefault(node => node is MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax) is not { } member)
            yield break;
        var wait = statement.Expression.WithoutTrivia();
        var failed = wait is ConditionalAccessExpressionSyntax
            ? SyntaxFactory.BinaryExpression(SyntaxKind.EqualsExpression, wait, SyntaxFactory.LiteralExpression(SyntaxKind.FalseLiteralExpression))
            : (ExpressionSyntax)SyntaxFactory.PrefixUnaryExpression(SyntaxKind.LogicalNotExpression, wait);
        var test = SyntaxFactory.IfStatement(failed.WithAdditionalAnnotations(Formatter.Annotation), Failure(finding.Model, member, wait))
            .WithLeadingTrivia(statement.GetLeadingTrivia()).WithTrailingTrivia(statement.GetTrailingTrivia())
            .WithAdditionalAnnotations(Formatter.Annotation);
        yield return new Remedy("Test the result", editor => editor.ReplaceNode(statement, test));
    }

    private static StatementSyntax Failure(SemanticModel model, SyntaxNode member, ExpressionSyntax wait) =>
        // To throw while an object is disposed hides what went wrong before.
        member is MethodDeclarationSyntax && model.GetDeclaredSymbol(member) is IMethodSymbol { ReturnsVoid: true } method && Api.StopMembers.IsStop(method)
            ? SyntaxFactory.ReturnStatement()
            : SyntaxFactory.ThrowStatement(SyntaxFactory.ObjectCreationExpression(SyntaxFactory.ParseTypeName("global::System.TimeoutException").WithAdditionalAnnotations(Simplifier.Annotation)).WithArgumentList(SyntaxFactory.ArgumentList()));
}
