using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>What a call of a framework member does to threads.</summary>
internal enum EffectKind : byte
{
    None,
    /// <summary>Takes a lock and returns when it has it.</summary>
    Acquire,
    /// <summary>Tries to take a lock and returns whether it did.</summary>
    TryAcquire,
    /// <summary>Gives a lock back.</summary>
    Release,
    /// <summary>Returns when the operand has ended.</summary>
    Join,
    /// <summary>Returns when the operand has ended or a time is over.</summary>
    TimedJoin,
    /// <summary>Returns when a signal was given.</summary>
    Await,
    /// <summary>Gives a signal.</summary>
    Signal,
    /// <summary>Starts the operand: a thread, a cold task.</summary>
    StartOperand,
    /// <summary>Starts the delegates among the arguments.</summary>
    Start,
    /// <summary>Starts many of the delegates among the arguments and waits for all.</summary>
    StartAndJoin,
    /// <summary>Calls the delegates among the arguments before it returns.</summary>
    CallNow,
    /// <summary>Has the delegates among the arguments called on the user interface's thread.</summary>
    Marshal,
    /// <summary>An atomic change of the first argument's memory.</summary>
    AtomicWrite,
    /// <summary>An atomic or volatile read of the first argument's memory.</summary>
    AtomicRead,
    /// <summary>Lets time pass, in which something else is meant to happen.</summary>
    Pause,
}

/// <summary>The meaning of one framework member.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Operand">To what: the receiver, -1, or the argument of that ordinal.</param>
/// <param name="Mode">Of an acquisition: what it excludes.</param>
/// <param name="Spawn">Of a start: by what means.</param>
internal readonly record struct Effect(EffectKind Kind, int Operand = Effect.Receiver, LockMode Mode = LockMode.Exclusive, SpawnKind Spawn = SpawnKind.Task)
{
    public const int Receiver = -1;
}

/// <summary>
/// The threading members of the framework, as data. Source: the .NET API reference of System.Threading and
/// System.Threading.Tasks. What is not in the table has no effect.
/// </summary>
internal static class Effects
{
    private static readonly Effect AcquireFirst = new(EffectKind.Acquire, 0);

