using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>Says that the task is dropped on purpose, or awaits it at the top level of a program.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class DroppedTaskFix() : Fix(DroppedTask.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { Parent: ExpressionStatementSyntax or ArrowExpressionClauseSyntax or LambdaExpressionSyntax } call)
            yield break;
        if (!finding.Model.LookupSymbols(call.SpanStart, name: "_").Any() && ((CSharpParseOptions)call.SyntaxTree.Options).LanguageVersion >= LanguageVersion.CSharp7)
            yield return new Remedy("Discard it", editor => editor.ReplaceNode(call, SyntaxFactory.AssignmentExpression(SyntaxKind.SimpleAssignmentExpression,
                SyntaxFactory.IdentifierName("_").WithTrailingTrivia(SyntaxFactory.Space),
                SyntaxFactory.Token(SyntaxKind.EqualsToken).WithTrailingTrivia(SyntaxFactory.Space), call.WithoutTrivia()).WithTriviaFrom(call)));
        if (call.Ancestors().TakeWhile(node => node is not GlobalStatementSyntax).All(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax or LockStatementSyntax))
            && call.Ancestors().OfType<GlobalStatementSyntax>().Any())
            yield return new Remedy("Await it", editor => editor.ReplaceNode(call, SyntaxFactory.AwaitExpression(
                SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space), call.WithoutTrivia()).WithTriviaFrom(call)));
    }
}
