using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Collections;

/// <summary>
/// Stores Lazy values in a private dictionary whose every use is seen and can be changed. A Lazy keeps what its factory throws,
/// where the dictionary asked again; therefore only where the factory gives a task or does nothing that may throw.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class FactoryRunsTwiceFix() : Fix(FactoryRunsTwice.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var model = finding.Model;
        if (finding.Node.AncestorsAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault(call => call.ArgumentList.Span.Contains(finding.Node.Span)) is not { Expression: MemberAccessExpressionSyntax { Expression: var dictionary } }
            || model.GetSymbolInfo(dictionary, finding.Cancellation).Symbol is not IFieldSymbol { IsReadOnly: true, DeclaredAccessibility: Accessibility.Private, ContainingType.DeclaringSyntaxReferences.Length: 1, Type: INamedTypeSymbol { TypeArguments: [_, { } value] } type } field
            || KnownTypes.Of(model.Compilation)[type] != KnownType.SafeCollection
            || field.DeclaringSyntaxReferences is not [{ } declared] || declared.GetSyntax(finding.Cancellation) is not VariableDeclaratorSyntax { Initializer.Value: var creation, Parent: VariableDeclarationSyntax { Type: GenericNameSyntax { TypeArgumentList.Arguments: [_, var written] }, Variables.Count: 1 } }
            || Retyped(creation, written) is not { } retyped)
            yield break;
        var changes = new List<(SyntaxNode Old, SyntaxNode New)>(retyped) { (written, LazyOf(written).WithTriviaFrom(written)) };
        foreach (var use in AtomicUpdate.Uses(field, finding.Root, finding))
            if (Adapted(use, written, value, finding) is { } change)
                changes.AddRange(change);
            else
                yield break;
        yield return new Remedy("Use Lazy values", editor =>
        {
            foreach (var (old, @new) in changes)
                editor.ReplaceNode(old, @new);
        });
    }

    /// <summary>The creation of an empty dictionary with the other type of value; null for another one.</summary>
    private static IReadOnlyList<(SyntaxNode, SyntaxNode)>? Retyped(ExpressionSyntax creation, TypeSyntax value) => creation switch
    {
        ImplicitObjectCreationExpressionSyntax { Initializer: null } => [],
        ObjectCreationExpressionSyntax { Initializer: null, Type: GenericNameSyntax { TypeArgumentList.Arguments: [_, var written] } } when SyntaxFactory.AreEquivalent(written, value) => [(written, LazyOf(written).WithTriviaFrom(written))],
        _ => null,
    };

    /// <summary>What becomes of one use of the dictionary; null where that is not certain.</summary>
    private static IReadOnlyList<(SyntaxNode, SyntaxNode)>? Adapted(ExpressionSyntax use, TypeSyntax written, ITypeSymbol value, Finding finding)
    {
        if (use.Parent is not MemberAccessExpressionSyntax member || member.Expression != use)
            return null;
        var call = member.Parent as InvocationExpressionSyntax;
        var symbol = finding.Model.GetSymbolInfo((ExpressionSyntax?)call ?? member, finding.Cancellation).Symbol;
        if (symbol is IPropertySymbol property && ConcurrentCollections.IsCount(property) || symbol is IMethodSymbol { Parameters.IsEmpty: true } emptying && ConcurrentCollections.TakesOut(emptying.Name))
            return [];
        switch (symbol is IMethodSymbol method ? ConcurrentCollections.UseOf(method, isDictionary: true) : CollectionUse.None, call?.ArgumentList.Arguments)
        {
            case (CollectionUse.AsksKey, _):
            case (CollectionUse.Removes, [_, { Expression: IdentifierNameSyntax { Identifier.ValueText: "_" } }]):
                return [];
            case (CollectionUse.GetsOrAdds, [_, { Expression: var factory } argument]):
                return Lazily(factory, written, value, finding) is { } lazy
                    ? [(call!, SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression,
                        call!.ReplaceNode(argument, argument.WithExpression(lazy)).WithoutTrivia(), SyntaxFactory.IdentifierName("Value")).WithTriviaFrom(call))]
                    : null;
            default:
                return null;
        }
    }

    private static ExpressionSyntax? Lazily(ExpressionSyntax factory, TypeSyntax written, ITypeSymbol value, Finding finding)
    {
        var model = finding.Model;
        if (!Values.IsTask(value, KnownTypes.Of(model.Compilation)) && !(model.GetOperation(factory)?.Unconverted() is { } made && Work.Of(made)?.Body is { } body && Caught.FirstEscape(body) is null && !body.OwnOperations().Any(operation => operation is IObjectCreationOperation or IInvocationOperation)))
            return null;
        switch (factory)
        {
            case LambdaExpressionSyntax lambda when !HasLines(lambda) && lambda is SimpleLambdaExpressionSyntax or ParenthesizedLambdaExpressionSyntax { ParameterList.Parameters.Count: 1 }:
                var inner = SyntaxFactory.ParenthesizedLambdaExpression(lambda.AsyncKeyword, SyntaxFactory.ParameterList().WithTrailingTrivia(SyntaxFactory.Space), lambda.ArrowToken, lambda.Body.WithoutTrivia());
                var lazy = Lazy(written, inner);
                return lambda is SimpleLambdaExpressionSyntax simple ? simple.WithAsyncKeyword(default).WithParameter(simple.Parameter.WithLeadingTrivia(lambda.GetLeadingTrivia())).WithBody(lazy)
                    : ((ParenthesizedLambdaExpressionSyntax)lambda).WithAsyncKeyword(default).WithBody(lazy);
            case IdentifierNameSyntax group when model.GetSymbolInfo(group).Symbol is IMethodSymbol:
                var key = FreeName.In(group.FirstAncestorOrSelf<MemberDeclarationSyntax>()!, "key", model, group.SpanStart);
                return SyntaxFactory.SimpleLambdaExpression(SyntaxFactory.Parameter(SyntaxFactory.Identifier(key).WithTrailingTrivia(SyntaxFactory.Space)),
                    Lazy(written, SyntaxFactory.ParseExpression($"() => {group}({key})"))).WithArrowToken(SyntaxFactory.Token(SyntaxKind.EqualsGreaterThanToken).WithTrailingTrivia(SyntaxFactory.Space));
            default:
                return null;
        }
    }

    // A block would have to be laid out anew, one level deeper.
    private static bool HasLines(SyntaxNode node) => node.ToString().IndexOf('\n') >= 0;

    private static ObjectCreationExpressionSyntax Lazy(TypeSyntax value, ExpressionSyntax factory) => SyntaxFactory.ObjectCreationExpression(
        SyntaxFactory.Token(SyntaxKind.NewKeyword).WithTrailingTrivia(SyntaxFactory.Space), LazyOf(value), SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(factory))), null);

    private static TypeSyntax LazyOf(TypeSyntax value) => SyntaxFactory.ParseTypeName($"global::System.Lazy<{value.WithoutTrivia()}>").WithAdditionalAnnotations(Simplifier.Annotation);
}
