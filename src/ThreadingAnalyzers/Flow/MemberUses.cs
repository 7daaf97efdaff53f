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

    private readonly ConcurrentDictionary<ISymbol, IReadOnlyList<IOperation>> known = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, IReadOnlyList<IOperation>> own = new(SymbolEqualityComparer.Default);

    /// <summary>
    /// The operations that name the field, property, event or method, the initialiser of its declaration among them
    /// (an <see cref="ISymbolInitializerOperation"/>), in the order of files and text; null where code that is not seen may
    /// name it too: another assembly's, of which one may be a test with a view inside.
    /// </summary>
    /// <param name="member">
    /// A member of a type that the compilation declares, or a parameter of a primary constructor, which all members of its type see; the definition is taken.
    /// </param>
    public static IReadOnlyList<IOperation>? Of(ISymbol member, Compilation compilation, CancellationToken cancellation) =>
        SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, compilation.Assembly) && (member is IParameterSymbol || member.IsWhollySeen(compilation)) ? InSource(member, compilation, cancellation) : null;

    /// <summary>As <see cref="Of"/>, of whatever member, without those that other assemblies may have.</summary>
    public static IReadOnlyList<IOperation> InSource(ISymbol member, Compilation compilation, CancellationToken cancellation)
    {
        var program = Programs.GetValue(compilation, static _ => new MemberUses());
        member = member.OriginalDefinition;
        if (!program.known.TryGetValue(member, out var uses))
            program.known[member] = uses = [.. Find(member, Scopes(member, compilation, cancellation), compilation, cancellation)];
        return uses;
    }

    /// <summary>The operations of the declaring type's own text that name the member, however many others may do so.</summary>
    /// <param name="member">A member of a type that the compilation declares; its definition is taken.</param>
    public static IReadOnlyList<IOperation> InType(ISymbol member, Compilation compilation, CancellationToken cancellation)
    {
        var program = Programs.GetValue(compilation, static _ => new MemberUses());
        member = member.OriginalDefinition;
        if (!program.own.TryGetValue(member, out var uses))
            program.own[member] = uses = [.. Find(member, Declarations(member.ContainingType, compilation, cancellation), compilation, cancellation)];
        return uses;
    }

    /// <summary>The calls in a type's own text, not in that of types nested in it, of methods with a name.</summary>
    public static IEnumerable<IInvocationOperation> CallsIn(INamedTypeSymbol type, string name, Compilation compilation, CancellationToken cancellation) =>
        from declaration in Declarations(type, compilation, cancellation)
        from token in Words.In(declaration, name, cancellation)
        where token.IsKind(SyntaxKind.IdentifierToken) && token.Parent?.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not null && token.Parent.FirstAncestorOrSelf<BaseTypeDeclarationSyntax>() == declaration
        let call = Models.Of(declaration.SyntaxTree, compilation).GetOperation(token.Parent!.FirstAncestorOrSelf<InvocationExpressionSyntax>()!, cancellation) as IInvocationOperation
        where call?.TargetMethod.Name == name
        select call;

    /// <summary>The words of the program's source that may name the member: nothing is bound for them.</summary>
    /// <param name="member">A member of a type that the compilation declares; its definition is taken.</param>
    public static IEnumerable<SyntaxToken> Candidates(ISymbol member, Compilation compilation, CancellationToken cancellation) =>
        Candidates(member.OriginalDefinition, Scopes(member.OriginalDefinition, compilation, cancellation), cancellation);

    private static IEnumerable<SyntaxToken> Candidates(ISymbol member, IEnumerable<SyntaxNode> scopes, CancellationToken cancellation) =>
        scopes.SelectMany(scope => Words.In(scope, member.Name, cancellation)).Where(token => token.IsKind(SyntaxKind.IdentifierToken));

    private static IEnumerable<IOperation> Find(ISymbol member, IEnumerable<SyntaxNode> scopes, Compilation compilation, CancellationToken cancellation) =>
        Candidates(member, scopes, cancellation).Select(token => Operation(token, member, Models.Of(token.SyntaxTree!, compilation), cancellation)).OfType<IOperation>();

    /// <summary>The texts in which the member can be named.</summary>
    private static IEnumerable<SyntaxNode> Scopes(ISymbol member, Compilation compilation, CancellationToken cancellation)
    {
        if (member.DeclaredAccessibility != Accessibility.Private && member is not IParameterSymbol)
            return compilation.SyntaxTrees.Where(tree => Words.Has(tree, member.Name, cancellation)).Select(tree => tree.GetRoot(cancellation));
        return Declarations(member.ContainingType, compilation, cancellation);
    }

    // In an editor the source of other projects is there too, but not in this compilation.
    private static IEnumerable<SyntaxNode> Declarations(ITypeSymbol type, Compilation compilation, CancellationToken cancellation) =>
        type.DeclaringSyntaxReferences.Where(reference => compilation.ContainsSyntaxTree(reference.SyntaxTree)).Select(reference => reference.GetSyntax(cancellation));

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
