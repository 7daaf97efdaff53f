using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ThreadingAnalyzers.Flow;

/// <summary>
/// The models of a program's files, for rules that look at code of other files than the one at hand. The driver hands out no
/// operations of those; models are kept as long as their compilation, so each body is bound once, whoever asks.
/// </summary>
internal static class Models
{
    private static readonly ConditionalWeakTable<Compilation, ConcurrentDictionary<SyntaxTree, SemanticModel>> Programs = new();

    /// <summary>The model of a file of the program.</summary>
    public static SemanticModel Of(SyntaxTree tree, Compilation compilation) =>
#pragma warning disable RS1030 // See above.
        Programs.GetValue(compilation, static _ => new()).GetOrAdd(tree, tree => compilation.GetSemanticModel(tree));
#pragma warning restore RS1030

    /// <summary>The model of a file of the program that the given model sees; that model itself for its own file; null for a file of another program.</summary>
    public static SemanticModel? Near(SyntaxTree tree, SemanticModel near) =>
        tree == near.SyntaxTree ? near : near.Compilation.ContainsSyntaxTree(tree) ? Of(tree, near.Compilation) : null;

    /// <summary>The operations of a method's body, in whatever file it is; null where it has none.</summary>
    public static IOperation? BodyOf(IMethodSymbol method, Compilation compilation, CancellationToken cancellation)
    {
        foreach (var reference in (method.PartialImplementationPart ?? method).OriginalDefinition.DeclaringSyntaxReferences)
            if (reference.GetSyntax(cancellation) is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax && compilation.ContainsSyntaxTree(reference.SyntaxTree))
                return Of(reference.SyntaxTree, compilation).GetOperation(reference.GetSyntax(cancellation), cancellation);
        return null;
    }

    /// <summary>The operations of all bodies and initialisers of a type, those of its nested types not among them.</summary>
    /// <param name="isWanted">Which of them, told by their text: only these are bound.</param>
    public static IEnumerable<IOperation> BodiesOf(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation, Func<SyntaxNode, bool>? isWanted = null)
    {
        foreach (var part in type.DeclaringSyntaxReferences)
        {
            if (part.GetSyntax(cancellation) is not TypeDeclarationSyntax declaration || !compilation.ContainsSyntaxTree(part.SyntaxTree))
                continue;
            var model = Of(part.SyntaxTree, compilation);
            foreach (var body in declaration.Members.SelectMany(Bodies))
                if (isWanted?.Invoke(body) != false && model.GetOperation(body, cancellation) is { } operation)
                    yield return operation;
        }
    }

    private static IEnumerable<SyntaxNode> Bodies(MemberDeclarationSyntax member) => member switch
    {
        BaseMethodDeclarationSyntax => [member],
        BaseFieldDeclarationSyntax fields => fields.Declaration.Variables.Select(variable => variable.Initializer).OfType<SyntaxNode>(),
        PropertyDeclarationSyntax property => Accessors(property).Concat(new SyntaxNode?[] { property.Initializer, property.ExpressionBody }.OfType<SyntaxNode>()),
        BasePropertyDeclarationSyntax property => Accessors(property),
        _ => [],
    };

    private static IEnumerable<SyntaxNode> Accessors(BasePropertyDeclarationSyntax property) => property.AccessorList?.Accessors ?? Enumerable.Empty<SyntaxNode>();
}
