using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Concurrency.Ownership;

/// <summary>
/// Whether the objects of a type live as long as the process, as far as code tells: what they own needs no end then. A heuristic
/// for silence: the program's own class, hosted services and applications, singletons by a static member of any type, by a
/// registration or by an attribute, and what only a container seems to make.
/// </summary>
internal static class ProcessLife
{
    /// <summary>Whether they do.</summary>
    /// <param name="type">The type.</param>
    /// <param name="compilation">The program.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <param name="isPatient">Whether what only a container seems to make counts even where it has a way to end of its own.</param>
    public static bool IsOf(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation, bool isPatient = false)
    {
        if (type.IsStatic || Hosts.Ends(type) || type.GetAttributes().Any(Hosts.IsSingleton))
            return true;
        if (compilation.GetEntryPoint(cancellation) is { ContainingType: var program } && SymbolEqualityComparer.Default.Equals(program, type))
            return true;
        if (type.ContainingType is { } outer && type.DeclaredAccessibility == Accessibility.Private && IsOf(outer, compilation, cancellation, isPatient) && outer.IsStatic)
            return true;
        var isMade = false;
        foreach (var tree in compilation.SyntaxTrees)
        {
            if (!Words.Has(tree, type.Name, cancellation))
                continue;
            foreach (var token in Words.In(tree.GetRoot(cancellation), type.Name, cancellation).Where(token => token.IsKind(SyntaxKind.IdentifierToken)))
            {
                if (IsStaticMember(token.Parent) || IsRegistration(token.Parent))
                    return true;
                isMade |= token.Parent?.Parent is BaseObjectCreationExpressionSyntax or QualifiedNameSyntax { Parent: BaseObjectCreationExpressionSyntax };
            }
        }
        return !isMade && IsMadeByContainer(type) && (isPatient || !type.GetMembers().OfType<IMethodSymbol>().Any(method => EndsOwn(method, cancellation)));
    }

    /// <summary>Whether the method brings the object to its end, and does something for it: who wrote it does not count on the end of the process.</summary>
    private static bool EndsOwn(IMethodSymbol method, CancellationToken cancellation) => StopMembers.IsStop(method) && method is { IsAbstract: false, DeclaringSyntaxReferences: [{ } declared] }
        && declared.GetSyntax(cancellation) is BaseMethodDeclarationSyntax { Body.Statements.Count: > 0 } or BaseMethodDeclarationSyntax { ExpressionBody.Expression: InvocationExpressionSyntax or AssignmentExpressionSyntax };

    /// <summary>Whether the name is the type, or in the value, of a static field or property.</summary>
    private static bool IsStaticMember(SyntaxNode? name) => name?.Ancestors().TakeWhile(node => node is not (StatementSyntax or ArrowExpressionClauseSyntax)).FirstOrDefault(node => node is MemberDeclarationSyntax) switch
    {
        FieldDeclarationSyntax field => field.Modifiers.Any(SyntaxKind.StaticKeyword),
        PropertyDeclarationSyntax property => property.Modifiers.Any(SyntaxKind.StaticKeyword),
        _ => false,
    };

    private static bool IsRegistration(SyntaxNode? name) => name?.FirstAncestorOrSelf<StatementSyntax>() is { } statement and not BlockSyntax
        ? HasRegistration(statement)
        : name?.FirstAncestorOrSelf<ArrowExpressionClauseSyntax>() is { } arrow && HasRegistration(arrow);

    private static bool HasRegistration(SyntaxNode code) => code.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && Hosts.Registers(token.ValueText));

    /// <summary>Whether nothing but an injection can make an object: each constructor is given services, and nothing that a container does not have.</summary>
    private static bool IsMadeByContainer(INamedTypeSymbol type) => type.InstanceConstructors.All(constructor =>
        !constructor.Parameters.Any(parameter => !parameter.IsOptional && Hosts.IsNoService(parameter.Type)) && constructor.Parameters.Any(parameter => parameter.Type is { TypeKind: TypeKind.Interface, SpecialType: SpecialType.None, ContainingNamespace: var scope } && scope.ToDisplayString() is not ("System" or "System.Collections.Generic")));
}
