using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>Disposes the registration at the end of an async method that goes on to await what the callback is for.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class RegistrationNotReleasedFix() : Fix(RegistrationNotReleased.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (((CSharpParseOptions)finding.Root.SyntaxTree.Options).LanguageVersion < LanguageVersion.CSharp8
            || finding.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call || finding.Model.GetOperation(call, finding.Cancellation) is not IInvocationOperation operation
            || !Registrations.IsOfToken(operation.TargetMethod, KnownTypes.Of(finding.Model.Compilation)) || call.Parent is not ExpressionStatementSyntax { Parent: BlockSyntax { Parent: MethodDeclarationSyntax or LocalFunctionStatementSyntax } block } statement
            || finding.Model.GetDeclaredSymbol(block.Parent!, finding.Cancellation) is not IMethodSymbol { IsAsync: true }
            || !block.Statements.SkipWhile(other => other != statement).Skip(1).Any(other => other.DescendantNodes(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).OfType<AwaitExpressionSyntax>().Any()))
            yield break;
        var name = FreeName.In(block.Parent!, "registration", finding.Model, call.SpanStart);
        var kept = SyntaxFactory.LocalDeclarationStatement(SyntaxFactory.VariableDeclaration(SyntaxFactory.IdentifierName("var"), SyntaxFactory.SingletonSeparatedList(
                SyntaxFactory.VariableDeclarator(SyntaxFactory.Identifier(name), null, SyntaxFactory.EqualsValueClause(call.WithoutTrivia())))))
            .WithUsingKeyword(SyntaxFactory.Token(SyntaxKind.UsingKeyword)).NormalizeWhitespace();
        kept = kept.ReplaceNode(kept.Declaration.Variables[0].Initializer!.Value, call.WithoutTrivia()).WithTriviaFrom(statement).WithAdditionalAnnotations(Formatter.Annotation);
        yield return new Remedy("Keep and dispose it", editor => editor.ReplaceNode(statement, kept));
    }
}
