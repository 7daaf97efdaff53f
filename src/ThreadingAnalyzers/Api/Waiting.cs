using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>How handles of threads and tasks are passed on, waited for and given up by members that have no effect of their own.</summary>
internal static class Waiting
{
    /// <summary>Whether what the method returns stands for the same work as its receiver.</summary>
    public static bool PassesOn(IMethodSymbol method) => method.Name is "ConfigureAwait" or "GetAwaiter" or "AsTask" or "Unwrap" or "WaitAsync" or "Preserve";

    /// <summary>Whether the method ends an await by hand: <c>task.GetAwaiter().GetResult()</c>.</summary>
    public static bool IsGetResult(IMethodSymbol method) => method.Name == "GetResult";

    /// <summary>Whether the text waits for the call's task by blocking, right behind the call: <c>F().Wait()</c>, <c>F().ConfigureAwait(false).GetAwaiter().GetResult()</c>.</summary>
    public static bool IsBlockedOn(ExpressionSyntax call)
    {
        for (var current = call; current.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } access && access.Expression == current; current = access.Parent as InvocationExpressionSyntax ?? (ExpressionSyntax)access)
            if (name is "GetResult" or "Result" || name == "Wait" && access.Parent is InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0 })
                return true;
            else if (name is not ("ConfigureAwait" or "GetAwaiter" or "AsTask"))
                return false;
        return false;
    }

    /// <summary>Whether who awaits the call goes on wherever the work ended: <c>ConfigureAwait(false)</c>.</summary>
    public static bool LeavesContext(IInvocationOperation call) => call.TargetMethod.Name == "ConfigureAwait" && call.Arguments is [{ Value.ConstantValue: { HasValue: true, Value: false or 0 } }];

    /// <summary>Whether the property says on whose thread a timer raises its event.</summary>
    public static bool IsSynchronizing(IPropertySymbol property) => property.Name == "SynchronizingObject";

    /// <summary>Whether the expression is a scheduler that may run its tasks on the thread of the user interface.</summary>
    public static bool MayBeOfInterface(IOperation scheduler) =>
        scheduler.Type?.Name == "TaskScheduler" && scheduler is not IPropertyReferenceOperation { Property.Name: "Default" };

    /// <summary>Whether the expression makes the scheduler of the user interface's thread.</summary>
    public static bool IsOfInterface(IOperation scheduler) => scheduler is IInvocationOperation { TargetMethod.Name: "FromCurrentSynchronizationContext" };

    /// <summary>Whether the method runs a task that others have given to a scheduler, and so completes it for them.</summary>
    public static bool RunsQueued(IMethodSymbol method, KnownTypes types) => method.Name == "TryExecuteTask" && types[method.ContainingType] == KnownType.TaskScheduler;

    /// <summary>Whether reading the property waits for the task.</summary>
    public static bool IsResult(IPropertySymbol property, KnownTypes types) => property.Name == "Result" && types.Is(property.ContainingType, KnownType.Task);

    /// <summary>Whether a yes of the property says that a thread or task has ended, or that it has not; null for other properties.</summary>
    public static bool? TellsEnd(IPropertySymbol property, KnownTypes types) => (types[property.ContainingType], property.Name) switch
    {
        (KnownType.Task or KnownType.TaskOfT, "IsCompleted" or "IsCompletedSuccessfully") => true,
        (KnownType.Thread, "IsAlive") => false,
        (KnownType.BackgroundWorker, "IsBusy") => false,
        _ => null,
    };

    /// <summary>Whether the property is the task that a completion source completes.</summary>
    public static bool IsPromise(IPropertySymbol property, KnownTypes types) => property.Name == "Task" && types[property.ContainingType] == KnownType.TaskCompletionSource;

    /// <summary>Whether the task that the method returns ends when all of its arguments have.</summary>
    public static bool IsWhenAll(IMethodSymbol method, KnownTypes types) => method.Name == "WhenAll" && types.Is(method.ContainingType, KnownType.Task) || method.Name == "ContinueWhenAll" && types[method.ContainingType] == KnownType.TaskFactory;

    /// <summary>Whether the method makes a task that ends after some time.</summary>
    public static bool IsDelay(IMethodSymbol method, KnownTypes types) => method.Name == "Delay" && types[method.ContainingType] == KnownType.Task;

    /// <summary>Whether the method waits for each element of its first argument.</summary>
    public static bool IsWaitAll(IMethodSymbol method) => method.Name == "WaitAll";

    /// <summary>Whether the call ends a timer or changes when it is due.</summary>
    public static bool StopsTimer(IMethodSymbol method) => method.Name is "Dispose" or "DisposeAsync" or "Stop" or "Change";

    /// <summary>Whether the call says when a timer is due next.</summary>
    public static bool IsChange(IMethodSymbol method) => method.Name == "Change";

    /// <summary>Whether the property says that a timer fires again and again.</summary>
    public static bool IsAutoReset(IPropertySymbol property) => property.Name == "AutoReset";

    /// <summary>Whether the property says that a thread does not keep the process alive.</summary>
    public static bool IsBackground(IPropertySymbol property) => property.Name == "IsBackground";

    /// <summary>Whether the field stands for a time that is never over.</summary>
    public static bool IsInfinite(IFieldSymbol field) => field.Name == "InfiniteTimeSpan";

    /// <summary>Whether the field stands for no time at all.</summary>
    public static bool IsZero(IFieldSymbol field) => field.Name == "Zero";

    /// <summary>Whether a parallel method runs each of its delegates once.</summary>
    public static bool RunsEachOnce(IMethodSymbol method) => method.Name == "Invoke";

    /// <summary>Whether the argument is a scheduler that runs tasks in a way of its own, on one thread often enough; of the default one it is known.</summary>
    public static bool IsOwnScheduler(IArgumentOperation argument, KnownTypes types) =>
        types[argument.Parameter?.Type] == KnownType.TaskScheduler && argument.Value is not IPropertyReferenceOperation { Property.Name: "Default" };

    /// <summary>As for an argument, where it is not known for which parameter.</summary>
    public static bool IsOwnScheduler(IOperation value, KnownTypes types) => types.Is(value.Type, KnownType.TaskScheduler) && value is not IPropertyReferenceOperation { Property.Name: "Default" };

    /// <summary>Whether the property is the scheduler of the task that runs here: who names it knows that it may be another than the default.</summary>
    public static bool IsCurrentScheduler(IPropertySymbol property, KnownTypes types) => property.Name == "Current" && types[property.ContainingType] == KnownType.TaskScheduler;

    /// <summary>Whether the method starts tasks on the scheduler of the task that calls it.</summary>
    public static bool IsAmbient(IMethodSymbol method, KnownTypes types) =>
        types[method.ContainingType] is KnownType.TaskFactory or KnownType.Task or KnownType.TaskOfT && method.Name is "StartNew" or "ContinueWith" or "Start"
        && !method.Parameters.Any(parameter => types[parameter.Type] == KnownType.TaskScheduler);

    /// <summary>The memory that the condition exchanges to ask who came first: of several only one goes on.</summary>
    /// <param name="negated">Whether it is false for the first.</param>
    public static IOperation? Claimed(IOperation condition, KnownTypes types, out bool negated)
    {
        var (asked, compared) = condition switch
        {
            IBinaryOperation { RightOperand: var right } binary when binary.LeftOperand.Unconverted() is IInvocationOperation left => (left, right.ConstantValue),
            IBinaryOperation binary => (binary.RightOperand.Unconverted(), binary.LeftOperand.ConstantValue),
            IIsPatternOperation { Value: var value, Pattern: var pattern } => (value.Unconverted(), ((pattern as INegatedPatternOperation)?.Pattern ?? pattern) is IConstantPatternOperation constant ? constant.Value.ConstantValue : default),
            _ => (condition, new Optional<object?>(true)),
        };
        negated = condition is IBinaryOperation { OperatorKind: BinaryOperatorKind.NotEquals } or IIsPatternOperation { Pattern: INegatedPatternOperation };
        if (asked is not IInvocationOperation { TargetMethod: { Name: "CompareExchange" or "Exchange" } method, Arguments: [{ Value: var memory }, { Value.ConstantValue: var written }, ..] } || types[method.ContainingType] != KnownType.Interlocked)
            return null;
        // Who finds what it writes comes too late.
        negated ^= compared.HasValue && written.HasValue && Equals(compared.Value, written.Value);
        return memory;
    }

    /// <summary>Whether the method is given a question without arguments: it asks it again and again until the answer is yes.</summary>
    public static bool AsksUntil(IMethodSymbol method) => method.Parameters.Any(parameter =>
        parameter.Type is INamedTypeSymbol { DelegateInvokeMethod: { Parameters.Length: 0, ReturnType: var answer } } && (IsBool(answer) || answer is INamedTypeSymbol { TypeArguments: [var awaited] } && IsBool(awaited)));

    private static bool IsBool(ITypeSymbol type) => type.SpecialType == SpecialType.System_Boolean;

    /// <summary>Whether the expression asks for a thread of its own for a task.</summary>
    public static bool IsLongRunning(IOperation options) => options.DescendantsAndSelf().Any(part => part is IFieldReferenceOperation { Field.Name: "LongRunning" });

    /// <summary>Whether who takes the lock so may take it for writing too.</summary>
    public static bool IsUpgradeable(IMethodSymbol method) => method.Name is "EnterUpgradeableReadLock" or "TryEnterUpgradeableReadLock";

    /// <summary>Whether only the thread that took the lock may give it back; semaphores belong to nobody.</summary>
    public static bool IsThreadAffine(IMethodSymbol method, ITypeSymbol? receiver, KnownTypes types) =>
        types[method.ContainingType] is KnownType.Monitor or KnownType.Lock or KnownType.SpinLock or KnownType.ReaderWriterLock or KnownType.ReaderWriterLockSlim || types.Is(receiver, KnownType.Mutex);

    /// <summary>Whether the call only asserts its first argument.</summary>
    public static bool IsAssertion(IMethodSymbol method) => method.Name == "Assert";

    /// <summary>Whether the property says that the thread holds the lock that it is asked of.</summary>
    public static bool IsHeld(IPropertySymbol property) => property.Name is "IsHeldByCurrentThread" or "IsWriteLockHeld" or "IsReadLockHeld";

    /// <summary>Whether the call says that the thread holds the monitor of its argument.</summary>
    public static bool IsEntered(IMethodSymbol method, KnownTypes types) => method.Name == "IsEntered" && types[method.ContainingType] == KnownType.Monitor;

    /// <summary>Whether the call compares two references.</summary>
    public static bool IsReferenceEquals(IMethodSymbol method) => method.Name == "ReferenceEquals";

    /// <summary>The name by which a type or method tells that its result holds a lock until it is disposed; a heuristic, for silence only.</summary>
    public static bool IsNamedLikeLock(ISymbol symbol) => IsNamedLikeLock(symbol.Name);

    /// <summary>The same of a name that nothing is known of.</summary>
    public static bool IsNamedLikeLock(string name) => !name.StartsWith("Log", StringComparison.Ordinal) && LockNames.Any(part => Includes(name, part));

    /// <summary>Whether the name has the part, and not as the rest of another word: a block, a clock, a center.</summary>
    private static bool Includes(string name, string part)
    {
        for (var at = name.IndexOf(part, StringComparison.OrdinalIgnoreCase); at >= 0; at = name.IndexOf(part, at + 1, StringComparison.OrdinalIgnoreCase))
            if (at == 0 || char.IsUpper(name[at]) || name[at - 1] is not ('b' or 'B' or 'c' or 'C'))
                return true;
        return false;
    }

    /// <summary>
    /// What the call does to a lock that no table knows, by the names of the lock's type and of the member; null where that is
    /// unsure. A heuristic, for silence only.
    /// </summary>
    public static Effect? OfNamedLock(IInvocationOperation call, KnownTypes types)
    {
        var (method, type) = (call.TargetMethod, call.Instance?.Unconverted().Type);
        if (!IsLock(type) || types[type] != KnownType.None)
            return null;
        var mode = method.Name.Contains("Read") || method.Name.Contains("Shared") ? LockMode.Read : LockMode.Exclusive;
        if (method.Name.StartsWith("Try", StringComparison.Ordinal))
            return IsBool(method.ReturnType) && IsNamedLikeLock(method) ? new Effect(EffectKind.TryAcquire, Mode: mode) : null;
        if (!method.ReturnsVoid && method.ReturnType is not INamedTypeSymbol { Name: "Task" or "ValueTask", IsGenericType: false })
            return null;
        return Givings.Any(part => method.Name.IndexOf(part, StringComparison.OrdinalIgnoreCase) >= 0) ? new Effect(EffectKind.Release, Mode: mode)
            : Takings.Any(method.Name.Contains) ? new Effect(EffectKind.Acquire, Mode: mode)
            : null;
    }

    /// <summary>Whether the type is a lock by its name, one that runs what it is given while it is held; a heuristic, for silence only.</summary>
    public static bool IsLock(ITypeSymbol? type) => type is not null && LockTypes.Any(end => type.Name.EndsWith(end, StringComparison.Ordinal));

    /// <summary>Whether the type is of what an operation calls when it has ended, in the first pattern for asynchronous code.</summary>
    public static bool IsCallback(ITypeSymbol? type) => type is { Name: "AsyncCallback", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    /// <summary>How timers' and workers' events begin work on another thread; null for other events.</summary>
    public static SpawnKind? Raises(IEventSymbol @event, KnownTypes types) => (types[@event.ContainingType], @event.Name) switch
    {
        (KnownType.TimersTimer, "Elapsed") => SpawnKind.Timer,
        (KnownType.BackgroundWorker, "DoWork") => SpawnKind.Worker,
        (KnownType.Watcher, _) => SpawnKind.Event,
        (KnownType.Process, "Exited") => SpawnKind.Event,
        _ => null,
    };

    /// <summary>The event that a process raises, on a thread of that event's own, from the call on; null for another call.</summary>
    public static IEventSymbol? Begins(IMethodSymbol method, KnownTypes types) => types[method.ContainingType] != KnownType.Process ? null
        : method.Name switch
        {
            "BeginOutputReadLine" => method.ContainingType.GetMembers("OutputDataReceived").OfType<IEventSymbol>().FirstOrDefault(),
            "BeginErrorReadLine" => method.ContainingType.GetMembers("ErrorDataReceived").OfType<IEventSymbol>().FirstOrDefault(),
            _ => null,
        };

    /// <summary>The events that a process raises no more after the call; none for another call.</summary>
    public static IEnumerable<IEventSymbol> Ends(IMethodSymbol method, KnownTypes types) =>
        types[method.ContainingType] == KnownType.Process && method.Name is "WaitForExit" or "WaitForExitAsync" or "Kill" or "Close" or "Dispose" or "CancelOutputRead" or "CancelErrorRead"
            ? method.ContainingType.GetMembers().OfType<IEventSymbol>() : [];

    private static readonly ImmutableArray<string> LockTypes = ImmutableArray.Create("Lock", "Locker", "Mutex", "Semaphore", "CriticalSection", "Synchronizer");

    private static readonly ImmutableArray<string> Takings = ImmutableArray.Create("Lock", "Enter", "Acquire");

    private static readonly ImmutableArray<string> Givings = ImmutableArray.Create("Unlock", "Release", "Exit", "Leave");

    private static readonly ImmutableArray<string> LockNames = ImmutableArray.Create("Lock", "Enter", "Acquire", "Guard", "Synchron", "Mutex", "Critical", "Exclusive");
}
