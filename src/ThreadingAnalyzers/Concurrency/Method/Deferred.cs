using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>Values that are made when they are first asked for, by a <c>Lazy</c> that was told that only one thread asks.</summary>
internal static class Deferred
{
    /// <summary>Whether the property asks such a <c>Lazy</c> for its value, and nobody has certainly asked before.</summary>
    public static bool IsUnsafe(IPropertyReferenceOperation property, KnownTypes types) =>
        LazyMembers.IsValue(property.Property, types) && property.Instance?.Unconverted() is { } lazy && Holder(lazy) is { } holder
        && Creations(holder, lazy) is { Count: > 0 } creations && creations.All(LazyMembers.IsForOneThread) && !IsMadeBefore(property, holder);

    private static ISymbol? Holder(IOperation lazy) => lazy switch
    {
        ILocalReferenceOperation { Local: var local } => local,
        IFieldReferenceOperation { Field: var field } => field.OriginalDefinition,
        _ => null,
    };

    /// <summary>All expressions of the file that make what the variable holds; none where one of its values is something else.</summary>
    private static List<BaseObjectCreationExpressionSyntax> Creations(ISymbol holder, IOperation use)
    {
        if (holder.DeclaringSyntaxReferences is not [var reference] || reference.SyntaxTree != use.Syntax.SyntaxTree || reference.GetSyntax() is not VariableDeclaratorSyntax declarator
            || declarator.FirstAncestorOrSelf<SyntaxNode>(node => holder is IFieldSymbol ? node is TypeDeclarationSyntax : node is MemberDeclarationSyntax or CompilationUnitSyntax) is not { } scope)
            return [];
        var values = scope.DescendantNodes().OfType<AssignmentExpressionSyntax>().Where(assignment => Names(assignment.Left, holder.Name)).Select(assignment => assignment.Right).ToList();
        if (declarator.Initializer is { } initializer)
            values.Add(initializer.Value);
        var made = values.OfType<BaseObjectCreationExpressionSyntax>().ToList();
        return made.Count == values.Count ? made : [];
    }

    /// <summary>Whether the code before the work that asks here has asked already: then the value is there, and to read it is harmless.</summary>
    private static bool IsMadeBefore(IPropertyReferenceOperation property, ISymbol holder)
    {
        var member = property.Syntax.FirstAncestorOrSelf<SyntaxNode>(node => node is MemberDeclarationSyntax and not GlobalStatementSyntax or CompilationUnitSyntax);
        var function = property.Syntax.FirstAncestorOrSelf<SyntaxNode>(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax);
        var constructors = property.Syntax.FirstAncestorOrSelf<TypeDeclarationSyntax>()?.Members.OfType<ConstructorDeclarationSyntax>() ?? [];
        return holder is IFieldSymbol && constructors.Any(constructor => Asks(constructor, holder.Name, int.MaxValue))
            || function is not null && member is not null && Asks(member, holder.Name, function.SpanStart);
    }

    private static bool Asks(SyntaxNode code, string holder, int end) => code.DescendantNodes(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
        .OfType<MemberAccessExpressionSyntax>().Any(access => access.SpanStart < end && LazyMembers.IsValue(access) && Names(access.Expression, holder));

    private static bool Names(ExpressionSyntax expression, string name) => expression switch
    {
        IdentifierNameSyntax identifier => identifier.Identifier.ValueText == name,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText == name,
        _ => false,
    };
}
