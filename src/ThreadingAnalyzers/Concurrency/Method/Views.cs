using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>Collections that leave a body as they are, or as something that reads them later: a query, a wrapper, an enumerator.</summary>
internal sealed class Views(BodyWalk walk)
{
    /// <summary>Notes that a field's collection is returned.</summary>
    public void Return(IReturnOperation @return)
    {
        if (@return.Kind != OperationKind.Return || @return.ReturnedValue is not { } returned)
            return;
        foreach (var way in Ways(returned))
        {
            var source = Containers.Viewed(way, walk.Types);
            if (source is IFieldReferenceOperation or IPropertyReferenceOperation or ILocalReferenceOperation && Containers.IsUnsafeCollection(source.Type, walk.Types)
                && walk.Locking.Silently(source) is { Root: Root.This or Root.Static } collection && (collection.Depth == 1 || IsKept(collection)))
                walk.Recorder.Add(number => new Return(number, walk.Recorder.Region, walk.Recorder.State.Locks, walk.Recorder.Site(way.Syntax), collection));
        }
    }

    /// <summary>Whether it is an element of a collection in a member that stays there, as far as the body so far tells: it has not changed that collection.</summary>
    private bool IsKept(Path element) => element is { Depth: 2, Name: Path.Element, Parent: { } whole }
        && !walk.Recorder.Events.Any(@event => @event is Use { Access: { IsWrite: true } access } && access.Has(AccessKind.Content) && access.Path.Equals(whole));

    /// <summary>What a value is, by a choice: each of what it may be.</summary>
    private static IEnumerable<IOperation> Ways(IOperation value) => value.Unconverted() switch
    {
        IConditionalOperation { WhenTrue: var first, WhenFalse: { } second } => Ways(first).Concat(Ways(second)),
        ICoalesceOperation { Value: var first, WhenNull: var second } => Ways(first).Concat(Ways(second)),
        ISwitchExpressionOperation { Arms: var arms } => arms.SelectMany(arm => Ways(arm.Value)),
        _ => [value],
    };
}
