using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>
/// Every place of a program's source that names a member: what has to be seen before a rule says that nobody stops, sets or
/// joins something. Nested types, partial declarations and, for a member that is not private, all other files are looked at.
/// Only bodies with the member's name in their text are bound, so ask for few members: fields of threading types.
/// </summary>
internal sealed class MemberUses
{
    private static readonly ConditionalWeakTable<Compilation, MemberUses> Programs = new();

    private readonly ConcurrentDictionary<SyntaxTree, SemanticModel> models = new();
    private readonly ConcurrentDictionary<ISymbol, IReadOnlyList<IOperation>> known = new(SymbolEqualityComparer.Default);

    /// <summary>
    /// The operations that name the field, property, event or method, the initialiser of its declaration among them
    /// (an <see cref="ISymbolInitializerOperation"/>), in the order of files and text; null where code that is not seen may
    /// name it too: another assembly's, of which one may be a test with a view inside.
    /// </summary>
    /// <param name="member">
    /// A member of a type that the compilation declares, or a parameter of a primary constructor, which all members of its type see; the definition is taken.
    /// </param>
    public static IReadOnlyList<IOperation>? Of(ISymbol member, Compilation compilation, CancellationToken cancellation)
    {
        if (member is not IParameterSymbol && !member.IsWhollySeen(compilation))
            return null;
        var program = Of(compilation);
        member = member.OriginalDefinition;
        if (!program.known.TryGetValue(member, out var uses))
            program.known[member] = uses = [.. program.Find(member, compilation, cancellation)];
        return uses;
    }

    /// <summary>The operations of a method's body, in whatever file it is; null where it has none.</summary>
    public static IOperation? BodyOf(IMethodSymbol method, Compilation compilation, CancellationToken cancellation)
    {
        foreach (var reference in (method.PartialImplementationPart ?? method).OriginalDefinition.DeclaringSyntaxReferences)
            if (reference.GetSyntax(cancellation) is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax && compilation.ContainsSyntaxTree(reference.SyntaxTree))
                return Of(compilation).Model(reference.SyntaxTree, compilation).GetOperation(reference.GetSyntax(cancellation), cancellation);
        return null;
    }

    /// <summary>The operations of all bodies and initialisers of a type, those of its nested types not among them.</summary>
    public static IEnumerable<IOperation> BodiesOf(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        foreach (var part in type.DeclaringSyntaxReferences)
        {
            if (part.GetSyntax(cancellation) is not TypeDeclarationSyntax declaration || !compilation.ContainsSyntaxTree(part.SyntaxTree))
                continue;
            var model = Of(compilation).Model(part.SyntaxTree, compilation);
            foreach (var body in declaration.Members.SelectMany(Bodies))
                if (model.GetOperation(body, cancellation) is { } operation)
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

    private static MemberUses Of(Compilation compilation) => Programs.GetValue(compilation, static _ => new MemberUses());

#pragma warning disable RS1030 // The driver has no operations of other types to hand out; models are kept, so each body is bound once.
    private SemanticModel Model(SyntaxTree tree, Compilation compilation) => models.GetOrAdd(tree, tree => compilation.GetSemanticModel(tree));
#pragma warning restore RS1030

    private IEnumerable<IOperation> Find(ISymbol member, Compilation compilation, CancellationToken cancellation)
    {
        foreach (var scope in Scopes(member, compilation, cancellation))
        {
            SemanticModel? model = null;
            foreach (var token in scope.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == member.Name))
            {
                cancellation.ThrowIfCancellationRequested();
                model ??= Model(scope.SyntaxTree, compilation);
                if (Operation(token, member, model, cancellation) is { } use)
                    yield return use;
            }
        }
    }

    /// <summary>The texts in which the member can be named.</summary>
    private static IEnumerable<SyntaxNode> Scopes(ISymbol member, Compilation compilation, CancellationToken cancellation)
    {
        if (member.DeclaredAccessibility != Accessibility.Private && member is not IParameterSymbol)
            return compilation.SyntaxTrees.Select(tree => tree.GetRoot(cancellation)).Where(root => HasWord(root, member.Name, cancellation));
        return member.ContainingType.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax(cancellation));
    }

    // To search a text is much cheaper than to go through its tokens.
    private static bool HasWord(SyntaxNode root, string word, CancellationToken cancellation) =>
        root.SyntaxTree.GetText(cancellation).ToString().IndexOf(word, StringComparison.Ordinal) >= 0;

    private static IOperation? Operation(SyntaxToken token, ISymbol member, SemanticModel model, CancellationToken cancellation)
    {
        if (token.Parent is VariableDeclaratorSyntax { Initializer: { } field } && SymbolEqualityComparer.Default.Equals(model.GetDeclaredSymbol(token.Parent, cancellation), member))
            return model.GetOperation(field, cancellation);
        if (token.Parent is PropertyDeclarationSyntax { Initializer: { } property } && SymbolEqualityComparer.Default.Equals(model.GetDeclaredSymbol(token.Parent, cancellation), member))
            return model.GetOperation(property, cancellation);
        for (var node = token.Parent; node is ExpressionSyntax; node = node.Parent)
            if (model.GetOperation(node, cancellation) is { } operation)
                return Names(operation, member) ? operation : null;
        return null;
    }

    private static bool Names(IOperation operation, ISymbol member) => operation switch
    {
        IMemberReferenceOperation reference => SymbolEqualityComparer.Default.Equals(reference.Member.OriginalDefinition, member),
        IParameterReferenceOperation parameter => SymbolEqualityComparer.Default.Equals(parameter.Parameter.OriginalDefinition, member),
        IInvocationOperation call => SymbolEqualityComparer.Default.Equals(call.TargetMethod.OriginalDefinition, member),
        _ => false,
    };
}
