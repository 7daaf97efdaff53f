using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency;

/// <summary>A wait for work that may give up, before code which relies on the work's end.</summary>
/// <param name="Work">The work.</param>
/// <param name="Memory">What that code takes for its own.</param>
/// <param name="Use">What it does with it, as a message says it.</param>
internal sealed record TimedWait(Work Work, ISymbol Memory, string Use)
{
    /// <summary>What relies on the end of the work that the call waits for; null where the call is no timed wait, or nothing does.</summary>
    public static TimedWait? Of(IInvocationOperation wait, KnownTypes types, CancellationToken cancellation)
    {
        if (Effects.Of(wait.TargetMethod, wait.Instance?.Type, types).Kind != EffectKind.TimedJoin || wait.Arguments.Any(argument => IsInfinite(argument.Value)))
            return null;
        var handles = wait.Instance is { } instance ? [Unwrapped(instance, wait)] : wait.Arguments.Length > 0 ? Elements(wait.Arguments[0].Value) : [];
        var after = wait.Function().OwnOperations().Where(operation => operation.Syntax.SpanStart > wait.Syntax.Span.End).ToList();
        foreach (var handle in handles)
        {
            if (WorkMemory.Symbol(handle) is not { } name || after.Any(operation => SymbolEqualityComparer.Default.Equals(WorkMemory.Symbol(operation), name) && !IsGivenUp(operation)))
                continue;
            foreach (var work in Works(handle, types, cancellation))
                if (work.Body is { } body && Relied(after, WorkMemory.Of(body), body, name, wait, types) is var (memory, use))
                    return new TimedWait(work, memory, use);
        }
        return null;
    }

    private static bool IsInfinite(IOperation time) => time.ConstantValue is { HasValue: true, Value: -1 } || time.Unconverted() is IFieldReferenceOperation { Field: var field } && Waiting.IsInfinite(field);

    /// <summary>The receiver, of <c>x?.Join(…)</c> too.</summary>
    private static IOperation Unwrapped(IOperation instance, IOperation call)
    {
        var access = call.Parent as IConditionalAccessOperation;
        return (instance.Unconverted() is IConditionalAccessInstanceOperation && access is not null ? access.Operation : instance).Unconverted();
    }

    private static IEnumerable<IOperation> Elements(IOperation handles) => handles.Unconverted() switch
    {
        IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues.Select(element => element.Unconverted()),
        var other => [other],
    };

    // Who asks the handle later knows that the work may still run.
    private static bool IsGivenUp(IOperation handle) => handle.Parent is ISimpleAssignmentOperation assignment && assignment.Target == handle
        || handle.Parent is IInvocationOperation call && Endings.Frees(call.TargetMethod) || handle.Parent is IConditionalAccessOperation { WhenNotNull: IInvocationOperation freed } && Endings.Frees(freed.TargetMethod);

    /// <summary>The work behind a handle: of every thread or task that it is given.</summary>
    private static IEnumerable<Work> Works(IOperation handle, KnownTypes types, CancellationToken cancellation)
    {
        var values = handle is ILocalReferenceOperation local ? new[] { local.OnlyValue() ?? handle }
            : handle is IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } member && handle.SemanticModel is { } model && MemberUses.Of(member.Member, model.Compilation, cancellation) is { } uses
                ? uses.Select(use => use is ISymbolInitializerOperation initializer ? initializer.Value : use.Parent is ISimpleAssignmentOperation assignment && assignment.Target == use ? assignment.Value.Source() : null)
            : [];
        return values.OfType<IOperation>().Select(value => value.Unconverted()).Select(value => Spawn.Of(value, types) is { } spawn ? Work.Of(spawn.Value) : null).OfType<Work>();
    }

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
            if (!isTest && memory.Written.Contains(symbol) && WorkMemory.IsRead(operation) && !IsFreed(operation) && operation.Parent is not IInvocationOperation { Instance: not null })
                return (symbol, "read");
        }
        return null;
    }

    /// <summary>Whether the operation sets the memory that it names to null, or disposes a signal, a queue or a lock in it, so that work which still uses it fails.</summary>
    public static bool TakesAway(IOperation operation, KnownTypes types) =>
        IsFreed(operation) && (Handles.IsSignal(operation.Type, types) || types[operation.Type] is KnownType.CancellationTokenSource or KnownType.BlockingCollection or KnownType.ReaderWriterLockSlim)
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
