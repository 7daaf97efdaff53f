using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Collections;

/// <summary>Runs the one statement that uses the value only where there is one.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class IgnoredTryResultFix() : Fix(IgnoredTryResult.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { Parent: ExpressionStatementSyntax { Parent: BlockSyntax block } statement } call
            || call.ArgumentList.Arguments.Select(argument => argument.Expression).OfType<DeclarationExpressionSyntax>().FirstOrDefault() is not { Designation: SingleVariableDesignationSyntax { Identifier.ValueText: var name } })
            yield break;
        var rest = block.Statements.SkipWhile(other => other != statement).Skip(1).ToList();
        if (rest is not [ExpressionStatementSyntax next, ..] || !Names(next, name) || rest.Skip(1).Any(other => Names(other, name)))
            yield break;
        yield return new Remedy("Test the result", editor =>
        {
            editor.RemoveNode(next, SyntaxRemoveOptions.KeepUnbalancedDirectives);
            editor.ReplaceNode(statement, SyntaxFactory.IfStatement(call.WithoutTrivia(), next.WithoutLeadingTrivia().WithTrailingTrivia(next.GetTrailingTrivia()))
                .WithLeadingTrivia(statement.GetLeadingTrivia()).WithAdditionalAnnotations(Formatter.Annotation));
        });
    }

    private static bool Names(SyntaxNode code, string name) => code.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == name);
}
