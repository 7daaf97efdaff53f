using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Collections;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>A wait for work that may give up, before code which relies on the work's end.</summary>
/// <param name="Work">The work.</param>
/// <param name="Memory">What that code takes for its own.</param>
/// <param name="Use">What it does with it, as a message says it.</param>
internal sealed record TimedWait(Work Work, ISymbol Memory, string Use)
{
    /// <summary>What relies on the end of the work that the call waits for; null where the call is no timed wait, or nothing does.</summary>
    public static TimedWait? Of(IInvocationOperation wait, KnownTypes types, CancellationToken cancellation)
    {
        if (Effects.Of(wait.TargetMethod, wait.Instance?.Type, types).Kind != EffectKind.TimedJoin || wait.Arguments.Any(argument => PoolMembers.IsNever(argument.Value)))
            return null;
        var handles = wait.Instance is { } instance
            ? Unwrapped(instance, wait) is IInvocationOperation { Arguments: [{ Value: var parts }, ..] } all && Waiting.IsWhenAll(all.TargetMethod, types) ? Elements(parts) : [Unwrapped(instance, wait)]
            : wait.Arguments.Length > 0 ? Elements(wait.Arguments[0].Value.Unconverted() is IInvocationOperation copy && Containers.IsCopy(copy.TargetMethod) ? copy.Instance ?? copy.Arguments[0].Value : wait.Arguments[0].Value) : [];
        var after = wait.Function().OwnOperations().Where(operation => operation.Syntax.SpanStart > wait.Syntax.Span.End).ToList();
        foreach (var handle in handles)
        {
            if (WorkMemory.Symbol(handle) is not { } name || IsAsked(name, after) || handle is ILocalReferenceOperation each && Collection(each) is { } whole && WorkMemory.Symbol(whole.Unconverted()) is { } collection && IsAsked(collection, after))
                continue;
            foreach (var work in Works(handle, types, cancellation))
                if (work.Body is { } body && Relied(after, WorkMemory.Of(body), body, name, wait, types) is var (memory, use))
                    return new TimedWait(work, memory, use);
        }
        return null;
    }

    /// <summary>The receiver, of <c>x?.Join(…)</c> too.</summary>
    private static IOperation Unwrapped(IOperation instance, IOperation call)
    {
        var access = call.Parent as IConditionalAccessOperation;
        return (instance.Unconverted() is IConditionalAccessInstanceOperation && access is not null ? access.Operation : instance).Unconverted();
    }

    private static IEnumerable<IOperation> Elements(IOperation handles) => handles.Unconverted() switch
    {
        IArrayCreationOperation array => array.Initializer?.ElementValues.Select(element => element.Unconverted()) ?? [],
        { Syntax: CollectionExpressionSyntax } or { IsImplicit: true } and not IConversionOperation => handles.Unconverted().ChildOperations.Select(element => element.Unconverted()),
        var other => [other],
    };

    // Who asks the handle later knows that the work may still run.
    private static bool IsAsked(ISymbol handle, IEnumerable<IOperation> after) => after.Any(operation => SymbolEqualityComparer.Default.Equals(WorkMemory.Symbol(operation), handle) && !IsGivenUp(operation));

    private static bool IsGivenUp(IOperation handle) => handle.Parent is ISimpleAssignmentOperation assignment && assignment.Target == handle
        || handle.Parent is IInvocationOperation call && Endings.Frees(call.TargetMethod) || handle.Parent is IConditionalAccessOperation { WhenNotNull: IInvocationOperation freed } && Endings.Frees(freed.TargetMethod);

