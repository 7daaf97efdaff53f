using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>Returns a copy, made under the lock that guards the collection: of the type that the member returns.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class EscapingGuardedStateFix() : Fix(EscapingGuardedState.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node is not ExpressionSyntax returned || Copy(returned, finding) is not { } copy)
            yield break;
        if (returned.Ancestors().Any(node => node is LockStatementSyntax))
            yield return new Remedy("Return a copy", editor => editor.ReplaceNode(returned, copy));
        else if (HeldGuard.Around(finding, returned, copy) is { } edit)
            yield return new Remedy("Return a copy", edit);
    }

    /// <summary>The copy as the member's type wants it; null where there is none of the sort, or LINQ is not at hand.</summary>
    private static ExpressionSyntax? Copy(ExpressionSyntax returned, Finding finding)
    {
        var (model, types) = (finding.Model, KnownTypes.Of(finding.Model.Compilation));
        if (model.GetTypeInfo(returned, finding.Cancellation) is not { Type: INamedTypeSymbol type, ConvertedType: INamedTypeSymbol wanted })
            return null;
        var plain = returned.WithoutTrivia();
        var receiver = plain is IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax ? plain : SyntaxFactory.ParenthesizedExpression(plain);
        if (returned is InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0, Expression: MemberAccessExpressionSyntax { Expression: var below } } && model.GetOperation(returned) is IInvocationOperation { TargetMethod: { IsStatic: false } wrap })
            return types[wrap.ContainingType] == KnownType.List && types[model.GetTypeInfo(below).Type] == KnownType.List && HasLinq(model, returned)
                ? Call(Call(below.WithoutTrivia(), "ToList"), wrap.Name).WithTriviaFrom(returned) : null;
        ExpressionSyntax? copy = Sort(wanted, type, types) switch
        {
            "ToArray" when types[type] == KnownType.List || HasLinq(model, returned) => Call(receiver, "ToArray"),
            "ToList" when HasLinq(model, returned) => Call(receiver, "ToList"),
            "new" => SyntaxFactory.ParseExpression($"new {type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToMinimalDisplayString(model, returned.SpanStart)}({plain}{(type.GetMembers("Comparer").IsEmpty ? "" : $", {receiver}.Comparer")})"),
            _ => null,
        };
        return copy?.WithTriviaFrom(returned);
    }

    /// <summary>How a copy is made that converts to the wanted type, or null.</summary>
    private static string? Sort(INamedTypeSymbol wanted, INamedTypeSymbol type, KnownTypes types) => wanted.OriginalDefinition.SpecialType switch
    {
        SpecialType.System_Collections_Generic_IEnumerable_T or SpecialType.System_Collections_Generic_IReadOnlyList_T or SpecialType.System_Collections_Generic_IReadOnlyCollection_T => IsKeyed(type) ? "new" : "ToArray",
        SpecialType.System_Collections_Generic_IList_T => "ToList",
        SpecialType.System_Collections_Generic_ICollection_T => IsKeyed(type) ? "new" : "ToList",
        _ when SymbolEqualityComparer.Default.Equals(wanted.OriginalDefinition, type.OriginalDefinition) => types[type] == KnownType.List ? "ToList" : CanCopy(type, types) ? "new" : null,
        _ when wanted.TypeKind == TypeKind.Interface && CanCopy(type, types) && types[type] == KnownType.Collection => "new",
        _ => null,
    };

    private static bool IsKeyed(INamedTypeSymbol type) => !type.GetMembers("Comparer").IsEmpty;

    /// <summary>Whether the collection has a constructor that copies another of its kind, with the comparer where there is one.</summary>
    private static bool CanCopy(INamedTypeSymbol type, KnownTypes types) => types[type] is KnownType.List or KnownType.Collection && type.IsGenericType
        && type.InstanceConstructors.Any(constructor => constructor.DeclaredAccessibility == Accessibility.Public && constructor.Parameters.Length == (IsKeyed(type) ? 2 : 1)
            && constructor.Parameters[0].Type is INamedTypeSymbol { TypeKind: TypeKind.Interface, IsGenericType: true } source && type.AllInterfaces.Contains(source, SymbolEqualityComparer.Default)
            && (!IsKeyed(type) || SymbolEqualityComparer.Default.Equals(constructor.Parameters[1].Type, type.GetMembers("Comparer").OfType<IPropertySymbol>().FirstOrDefault()?.Type)));

    private static bool HasLinq(SemanticModel model, SyntaxNode at) =>
        model.LookupNamespacesAndTypes(at.SpanStart, name: "Enumerable").OfType<INamedTypeSymbol>().Any(type => KnownTypes.Of(model.Compilation)[type] == KnownType.Enumerable);

    private static InvocationExpressionSyntax Call(ExpressionSyntax receiver, string method) =>
        SyntaxFactory.InvocationExpression(SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, receiver, SyntaxFactory.IdentifierName(method)));
}
