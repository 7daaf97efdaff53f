using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>Whether anybody looks at the value of an expression; only then must a mended one have the same.</summary>
internal static class UnusedValue
{
    /// <summary>Whether the value is certainly not used: a statement, a loop's step, the body of work whose result nobody asks for.</summary>
    public static bool Is(ExpressionSyntax expression, SemanticModel model) => expression.Parent switch
    {
        ExpressionStatementSyntax => true,
        ParenthesizedExpressionSyntax parenthesized => Is(parenthesized, model),
        AwaitExpressionSyntax awaited => Is(awaited, model),
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" } } discard when discard.Right == expression => Is(discard, model),
        ForStatementSyntax loop => loop.Condition != expression,
        ArrowExpressionClauseSyntax arrow => ReturnsNothing(arrow.Parent, model),
        AnonymousFunctionExpressionSyntax lambda => ReturnsNothing(lambda, model) || lambda.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } && IsTask(call, model) && Is(call, model),
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } => IsTask(expression, model) && (IsPlainTask(expression, model) || AreUnused(variable, model)),
        ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } => IsTask(expression, model) && (IsPlainTask(expression, model) || IsWaiting(call, model) && Is(call, model)),
        MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax wait } => IsTask(expression, model) && model.GetTypeInfo(wait).Type?.SpecialType is SpecialType.System_Void or SpecialType.System_Boolean,
        _ => IsTask(expression, model) && IsPlainTask(expression, model),
    };

    private static bool ReturnsNothing(SyntaxNode? function, SemanticModel model) => function switch
    {
        AnonymousFunctionExpressionSyntax => model.GetSymbolInfo(function).Symbol is IMethodSymbol { ReturnsVoid: true },
        AccessorDeclarationSyntax or MethodDeclarationSyntax or LocalFunctionStatementSyntax or ConstructorDeclarationSyntax => model.GetDeclaredSymbol(function) is IMethodSymbol { ReturnsVoid: true },
        _ => false,
    };

    private static bool AreUnused(VariableDeclaratorSyntax variable, SemanticModel model) => model.GetDeclaredSymbol(variable) is ILocalSymbol local
        && variable.Ancestors().OfType<MemberDeclarationSyntax>().FirstOrDefault(member => member is not GlobalStatementSyntax) is var member
        && (member ?? variable.SyntaxTree.GetRoot()).DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name => name.Identifier.ValueText == local.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name).Symbol, local))
            .All(name => Is(name, model));

    private static bool IsTask(ExpressionSyntax expression, SemanticModel model) => KnownTypes.Of(model.Compilation)[model.GetTypeInfo(expression).Type] is KnownType.Task or KnownType.TaskOfT;

    /// <summary>Whether the task goes on as one that has no result.</summary>
    private static bool IsPlainTask(ExpressionSyntax expression, SemanticModel model) => KnownTypes.Of(model.Compilation)[model.GetTypeInfo(expression).ConvertedType] is KnownType.Task;

    private static bool IsWaiting(InvocationExpressionSyntax call, SemanticModel model) => KnownTypes.Of(model.Compilation)[model.GetSymbolInfo(call).Symbol?.ContainingType] is KnownType.Task;
}