    private static readonly IReadOnlyDictionary<(KnownType, string), Effect> Table = new Dictionary<(KnownType, string), Effect>
    {
        [(KnownType.Monitor, "Enter")] = AcquireFirst,
        [(KnownType.Monitor, "TryEnter")] = new(EffectKind.TryAcquire, 0),
        [(KnownType.Monitor, "Exit")] = new(EffectKind.Release, 0),
        [(KnownType.Lock, "Enter")] = new(EffectKind.Acquire),
        [(KnownType.Lock, "EnterScope")] = new(EffectKind.Acquire),
        [(KnownType.Lock, "TryEnter")] = new(EffectKind.TryAcquire),
        [(KnownType.Lock, "Exit")] = new(EffectKind.Release),
        [(KnownType.SpinLock, "Enter")] = new(EffectKind.Acquire),
        [(KnownType.SpinLock, "TryEnter")] = new(EffectKind.TryAcquire),
        [(KnownType.SpinLock, "Exit")] = new(EffectKind.Release),
        [(KnownType.Mutex, "WaitOne")] = new(EffectKind.Acquire),
        [(KnownType.Mutex, "ReleaseMutex")] = new(EffectKind.Release),
        [(KnownType.Semaphore, "WaitOne")] = new(EffectKind.Acquire),
        [(KnownType.Semaphore, "Release")] = new(EffectKind.Release),
        [(KnownType.SemaphoreSlim, "Wait")] = new(EffectKind.Acquire),
        [(KnownType.SemaphoreSlim, "WaitAsync")] = new(EffectKind.Acquire),
        [(KnownType.SemaphoreSlim, "Release")] = new(EffectKind.Release),
        [(KnownType.ReaderWriterLockSlim, "EnterReadLock")] = new(EffectKind.Acquire, Mode: LockMode.Read),
        [(KnownType.ReaderWriterLockSlim, "TryEnterReadLock")] = new(EffectKind.TryAcquire, Mode: LockMode.Read),
        [(KnownType.ReaderWriterLockSlim, "ExitReadLock")] = new(EffectKind.Release),
        // One upgradeable holder at a time, so it excludes its like and writers; other readers go on.
        [(KnownType.ReaderWriterLockSlim, "EnterUpgradeableReadLock")] = new(EffectKind.Acquire, Mode: LockMode.Read),
        [(KnownType.ReaderWriterLockSlim, "TryEnterUpgradeableReadLock")] = new(EffectKind.TryAcquire, Mode: LockMode.Read),
        [(KnownType.ReaderWriterLockSlim, "ExitUpgradeableReadLock")] = new(EffectKind.Release),
        [(KnownType.ReaderWriterLockSlim, "EnterWriteLock")] = new(EffectKind.Acquire),
        [(KnownType.ReaderWriterLockSlim, "TryEnterWriteLock")] = new(EffectKind.TryAcquire),
        [(KnownType.ReaderWriterLockSlim, "ExitWriteLock")] = new(EffectKind.Release),
        [(KnownType.ReaderWriterLock, "AcquireReaderLock")] = new(EffectKind.Acquire, Mode: LockMode.Read),
        [(KnownType.ReaderWriterLock, "AcquireWriterLock")] = new(EffectKind.Acquire),
        [(KnownType.ReaderWriterLock, "ReleaseReaderLock")] = new(EffectKind.Release),
        [(KnownType.ReaderWriterLock, "ReleaseWriterLock")] = new(EffectKind.Release),
        [(KnownType.ReaderWriterLock, "ReleaseLock")] = new(EffectKind.Release),

        [(KnownType.Thread, "Start")] = new(EffectKind.StartOperand, Spawn: SpawnKind.Thread),
        [(KnownType.Thread, "UnsafeStart")] = new(EffectKind.StartOperand, Spawn: SpawnKind.Thread),
        [(KnownType.Thread, "Join")] = new(EffectKind.Join),
        [(KnownType.Task, "Start")] = new(EffectKind.StartOperand),
        [(KnownType.Task, "RunSynchronously")] = new(EffectKind.None),
        [(KnownType.Task, "Run")] = new(EffectKind.Start),
        [(KnownType.TaskFactory, "StartNew")] = new(EffectKind.Start),
        [(KnownType.Task, "ContinueWith")] = new(EffectKind.Start, Spawn: SpawnKind.Continuation),
        [(KnownType.Task, "Wait")] = new(EffectKind.Join),
        [(KnownType.Task, "WaitAll")] = new(EffectKind.Join, 0),
        [(KnownType.ThreadPool, "QueueUserWorkItem")] = new(EffectKind.Start, Spawn: SpawnKind.Pool),
        [(KnownType.ThreadPool, "UnsafeQueueUserWorkItem")] = new(EffectKind.Start, Spawn: SpawnKind.Pool),
        [(KnownType.ThreadPool, "RegisterWaitForSingleObject")] = new(EffectKind.Start, Spawn: SpawnKind.Pool),
        [(KnownType.Parallel, "For")] = new(EffectKind.StartAndJoin, Spawn: SpawnKind.Parallel),
        [(KnownType.Parallel, "ForEach")] = new(EffectKind.StartAndJoin, Spawn: SpawnKind.Parallel),
        [(KnownType.Parallel, "Invoke")] = new(EffectKind.StartAndJoin, Spawn: SpawnKind.Parallel),
        [(KnownType.Parallel, "ForAsync")] = new(EffectKind.Start, Spawn: SpawnKind.Parallel),
        [(KnownType.Parallel, "ForEachAsync")] = new(EffectKind.Start, Spawn: SpawnKind.Parallel),

        [(KnownType.Thread, "Sleep")] = new(EffectKind.Pause),
        [(KnownType.Task, "Delay")] = new(EffectKind.Pause),
        [(KnownType.Monitor, "Wait")] = new(EffectKind.Await, 0),
        [(KnownType.Monitor, "Pulse")] = new(EffectKind.Signal, 0),
        [(KnownType.Monitor, "PulseAll")] = new(EffectKind.Signal, 0),
        [(KnownType.WaitHandle, "WaitOne")] = new(EffectKind.Await),
        [(KnownType.EventWaitHandle, "Set")] = new(EffectKind.Signal),
        [(KnownType.ManualResetEventSlim, "Wait")] = new(EffectKind.Await),
        [(KnownType.ManualResetEventSlim, "Set")] = new(EffectKind.Signal),
        [(KnownType.CountdownEvent, "Wait")] = new(EffectKind.Await),
        [(KnownType.CountdownEvent, "Signal")] = new(EffectKind.Signal),
        [(KnownType.Barrier, "SignalAndWait")] = new(EffectKind.Await),
        [(KnownType.TaskCompletionSource, "SetResult")] = new(EffectKind.Signal),
        [(KnownType.TaskCompletionSource, "TrySetResult")] = new(EffectKind.Signal),

        [(KnownType.Interlocked, "Read")] = new(EffectKind.AtomicRead, 0),
        [(KnownType.Volatile, "Read")] = new(EffectKind.AtomicRead, 0),
        [(KnownType.Volatile, "Write")] = new(EffectKind.AtomicWrite, 0),
        [(KnownType.Dispatcher, "Invoke")] = new(EffectKind.Marshal),
        [(KnownType.Dispatcher, "InvokeAsync")] = new(EffectKind.Marshal),
        [(KnownType.Dispatcher, "BeginInvoke")] = new(EffectKind.Marshal),
        [(KnownType.Dispatcher, "TryEnqueue")] = new(EffectKind.Marshal),
        [(KnownType.Dispatcher, "Post")] = new(EffectKind.Marshal),
        [(KnownType.UserInterfaceObject, "Invoke")] = new(EffectKind.Marshal),
        [(KnownType.UserInterfaceObject, "BeginInvoke")] = new(EffectKind.Marshal),
        [(KnownType.UserInterfaceObject, "InvokeAsync")] = new(EffectKind.Marshal),
        [(KnownType.SynchronizationContext, "Post")] = new(EffectKind.Marshal),
        [(KnownType.SynchronizationContext, "Send")] = new(EffectKind.Marshal),
    };

