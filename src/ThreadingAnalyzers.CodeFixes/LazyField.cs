using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>A private field that gets its value when it is first asked for, and could be a <c>Lazy</c> of it.</summary>
/// <param name="Field">The field.</param>
/// <param name="Declarator">Where it is declared.</param>
/// <param name="Declaration">The declaration, of this field alone.</param>
/// <param name="Model">The meaning of the document.</param>
internal sealed record LazyField(IFieldSymbol Field, VariableDeclaratorSyntax Declarator, FieldDeclarationSyntax Declaration, SemanticModel Model)
{
    /// <summary>The field, where all its uses can be seen and it begins empty; null where not.</summary>
    public static LazyField? Of(ISymbol? symbol, Finding finding) =>
        symbol is IFieldSymbol { DeclaredAccessibility: Accessibility.Private, IsReadOnly: false, Type.IsReferenceType: true, ContainingType: { TypeKind: TypeKind.Class, DeclaringSyntaxReferences.Length: 1 } } field
        && field.DeclaringSyntaxReferences is [var declared] && declared.GetSyntax(finding.Cancellation) is VariableDeclaratorSyntax { Initializer: null or { Value: LiteralExpressionSyntax }, Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: FieldDeclarationSyntax declaration } } declarator
            ? new LazyField(field, declarator, declaration, finding.Model) : null;

    /// <summary>Whether the value is made of what a field's initialiser can see: not of the object, parameters, locals.</summary>
    public bool CanMake(ExpressionSyntax value) => !value.DescendantNodesAndSelf().Any(node => node is ThisExpressionSyntax or BaseExpressionSyntax or AwaitExpressionSyntax
        || node is SimpleNameSyntax && Model.GetSymbolInfo(node).Symbol is { } symbol && !symbol.DeclaringSyntaxReferences.Any(declared => declared.SyntaxTree == value.SyntaxTree && value.Span.Contains(declared.Span))
            && (symbol is ILocalSymbol or IParameterSymbol || symbol is IFieldSymbol or IPropertySymbol or IMethodSymbol or IEventSymbol && !symbol.IsStatic && IsOfThis(node)));

    /// <summary>Declares it as a Lazy of the value.</summary>
    public void Declare(DocumentEditor editor, ExpressionSyntax value)
    {
        var type = Declaration.Declaration.Type is NullableTypeSyntax nullable ? nullable.ElementType : Declaration.Declaration.Type;
        var lazy = Short(SyntaxFactory.ParseTypeName($"global::System.Lazy<{type.WithoutTrivia()}>"));
        var creation = Short(SyntaxFactory.ParseExpression($"new global::System.Lazy<{type.WithoutTrivia()}>(() => {value.WithoutTrivia()})"));
        var declaration = Declaration.WithDeclaration(Declaration.Declaration
            .WithType(lazy.WithTriviaFrom(Declaration.Declaration.Type))
            .WithVariables(SyntaxFactory.SingletonSeparatedList(Declarator.WithInitializer(SyntaxFactory.EqualsValueClause(
                SyntaxFactory.Token(SyntaxKind.EqualsToken).WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(SyntaxFactory.Space), creation)))));
        var @readonly = SyntaxFactory.Token(SyntaxKind.ReadOnlyKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        var @volatile = declaration.Modifiers.FirstOrDefault(modifier => modifier.IsKind(SyntaxKind.VolatileKeyword));
        editor.ReplaceNode(Declaration, @volatile.IsKind(SyntaxKind.None) ? declaration.AddModifiers(@readonly) : declaration.ReplaceToken(@volatile, @readonly.WithTriviaFrom(@volatile)));
    }

    /// <summary>The value of the Lazy, in place of the field.</summary>
    public static ExpressionSyntax Made(ExpressionSyntax field, ExpressionSyntax old) =>
        SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, field.WithoutTrivia(), SyntaxFactory.IdentifierName("Value")).WithTriviaFrom(old);

    private static T Short<T>(T code) where T : SyntaxNode =>
        code.ReplaceNodes(code.DescendantNodesAndSelf().Where(node => node is QualifiedNameSyntax { Left: AliasQualifiedNameSyntax }), (_, current) => current.WithAdditionalAnnotations(Simplifier.Annotation));

    private static bool IsOfThis(SyntaxNode name) => name.Parent is not (MemberAccessExpressionSyntax { Expression: not ThisExpressionSyntax } or MemberBindingExpressionSyntax or AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax })
        || name.Parent is MemberAccessExpressionSyntax access && access.Expression == name
        || name.Parent is AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax } set && set.Right == name;
}
