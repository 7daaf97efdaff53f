using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Collections;

/// <summary>What a factory does besides to compute its result.</summary>
internal static class FactoryEffect
{
    /// <summary>More methods than a factory is handed on through.</summary>
    private const int Calls = 3;

    /// <summary>What happens twice where the factory runs twice, in words; null where nothing does that matters.</summary>
    public static string? Of(Work work, CollectionCall use, KnownTypes types)
    {
        if (Values.IsTask(work.Method.ReturnType, types) && (work.Method.IsAsync || work.Body is { } calls && Results(calls).Any(result => result is IInvocationOperation)))
            return "the work behind the task then runs twice";
        return work.Body is { } body ? Of(body, use, types, Calls) : null;
    }

    private static string? Of(IOperation body, CollectionCall use, KnownTypes types, int calls)
    {
        foreach (var operation in body.OwnOperations())
        {
            if (Changed(operation, body, types) is { } changed && !IsReadBack(changed, use))
                return $"'{changed.Syntax}' is then changed twice";
            if (Spawn.Of(operation, types) is { Kind: not SpawnKind.Continuation })
                return "the work that it starts then runs twice";
            if (operation is IInvocationOperation { Instance: { } begun } call && StopMembers.Begins(call.TargetMethod) && IsMadeIn(begun, body))
                return $"what '{call.TargetMethod.Name}' sets going then runs twice";
        }
        if (Results(body).Any(result => body.Syntax.Span.Contains(result.Syntax.Span) && IsResource(result, types)))
            return "the other one, which is disposable, is never disposed of";
        // A lambda that only asks a method for the value is that method.
        return calls > 0 && Results(body).ToList() is [IInvocationOperation { Instance: null or IInstanceReferenceOperation, TargetMethod: { IsVirtual: false, IsAbstract: false, IsOverride: false } } made] && Reach.Callee(made) is { } maker && made.SemanticModel is { } model && Work.BodyOf(maker, model) is { } inner
            ? Of(inner, use, types, calls - 1) : null;
    }

    /// <summary>Whether the object is one that the factory makes, or gets from a call, and keeps in a local.</summary>
    private static bool IsMadeIn(IOperation instance, IOperation body) => instance.Unconverted() is ILocalReferenceOperation local && body.Syntax.Span.Contains(local.Local.DeclaringSyntaxReferences.FirstOrDefault()?.Span ?? default)
        && Results(body).Concat(body.OwnOperations().OfType<IReturnOperation>().Select(returned => returned.ReturnedValue?.Unconverted()).OfType<IOperation>()).Any(result => result.Names(local.Local) || local.OnlyValue()?.Source().Syntax == result.Syntax);

    private static IEnumerable<IOperation> Results(IOperation body) => body.OwnOperations().OfType<IReturnOperation>()
        .Select(returned => returned.ReturnedValue?.Source()).OfType<IOperation>();

    /// <summary>What is outside of the factory and changed by it; null where the operation changes nothing such.</summary>
    private static IOperation? Changed(IOperation operation, IOperation body, KnownTypes types)
    {
        var target = operation switch
        {
            // Both runs would find, or make, what is kept for all keys.
            ICoalesceAssignmentOperation => null,
            IAssignmentOperation { Parent: not IObjectOrCollectionInitializerOperation } assignment => assignment.Target,
            IIncrementOrDecrementOperation step => step.Target,
            IInvocationOperation call when Atomics.Updated(call, types) is { } updated => updated,
            IInvocationOperation { Instance: { } collection } call when Containers.Mutates(call.TargetMethod) && (Containers.IsUnsafeCollection(collection.Type, types) || ConcurrentCollections.Is(collection.Type, types)) => collection,
            _ => null,
        };
        return target switch
        {
            IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } } => target,
            IPropertyReferenceOperation { Property.IsIndexer: false, Instance: null or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } } => target,
            _ when target?.Variable() is { DeclaringSyntaxReferences: [{ } declaration] } && !body.Syntax.Span.Contains(declaration.Span) => target,
            _ => null,
        };
    }

    /// <summary>Whether the calling code asks afterwards what its factory has set: <c>added = true</c>, which is how one learns who was first.</summary>
    private static bool IsReadBack(IOperation changed, CollectionCall use) => changed.Variable() is { } local
        && use.Operation.Function().OwnOperations().Any(operation => operation.Names(local) && operation.Syntax.SpanStart > use.Operation.Syntax.Span.End);

    /// <summary>Whether nobody disposes of a second one, and that matters: locks hold nothing until they are waited for by handle.</summary>
    private static bool IsResource(IOperation value, KnownTypes types) => value switch
    {
        IObjectCreationOperation { Type: { } type } => Values.LivesOn(type, types) && SyncObject.Of(type, types) is null && !Handles.IsSignal(type, types),
        IInvocationOperation { TargetMethod: var method, Type: { } type } => Values.IsMadeBy(method) && Values.LivesOn(type, types),
        _ => false,
    };
}
