using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Ownership;

/// <summary>
/// A queue that no code completes, though a loop takes from it until then and somebody needs the end of that loop. Who takes from a
/// queue does not see who made it; so those who make one are asked, which are few.
/// </summary>
/// <param name="Made">The expression that makes the queue.</param>
/// <param name="Holder">The variable or member that has it.</param>
/// <param name="Taking">The call that gives the sequence which never ends.</param>
internal sealed record EndlessQueue(IOperation Made, ISymbol Holder, IInvocationOperation Taking)
{
    private static readonly WordSet Names = new("BlockingCollection", "CreateUnbounded", "CreateBounded", "CreateUnboundedPrioritized");

    /// <summary>Those of a program, by the calls that take from them.</summary>
    public static ILookup<SyntaxNode, EndlessQueue> Of(Compilation compilation, KnownTypes types, CancellationToken cancellation) => compilation.SyntaxTrees
        .Where(tree => Names.IsIn(tree, cancellation)).SelectMany(tree => OtherParts(tree, compilation, cancellation).Prepend(tree)).Distinct()
        .SelectMany(tree => In(Models.Of(tree, compilation), types, cancellation)).ToLookup(queue => queue.Taking.Syntax);

    /// <summary>The files with other parts of a file's types: a field that is declared here may be filled there, by <c>new()</c> without the name.</summary>
    private static IEnumerable<SyntaxTree> OtherParts(SyntaxTree tree, Compilation compilation, CancellationToken cancellation) => tree.GetRoot(cancellation)
        .DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax).OfType<TypeDeclarationSyntax>().Where(type => type.Modifiers.Any(SyntaxKind.PartialKeyword))
        .Select(type => Models.Of(tree, compilation).GetDeclaredSymbol(type, cancellation)).OfType<INamedTypeSymbol>().SelectMany(type => type.DeclaringSyntaxReferences).Select(reference => reference.SyntaxTree);

    /// <summary>Those that one file makes.</summary>
    public static IEnumerable<EndlessQueue> In(SemanticModel model, KnownTypes types, CancellationToken cancellation)
    {
        foreach (var node in model.SyntaxTree.GetRoot(cancellation).DescendantNodes())
            if (node is BaseObjectCreationExpressionSyntax or InvocationExpressionSyntax or CollectionExpressionSyntax && MayMake(node)
                && model.GetOperation(node, cancellation) is { } made && Queues.IsMadeBy(made, types) && From(made, model, types, cancellation) is { } queue)
                yield return queue;
    }

    private static bool MayMake(SyntaxNode node) => node switch
    {
        ObjectCreationExpressionSyntax { Type: var type } => Names.IsIn(type, default),
        InvocationExpressionSyntax { Expression: var called } => Names.IsIn(called, default),
        _ => true,
    };

    private static EndlessQueue? From(IOperation made, SemanticModel model, KnownTypes types, CancellationToken cancellation)
    {
        var compilation = model.Compilation;
        var custody = Custody.Of(made, Obligation.OfQueue(made.Type!, types), compilation, cancellation);
        if (custody.Leaves || custody.Ends.Count > 0 || (custody.Field ?? custody.Holders.FirstOrDefault()) is not { } holder)
            return null;
        foreach (var taking in custody.Calls.Where(call => Queues.Consumes(call, types)))
            if (Consumption.Of(taking) is { } consumption)
                return IsNeeded(consumption, custody.Field, made, Member(made, model, cancellation), compilation, types, cancellation) ? new EndlessQueue(made, holder, taking) : null;
        return null;
    }

    /// <summary>Whether somebody needs the end of the loop: who made the queue, or whoever ends its owner. What only other objects keep belongs to the code that made it.</summary>
    private static bool IsNeeded(Consumption consumption, ISymbol? field, IOperation made, ISymbol? member, Compilation compilation, KnownTypes types, CancellationToken cancellation) =>
        field is not null && (field.IsStatic || SymbolEqualityComparer.Default.Equals(field.ContainingType, (member as INamedTypeSymbol ?? member?.ContainingType)?.OriginalDefinition))
            ? !field.IsStatic && Consumption.OutlivesOwner(field.ContainingType, compilation, types, cancellation)
                && (!ProcessLife.IsOf(field.ContainingType, compilation, cancellation, isPatient: true) || consumption.HoldsUpStop(field.ContainingType, compilation, types, cancellation))
            : !SymbolEqualityComparer.Default.Equals(member, compilation.GetEntryPoint(cancellation)) || consumption.HoldsUp(made.Function(), types);

    /// <summary>The member that the code is in, or the type that it initialises.</summary>
    private static ISymbol? Member(IOperation code, SemanticModel model, CancellationToken cancellation)
    {
        var symbol = model.GetEnclosingSymbol(code.Syntax.SpanStart, cancellation);
        while (symbol is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction })
            symbol = symbol.ContainingSymbol;
        return symbol;
    }
}
