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
        var source = Containers.Viewed(returned, walk.Types);
        if (source is IFieldReferenceOperation or IPropertyReferenceOperation or ILocalReferenceOperation && Containers.IsUnsafeCollection(source.Type, walk.Types) && walk.Locking.Silently(source) is { Depth: 1, Root: Root.This or Root.Static } collection)
            walk.Recorder.Add(number => new Return(number, walk.Recorder.Region, walk.Recorder.State.Locks, walk.Recorder.Site(returned.Syntax), collection));
    }
}
