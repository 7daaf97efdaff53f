using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>Uses the loop that awaits its bodies, where the framework has it and the code around can await.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class AsyncLambdaInParallelFix() : Fix(AsyncLambdaInParallel.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<LambdaExpressionSyntax>() is not { Parent: ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax loop, Parent: ExpressionStatementSyntax statement } call } argument } lambda
            || call.ArgumentList.Arguments.Last() != argument
            || finding.Model.GetSymbolInfo(call, finding.Cancellation).Symbol is not IMethodSymbol { Parameters: [var first, ..] } method
            || WithToken(lambda, finding) is not { } body || !CanAwait(statement))
            yield break;

        var name = method.Name + "Async";
        // A partitioner has no async loop.
        if (loop.Name is not IdentifierNameSyntax || method.ContainingType.GetMembers(name).IsEmpty || first.Type.Name.EndsWith("Partitioner", StringComparison.Ordinal))
            yield break;
        yield return new Remedy($"Use Parallel.{name}", editor => editor.ReplaceNode(statement, statement.WithExpression(SyntaxFactory.AwaitExpression(
            SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithLeadingTrivia(call.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.Space),
            call.ReplaceNode(lambda, body).WithoutLeadingTrivia() is var moved && moved.Expression is MemberAccessExpressionSyntax access
                ? moved.WithExpression(access.WithName(SyntaxFactory.IdentifierName(name)))
                : moved))));
    }

    /// <summary>The lambda with the token that the async loop gives as its second parameter; null for more than one parameter.</summary>
    private static LambdaExpressionSyntax? WithToken(LambdaExpressionSyntax lambda, Finding finding)
    {
        var token = FreeName.In(lambda.Ancestors().OfType<MemberDeclarationSyntax>().First(), "cancellation", finding.Model, lambda.Body.SpanStart);
        return lambda switch
        {
            SimpleLambdaExpressionSyntax simple => SyntaxFactory.ParenthesizedLambdaExpression(simple.AsyncKeyword, Parameters(simple.Parameter, token), simple.ArrowToken, simple.Body),
            ParenthesizedLambdaExpressionSyntax { ParameterList.Parameters: [{ Type: null } only] } parenthesized => parenthesized.WithParameterList(Parameters(only, token)),
            _ => null,
        };
    }

    private static ParameterListSyntax Parameters(ParameterSyntax item, string token) => SyntaxFactory.ParameterList(SyntaxFactory.SeparatedList(
        new[] { item.WithoutTrivia(), SyntaxFactory.Parameter(SyntaxFactory.Identifier(token)) },
        [SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space)])).WithTrailingTrivia(SyntaxFactory.Space);

    private static bool CanAwait(StatementSyntax statement)
    {
        foreach (var node in statement.Ancestors())
            switch (node)
            {
                case LockStatementSyntax or UnsafeStatementSyntax: return false;
                case AnonymousFunctionExpressionSyntax function: return function.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword);
                case LocalFunctionStatementSyntax local: return local.Modifiers.Any(SyntaxKind.AsyncKeyword);
                case MethodDeclarationSyntax method: return method.Modifiers.Any(SyntaxKind.AsyncKeyword);
                case GlobalStatementSyntax: return true;
                case MemberDeclarationSyntax: return false;
            }
        return false;
    }
}