    /// <summary>The meaning of a call.</summary>
    /// <param name="method">The method that is called.</param>
    /// <param name="receiver">The static type of the receiver, which tells a mutex's WaitOne from an event's; null without one.</param>
    /// <param name="types">The types of the compilation.</param>
    public static Effect Of(IMethodSymbol method, ITypeSymbol? receiver, KnownTypes types)
    {
        var name = method.Name;
        for (var type = method.IsStatic ? method.ContainingType : receiver ?? method.ContainingType; type is not null; type = type.BaseType)
        {
            var known = types[type];
            if (known == KnownType.None)
                continue;
            if (Table.TryGetValue((known, name), out var effect))
                return Timed(effect, method);
            switch (known)
            {
                case KnownType.Interlocked: return new(EffectKind.AtomicWrite, 0);
                case KnownType.ImmutableInterlocked: return new(EffectKind.AtomicWrite, 0);
                case KnownType.LazyInitializer: return new(EffectKind.AtomicWrite, 0);
                case KnownType.ParallelEnumerable when HasDelegate(method): return new(EffectKind.StartAndJoin, Spawn: SpawnKind.Parallel);
                case KnownType.Enumerable or KnownType.List or KnownType.Array or KnownType.SafeCollection or KnownType.BlockingCollection or KnownType.Collection when HasDelegate(method): return new(EffectKind.CallNow);
            }
        }
        return default;
    }

    /// <summary>Whether the type's own instances are started by <see cref="EffectKind.StartOperand"/> or run by themselves once made.</summary>
    public static SpawnKind? HandleKind(KnownType type) => type switch
    {
        KnownType.Thread => SpawnKind.Thread,
        KnownType.Task or KnownType.TaskOfT => SpawnKind.Task,
        KnownType.Timer or KnownType.TimersTimer => SpawnKind.Timer,
        KnownType.BackgroundWorker => SpawnKind.Worker,
        _ => null,
    };

    /// <summary>A wait with a timeout is only an attempt, and one that waits for no time at all, too.</summary>
    private static Effect Timed(Effect effect, IMethodSymbol method)
    {
        var timed = method.Parameters.Any(parameter => parameter.Type.SpecialType == SpecialType.System_Int32 || parameter.Type.Name == nameof(TimeSpan));
        return !timed ? effect : effect.Kind switch
        {
            EffectKind.Join => effect with { Kind = EffectKind.TimedJoin },
            EffectKind.Acquire when method.ReturnType.SpecialType == SpecialType.System_Boolean || method.Name == "WaitAsync" => effect with { Kind = EffectKind.TryAcquire },
            _ => effect,
        };
    }

    private static bool HasDelegate(IMethodSymbol method) => method.Parameters.Any(parameter => parameter.Type.TypeKind == TypeKind.Delegate);
}
