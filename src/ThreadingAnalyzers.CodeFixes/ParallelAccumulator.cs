using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>
/// A parallel loop that adds to one captured integer, rewritten to the overload that gives each thread its own sum and adds
/// the sums up at the end: no update is shared any more but one a thread.
/// </summary>
internal static class ParallelAccumulator
{
    /// <summary>The rewriting of the loop around the finding, or null where it would change more than that.</summary>
    public static Remedy? Remedy(Finding finding)
    {
        var model = finding.Model;
        if (finding.Node is not IdentifierNameSyntax name
            || model.GetSymbolInfo(name, finding.Cancellation).Symbol is not { Kind: SymbolKind.Local or SymbolKind.Parameter } sum
            || AtomicUpdate.TypeOf(sum) is not { SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 } type
            || name.FirstAncestorOrSelf<LambdaExpressionSyntax>() is not { AsyncKeyword.RawKind: (int)SyntaxKind.None, Parent: ArgumentSyntax argument } lambda
            || Parameter(lambda) is not { } item || !IsLoopBody(argument, model)
            || AtomicUpdate.Of(name, model) is not { } update || !update.Fits(sum, model)
            || AtomicUpdate.Uses(sum, lambda, finding).Count() != 1
            || IsUsedByOthers(sum, lambda, finding))
            return null;

        var taken = new HashSet<string>(finding.Root.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText));
        var local = Enumerable.Range(1, int.MaxValue).Select(number => number == 1 ? "local" : "local" + number).First(free => !taken.Contains(free));
        var state = !taken.Contains("_") ? "_" : Enumerable.Range(1, int.MaxValue).Select(number => number == 1 ? "state" : "state" + number).First(free => !taken.Contains(free));
        if (Body(lambda, update, local, model) is not { } body)
            return null;

        var list = (ArgumentListSyntax)argument.Parent!;
        var zero = type.SpecialType == SpecialType.System_Int64 ? "0L" : "0";
        var merge = AtomicUpdate.Call(nameof(System.Threading.Interlocked.Add), SyntaxFactory.IdentifierName(sum.Name), SyntaxFactory.IdentifierName(local));
        var init = SyntaxFactory.Argument(SyntaxFactory.ParseExpression($"() => {zero}"));
        var loop = SyntaxFactory.Argument(((ParenthesizedLambdaExpressionSyntax)SyntaxFactory.ParseExpression($"({item}, {state}, {local}) => 0")).WithArrowToken(lambda.ArrowToken).WithBody(body));
        var end = SyntaxFactory.Argument(((SimpleLambdaExpressionSyntax)SyntaxFactory.ParseExpression($"{local} => 0")).WithBody(merge)).WithTrailingTrivia(argument.GetTrailingTrivia());
        return new Remedy("Use the thread-local overload", editor => editor.ReplaceNode(list, WithLast(list, init.WithLeadingTrivia(argument.GetLeadingTrivia()), loop, end)));
    }

    /// <summary>The list with other arguments in the place of its last one.</summary>
    private static ArgumentListSyntax WithLast(ArgumentListSyntax list, params ArgumentSyntax[] last)
    {
        var nodes = list.Arguments.GetWithSeparators().Take(2 * (list.Arguments.Count - 1)).ToList();
        foreach (var argument in last)
        {
            if (argument != last[0])
                nodes.Add(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space));
            nodes.Add(argument);
        }
        return list.WithArguments(SyntaxFactory.SeparatedList<ArgumentSyntax>(new SyntaxNodeOrTokenList(nodes)));
    }

    private static string? Parameter(LambdaExpressionSyntax lambda) => lambda switch
    {
        SimpleLambdaExpressionSyntax simple => simple.Parameter.Identifier.ValueText,
        ParenthesizedLambdaExpressionSyntax { ParameterList.Parameters: [{ Type: null } only] } => only.Identifier.ValueText,
        _ => null,
    };

    /// <summary>Whether the argument is the last of a <c>Parallel.For</c> or <c>ForEach</c> that has nothing but bounds or source, options and body.</summary>
    private static bool IsLoopBody(ArgumentSyntax argument, SemanticModel model) =>
        argument.Parent is ArgumentListSyntax { Arguments: var all, Parent: InvocationExpressionSyntax { Expression: not MemberAccessExpressionSyntax { Name: GenericNameSyntax } } call }
        && all.Last() == argument && all.All(one => one.NameColon is null)
        && model.GetSymbolInfo(call).Symbol is IMethodSymbol method
        && method.Parameters.Count(parameter => parameter.Type.TypeKind == TypeKind.Delegate) == 1
        && KnownTypes.Of(model.Compilation)[method.ContainingType] is KnownType.Parallel;

    /// <summary>Whether another function uses the sum too, which then must see each update at once.</summary>
    private static bool IsUsedByOthers(ISymbol sum, LambdaExpressionSyntax lambda, Finding finding) =>
        AtomicUpdate.Uses(sum, finding.Root, finding).Where(use => !lambda.Span.Contains(use.Span))
            .Any(use => use.Ancestors().TakeWhile(node => !node.Span.Contains(lambda.Span)).Any(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax));

    /// <summary>The loop's body with the thread's own sum, which it returns; null where the sum is nested in another function.</summary>
    private static CSharpSyntaxNode? Body(LambdaExpressionSyntax lambda, AtomicUpdate update, string local, SemanticModel model)
    {
        if (lambda.ExpressionBody == update.Written)
            return update.Added(SyntaxFactory.IdentifierName(local)).WithTriviaFrom(update.Written);
        if (lambda.Block is not { } block || update.Written.Ancestors().TakeWhile(node => node != lambda).Any(IsFunction)
            || update.Written.Parent is not ExpressionStatementSyntax
            || model.AnalyzeControlFlow(block.Statements.First(), block.Statements.Last()) is not { Succeeded: true } flow)
            return null;
        var returns = block.DescendantNodes(node => !IsFunction(node)).OfType<ReturnStatementSyntax>().ToList();
        var give = SyntaxFactory.ReturnStatement(SyntaxFactory.IdentifierName(local).WithLeadingTrivia(SyntaxFactory.Space));
        var changed = block.ReplaceNodes(returns.Cast<SyntaxNode>().Append(update.Target), (original, _) =>
            original is ReturnStatementSyntax ? give.WithTriviaFrom(original) : SyntaxFactory.IdentifierName(local).WithTriviaFrom(original));
        if (!flow.EndPointIsReachable)
            return changed;
        var last = changed.Statements.LastOrDefault();
        var indent = last is null ? default : SyntaxFactory.TriviaList(last.GetLeadingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia)).Take(1));
        return changed.AddStatements(give.WithLeadingTrivia(indent).WithTrailingTrivia(last?.GetTrailingTrivia() ?? default));
    }

    private static bool IsFunction(SyntaxNode node) => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax;
}
