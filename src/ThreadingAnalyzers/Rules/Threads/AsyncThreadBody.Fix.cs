using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>Gives the async lambda to <c>Task.Run</c>, where nothing but the start is done with the thread or work item.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class AsyncThreadBodyFix() : Fix(AsyncThreadBody.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<LambdaExpressionSyntax>() is not { } lambda || !lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword)
            || WithoutParameters(lambda, finding.Model) is not { } body
            || Started(lambda, finding.Model) is not var (statement, start)
            || finding.Model.LookupSymbols(statement.SpanStart, name: "_").Any())
            yield break;

        var run = SyntaxFactory.ParseExpression("global::System.Threading.Tasks.Task.Run").WithAdditionalAnnotations(Simplifier.Annotation);
        var call = SyntaxFactory.InvocationExpression(run, SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(body))));
        var discard = SyntaxFactory.ExpressionStatement(SyntaxFactory.AssignmentExpression(
            SyntaxKind.SimpleAssignmentExpression,
            SyntaxFactory.IdentifierName("_").WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxFactory.Token(SyntaxKind.EqualsToken).WithTrailingTrivia(SyntaxFactory.Space),
            call));
        yield return new Remedy("Use Task.Run", editor =>
        {
            editor.ReplaceNode(statement, discard.WithLeadingTrivia(statement.GetLeadingTrivia()).WithTrailingTrivia((start ?? statement).GetTrailingTrivia()));
            if (start is not null)
                editor.RemoveNode(start, SyntaxRemoveOptions.KeepNoTrivia);
        });
    }

    /// <summary>
    /// The statement that starts the work and nothing else, or the declaration of a thread and the start that follows it at once.
    /// </summary>
    private static (StatementSyntax Statement, StatementSyntax? Start)? Started(LambdaExpressionSyntax lambda, SemanticModel model)
    {
        if (lambda.Parent is not ArgumentSyntax { Parent: ArgumentListSyntax { Arguments: var arguments, Parent: { } maker } })
            return null;
        switch (maker)
        {
            case InvocationExpressionSyntax { Parent: ExpressionStatementSyntax statement } when arguments.Count == 1
                && model.GetSymbolInfo(maker).Symbol is { Name: nameof(ThreadPool.QueueUserWorkItem) }:
                return (statement, null);
            // Whoever gives a stack size or sets a property means a thread, and not just work that runs beside.
            case BaseObjectCreationExpressionSyntax { Initializer: null } when arguments.Count == 1:
                return maker.Parent switch
                {
                    MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0, Parent: ExpressionStatementSyntax statement } } => (statement, null),
                    EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { Parent: BlockSyntax block } declaration } } variable }
                        when block.Statements.ElementAtOrDefault(block.Statements.IndexOf(declaration) + 1) is ExpressionStatementSyntax start
                        && IsStartOf(variable.Identifier.ValueText, start) && !start.GetLeadingTrivia().Any(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia))
                        && block.DescendantTokens().Count(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == variable.Identifier.ValueText) == 2 => (declaration, start),
                    _ => null,
                };
            default: return null;
        }
    }

    private static bool IsStartOf(string thread, ExpressionStatementSyntax statement) => statement.Expression is InvocationExpressionSyntax
    {
        ArgumentList.Arguments.Count: 0,
        Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax receiver, Name.Identifier.ValueText: nameof(Thread.Start) },
    } && receiver.Identifier.ValueText == thread;

    /// <summary>The lambda without its state parameter; null where it uses that.</summary>
    private static ParenthesizedLambdaExpressionSyntax? WithoutParameters(LambdaExpressionSyntax lambda, SemanticModel model)
    {
        if (model.GetSymbolInfo(lambda).Symbol is not IMethodSymbol { Parameters: var parameters })
            return null;
        var used = lambda.Body.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>()
            .Any(name => parameters.Any(parameter => parameter.Name == name.Identifier.ValueText));
        return used ? null : lambda switch
        {
            ParenthesizedLambdaExpressionSyntax { ParameterList.Parameters.Count: 0 } plain => plain.WithoutLeadingTrivia().WithoutTrailingTrivia(),
            ParenthesizedLambdaExpressionSyntax { ParameterList: var list } parenthesized => parenthesized
                .WithParameterList(SyntaxFactory.ParameterList().WithTriviaFrom(list)).WithoutLeadingTrivia().WithoutTrailingTrivia(),
            SimpleLambdaExpressionSyntax simple => SyntaxFactory.ParenthesizedLambdaExpression(
                simple.AsyncKeyword, SyntaxFactory.ParameterList().WithTriviaFrom(simple.Parameter), simple.ArrowToken, simple.Body).WithoutLeadingTrivia().WithoutTrailingTrivia(),
            _ => null,
        };
    }
}
