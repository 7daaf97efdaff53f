using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ThreadingAnalyzers.Flow;

/// <summary>Of which type the object in a member is, where its declaration tells an interface only: <c>private readonly IList&lt;int&gt; sizes = new List&lt;int&gt;();</c>.</summary>
internal static class Making
{
    /// <summary>The type of all objects that the member is ever given; null where one may come from elsewhere, or is of another type.</summary>
    /// <param name="member">A field or automatic property.</param>
    /// <param name="model">Of the text that declares the member's type as a whole.</param>
    public static ITypeSymbol? Of(ISymbol member, SemanticModel model, CancellationToken cancellation)
    {
        if (!IsSetByItsTypeOnly(member) || member.ContainingType.DeclaringSyntaxReferences is not [var declared] || declared.SyntaxTree != model.SyntaxTree)
            return null;
        ITypeSymbol? made = null;
        foreach (var node in declared.GetSyntax(cancellation).DescendantNodes())
        {
            if (Given(node, member.Name) is not { } value || !IsOf(node, member, model, cancellation) || value.IsKind(SyntaxKind.NullLiteralExpression))
                continue;
            if (value is not BaseObjectCreationExpressionSyntax || model.GetTypeInfo(value, cancellation).Type is not { TypeKind: TypeKind.Class } type || made is not null && !SymbolEqualityComparer.Default.Equals(made, type))
                return null;
            made = type;
        }
        return made;
    }

    private static bool IsSetByItsTypeOnly(ISymbol member) => member switch
    {
        IFieldSymbol field => field.IsReadOnly || field.DeclaredAccessibility == Accessibility.Private,
        IPropertySymbol property => property.SetMethod is null or { DeclaredAccessibility: Accessibility.Private },
        _ => false,
    };

    /// <summary>What a member of that name is given here; the node itself where that is not known.</summary>
    private static SyntaxNode? Given(SyntaxNode node, string name) => node switch
    {
        VariableDeclaratorSyntax { Identifier.ValueText: var declared, Initializer.Value: { } value } => declared == name ? value : null,
        PropertyDeclarationSyntax { Identifier.ValueText: var declared, Initializer.Value: { } value } => declared == name ? value : null,
        AssignmentExpressionSyntax { Left: TupleExpressionSyntax several } => several.Arguments.Any(argument => Named(argument.Expression) == name) ? node : null,
        AssignmentExpressionSyntax { Left: var target, Right: var value } => Named(target) == name ? value : null,
        ArgumentSyntax { Expression: var lent, RefKindKeyword.RawKind: not 0 } => Named(lent) == name ? node : null,
        RefExpressionSyntax { Expression: var lent } => Named(lent) == name ? node : null,
        _ => null,
    };

    private static string? Named(ExpressionSyntax target) => target switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } => name,
        _ => null,
    };

    /// <summary>Whether it is the member that is given something, and not another one of its name.</summary>
    private static bool IsOf(SyntaxNode node, ISymbol member, SemanticModel model, CancellationToken cancellation)
    {
        var named = node switch
        {
            VariableDeclaratorSyntax or PropertyDeclarationSyntax => model.GetDeclaredSymbol(node, cancellation),
            AssignmentExpressionSyntax { Left: not TupleExpressionSyntax and var target } => model.GetSymbolInfo(target, cancellation).Symbol,
            _ => member,
        };
        return SymbolEqualityComparer.Default.Equals(named?.OriginalDefinition, member);
    }
}
