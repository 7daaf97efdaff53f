using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Ownership;
using ThreadingAnalyzers.Concurrency.Signals;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Background;

/// <summary>Waits by which a thread of the pool stands still until another one has done some work.</summary>
internal static class PoolWait
{
    /// <summary>The task, or the tasks, that the operation blocks for; null where it blocks for none, or for a bounded time.</summary>
    public static IOperation? WaitedFor(IOperation operation, KnownTypes types) => operation switch
    {
        IPropertyReferenceOperation { Property: var property, Instance: { } task } when Waiting.IsResult(property, types) => task,
        IInvocationOperation call when Waiting.IsGetResult(call.TargetMethod) => call.Instance is IInvocationOperation { Instance: { } awaited } ? awaited : null,
        IInvocationOperation call when Effects.Of(call.TargetMethod, call.Instance?.Type, types) is { Kind: EffectKind.Join } join && types.Is(call.TargetMethod.ContainingType, KnownType.Task) =>
            join.Operand == Effect.Receiver ? call.Instance : call.Arguments.FirstOrDefault()?.Value,
        _ => null,
    };

    /// <summary>The call by which the waiting code itself has started the work on the pool; null where the task comes from elsewhere, or has a thread of its own.</summary>
    public static IInvocationOperation? Started(IOperation task, KnownTypes types)
    {
        var source = task.Source();
        while (source is IInvocationOperation passing && passing.Instance is { } inner && Waiting.PassesOn(passing.TargetMethod))
            source = inner.Source();
        return source switch
        {
            IInvocationOperation call when Spawn.Of(call, types) is { Kind: SpawnKind.Task } && !call.Arguments.Any(argument => Waiting.IsLongRunning(argument.Value) || Waiting.IsOwnScheduler(argument, types)) => call,
            IInvocationOperation { TargetMethod: var query, Arguments: [{ Value: var first }, ..] } call when types[query.ContainingType] == KnownType.Enumerable =>
                call.Arguments.Select(argument => Work.Of(argument.Value)?.Body).OfType<IAnonymousFunctionOperation>().SelectMany(lambda => lambda.OwnOperations().OfType<IReturnOperation>())
                    .Select(returned => returned.ReturnedValue is { } value ? Started(value, types) : null).FirstOrDefault(start => start is not null) ?? Started(first, types),
            IInvocationOperation { Instance: { } list } copy when Copies.Returns(copy.TargetMethod, types) => Started(list, types),
            IArrayCreationOperation { Initializer: { } elements } => elements.ElementValues.Select(element => Started(element, types)).FirstOrDefault(start => start is not null),
            IObjectCreationOperation when task.Unconverted() is ILocalReferenceOperation list => list.Uses()
                .Select(use => use.Parent is IInvocationOperation add && Handles.UseOf(add.TargetMethod, types) == HandleUse.Stores ? Started(add.Arguments[0].Value, types) : null).FirstOrDefault(start => start is not null),
            { IsImplicit: true } => source.ChildOperations.Select(element => Started(element, types)).FirstOrDefault(start => start is not null),
            _ => null,
        };
    }

    /// <summary>By what the code around runs on the pool: a parallel loop, a task, a work item; null where it does not, or where it is async.</summary>
    public static SpawnKind? Runner(IOperation operation, KnownTypes types) => Runner(operation, types, Depth);

    /// <summary>How many private methods up the code is looked for that runs them.</summary>
    private const int Depth = 2;

    private static SpawnKind? Runner(IOperation operation, KnownTypes types, int depth)
    {
        if (operation.Function() is not IAnonymousFunctionOperation { Symbol.IsAsync: false } lambda)
            return operation.Function() is IMethodBodyOperation && depth > 0 ? OfCallers(operation, types, depth - 1) : null;
        for (IOperation? given = lambda.Parent; given is not null; given = given.Parent)
        {
            switch (given)
            {
                case IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation or IArrayInitializerOperation or IArrayCreationOperation: continue;
                case IArgumentOperation { Parent: IInvocationOperation call }:
                    if (Effects.Of(call.TargetMethod, call.Instance?.Type, types) is { Kind: EffectKind.StartAndJoin, Spawn: SpawnKind.Parallel })
                        return SpawnKind.Parallel;
                    return Spawn.Of(call, types) is { Kind: SpawnKind.Task or SpawnKind.Pool } spawn && !call.Arguments.Any(argument => Waiting.IsLongRunning(argument.Value)) ? spawn.Kind : null;
                default: return null;
            }
        }
        return null;
    }

    /// <summary>By what all calls of the private method that the operation is in run on the pool; null where one does not.</summary>
    private static SpawnKind? OfCallers(IOperation operation, KnownTypes types, int depth)
    {
        if (operation.SemanticModel is not { Compilation: var compilation } || operation.Method() is not { MethodKind: MethodKind.Ordinary, IsAsync: false, DeclaredAccessibility: Accessibility.Private } method
            || MemberUses.Of(method, compilation, CancellationToken.None) is not { Count: > 0 } uses)
            return null;
        var runners = uses.Select(use => use is IInvocationOperation ? Runner(use, types, depth) : null).ToList();
        return runners.All(runner => runner is not null) ? runners[0] : null;
    }
}