    /// <summary>The work behind a handle: of every thread or task that it is given.</summary>
    private static IEnumerable<Work> Works(IOperation handle, KnownTypes types, CancellationToken cancellation)
    {
        var values = handle is ILocalReferenceOperation local ? local.Uses().Select(use => Stored(use, types)).Append(Collection(local) ?? local.OnlyValue() ?? handle)
            : handle is IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } member && handle.SemanticModel is { } model && MemberUses.Of(member.Member, model.Compilation, cancellation) is { } uses
                ? uses.Select(use => use is ISymbolInitializerOperation initializer ? initializer.Value : use.Parent is ISimpleAssignmentOperation assignment && assignment.Target == use ? assignment.Value.Source() : Stored(use, types))
            : [];
        return values.OfType<IOperation>().SelectMany(value => Started(value.Unconverted(), types)).Select(value => Spawn.Of(value, types) is { } spawn ? Work.Of(spawn.Value) : null).OfType<Work>()
            .Concat(handle is ILocalReferenceOperation each && Collection(each) is { } all ? Works(all.Unconverted(), types, cancellation) : []);
    }

    /// <summary>The collection of which a loop gives the elements to the local.</summary>
    private static IOperation? Collection(ILocalReferenceOperation local)
    {
        for (var current = local.Parent; current is not null; current = current.Parent)
            if (current is IForEachLoopOperation loop && loop.Locals.Contains(local.Local, SymbolEqualityComparer.Default))
                return loop.Collection;
        return null;
    }

    /// <summary>What is put into the collection, at an index or by a call.</summary>
    private static IOperation? Stored(IOperation collection, KnownTypes types) => collection.Parent switch
    {
        IArrayElementReferenceOperation { Parent: ISimpleAssignmentOperation assignment } element when element.ArrayReference == collection && assignment.Target == element => assignment.Value,
        IInvocationOperation { Arguments: [{ Value: var added }] } call when call.Instance == collection && Handles.UseOf(call.TargetMethod, types) == HandleUse.Stores => added,
        _ => null,
    };

    /// <summary>The expressions that start the work of a handle, or of each in an array, a list or a query.</summary>
    private static IEnumerable<IOperation> Started(IOperation handle, KnownTypes types) => handle switch
    {
        IArrayCreationOperation or { Syntax: CollectionExpressionSyntax } => Elements(handle).SelectMany(element => Started(element, types)),
        ITranslatedQueryOperation { Operation: var query } => Started(query.Unconverted(), types),
        IInvocationOperation { TargetMethod: var method, Arguments: [{ Value: var source }, ..] } query when Spawn.Of(query, types) is null && Containers.GoesThrough(method, types) => Containers.IsProjection(method)
            ? query.Arguments.Select(argument => Work.Of(argument.Value)?.Body).OfType<IAnonymousFunctionOperation>().SelectMany(lambda => lambda.OwnOperations().OfType<IReturnOperation>())
                .Select(returned => returned.ReturnedValue).OfType<IOperation>().SelectMany(value => Started(value.Source(), types))
            : Started(source.Source(), types),
        ILocalReferenceOperation local when local.OnlyValue() is { } value && value.Unconverted() is not ILocalReferenceOperation => Started(value.Unconverted(), types),
        _ => [handle],
    };

    private static (ISymbol, string)? Relied(IEnumerable<IOperation> after, WorkMemory memory, IOperation body, ISymbol handle, IInvocationOperation wait, KnownTypes types)
    {
        var isTest = wait.Method() is { } method && Hosts.IsRunAlone(method);
        foreach (var operation in after)
        {
            if (WorkMemory.Symbol(operation) is not { } symbol || SymbolEqualityComparer.Default.Equals(symbol, handle) || !memory.Used.ContainsKey(symbol))
                continue;
            if (IsFreed(operation) && !IsOnlyAsked(symbol, body, types))
                return (symbol, "disposed");
            if (operation.Parent is ISimpleAssignmentOperation { Value: { } value } assignment && assignment.Target == operation && value.Unconverted().ConstantValue is { HasValue: true, Value: null })
                return (symbol, "set to null");
            // A test that reads too early fails, and that is its way to look at the result.
            if (!isTest && memory.Written.Contains(symbol) && WorkMemory.IsRead(operation) && !WorkMemory.IsTest(operation) && !IsFreed(operation) && operation.Parent is not IInvocationOperation { Instance: not null })
                return (symbol, "read");
        }
        return null;
    }

    /// <summary>Whether the operation sets the memory that it names to null, or disposes a signal, a queue or a lock in it, so that work which still uses it fails.</summary>
    public static bool TakesAway(IOperation operation, KnownTypes types) =>
        IsFreed(operation) && operation.Type is { } type && Lifelines.FailsWhenDisposed(type, types)
        || operation.Parent is ISimpleAssignmentOperation { Value: { } value } assignment && assignment.Target == operation && value.Unconverted().ConstantValue is { HasValue: true, Value: null } && !ThreadMembers.Carries(operation.Type, types);

    private static bool IsFreed(IOperation operation) => operation.Parent switch
    {
        IInvocationOperation call => call.Instance == operation && Endings.Frees(call.TargetMethod),
        IConditionalAccessOperation { WhenNotNull: IInvocationOperation call } access => access.Operation == operation && Endings.Frees(call.TargetMethod),
        IConversionOperation => IsFreed(operation.Parent),
        _ => false,
    };

    /// <summary>Whether the work asks a source of cancellation for nothing but its state, which a disposed one still tells.</summary>
    public static bool IsOnlyAsked(ISymbol symbol, IOperation body, KnownTypes types) => types[Values.TypeOf(symbol)] == KnownType.CancellationTokenSource
        && Reach.Operations(body).Where(operation => SymbolEqualityComparer.Default.Equals(WorkMemory.Symbol(operation), symbol))
            .All(operation => operation.Parent is IPropertyReferenceOperation { Property: var property } && Endings.IsCancelled(property, types));
}
