using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Collections;

/// <summary>Where a value comes from a concurrent dictionary and stays in it, so that other threads may have it too.</summary>
internal static class ConcurrentValue
{
    /// <summary>The use of the dictionary by which the code got the value; null where it did not get it so.</summary>
    public static CollectionCall? Of(IOperation value, KnownTypes types) => value.Unconverted() switch
    {
        ILocalReferenceOperation local => OfLocal(local, types),
        IParameterReferenceOperation { Parameter: { } parameter } use => OfUpdate(parameter, use, types),
        IPropertyReferenceOperation { Property.IsIndexer: false, Instance: { } pair } part when ConcurrentCollections.IsValue(part.Property) => OfElement(pair, types),
        var direct => Got(direct, types),
    };

    private static CollectionCall? Got(IOperation value, KnownTypes types) =>
        CollectionCall.Of(value, types) is { Use: CollectionUse.Gets or CollectionUse.GetsOrAdds or CollectionUse.Updates } got ? got
        // A method of this object that does nothing else.
        : value is IInvocationOperation { Instance: null or IInstanceReferenceOperation } && Answers.OnlyOf(value) is { } answer && CollectionCall.Of(answer, types) is { Use: CollectionUse.Gets or CollectionUse.GetsOrAdds or CollectionUse.Updates, Collection: IMemberReferenceOperation } inner ? inner
        : null;

    private static CollectionCall? OfLocal(ILocalReferenceOperation local, KnownTypes types)
    {
        CollectionCall? found = null;
        foreach (var operation in local.Root().DescendantsAndSelf())
        {
            switch (operation)
            {
                case IInvocationOperation call when CollectionCall.Of(call, types) is { Use: CollectionUse.TriesToGet, Out: { } got } use && local.Names(got):
                    found = use;
                    break;
                case IVariableDeclaratorOperation declarator when local.Names(declarator.Symbol) && declarator.GetVariableInitializer() is { Value: var initial }:
                    found ??= Got(initial.Unconverted(), types);
                    break;
                case ISimpleAssignmentOperation { Value: var assigned } assignment when assignment.Target.Names(local.Local) && assignment.Syntax.SpanStart < local.Syntax.SpanStart:
                    if (Got(assigned.Unconverted(), types) is { } later)
                        found = later;
                    else if (assigned.Unconverted() is IObjectCreationOperation && IsInBranchOf(assignment, local))
                        // A new one, which nobody else has yet.
                        return null;
                    break;
                case IForEachLoopOperation loop when loop.Locals.Any(each => local.Names(each)):
                    found = OfSequence(loop.Collection, types);
                    break;
            }
        }
        return found;
    }

    /// <summary>Whether the assignment was made on the way to the use: in a block that both are in.</summary>
    private static bool IsInBranchOf(IOperation assignment, IOperation use)
    {
        var block = assignment.Parent;
        while (block is not (null or IBlockOperation))
            block = block.Parent;
        return block is not null && block.Syntax.Span.Contains(use.Syntax.Span);
    }

    /// <summary>The second argument of the function by which <c>AddOrUpdate</c> changes a value: the value that all threads have.</summary>
    private static CollectionCall? OfUpdate(IParameterSymbol parameter, IOperation use, KnownTypes types) =>
        use.Function() is IAnonymousFunctionOperation { Symbol: { Parameters.Length: >= 2 } lambda, Parent: IDelegateCreationOperation { Parent: IArgumentOperation { Parent: IInvocationOperation call } } }
        && parameter.Ordinal == 1 && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, lambda) && CollectionCall.Of(call, types) is { Use: CollectionUse.Updates } update
            ? update : null;

    /// <summary>A pair of the dictionary that a loop goes through.</summary>
    private static CollectionCall? OfElement(IOperation pair, KnownTypes types) => pair.Unconverted() is ILocalReferenceOperation local
        && local.Root().DescendantsAndSelf().OfType<IForEachLoopOperation>().FirstOrDefault(loop => loop.Locals.Any(each => local.Names(each))) is { } loop
            ? OfSequence(loop.Collection, types) : null;

    private static CollectionCall? OfSequence(IOperation sequence, KnownTypes types)
    {
        sequence = sequence.Unconverted();
        if (sequence is IPropertyReferenceOperation { Instance: { } viewed } values && ConcurrentCollections.IsValues(values.Property))
            sequence = viewed.Unconverted();
        return ConcurrentCollections.IsDictionary(sequence.Type, types) ? new CollectionCall(CollectionUse.Gets, sequence, sequence, null) : null;
    }
}
