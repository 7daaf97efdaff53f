using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>Throws where the attempt did not take the lock, so that nothing runs without it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class TryEnterIgnoredFix() : Fix(TryEnterIgnored.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        // An attempt with a flag has no result; what is kept is meant for something else.
        if (finding.Node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { Parent: BlockSyntax or GlobalStatementSyntax } statement || statement.Expression is AssignmentExpressionSyntax
            || finding.Model.GetTypeInfo(statement.Expression, finding.Cancellation).Type is not { SpecialType: SpecialType.System_Boolean }
            || statement.Ancestors().OfType<FinallyClauseSyntax>().Any())
            yield break;
        yield return new Remedy("Test the result", editor =>
        {
            var failed = SyntaxFactory.ParseExpression("new System.TimeoutException()");
            failed = failed.ReplaceNode(((ObjectCreationExpressionSyntax)failed).Type, ((ObjectCreationExpressionSyntax)failed).Type.WithAdditionalAnnotations(Simplifier.Annotation));
            editor.ReplaceNode(statement, SyntaxFactory.IfStatement(
                    SyntaxFactory.PrefixUnaryExpression(SyntaxKind.LogicalNotExpression, statement.Expression.WithoutTrivia()),
                    SyntaxFactory.ThrowStatement(failed))
                .WithTriviaFrom(statement).WithAdditionalAnnotations(Formatter.Annotation));
        });
    }
}
