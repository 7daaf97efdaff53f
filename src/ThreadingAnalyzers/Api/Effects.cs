using System.Collections.Immutable;
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
    /// <summary>A member's name in a known type; its overloads mean the same.</summary>
    private readonly record struct Member(KnownType Type, string Name);

    private static readonly Effect AcquireFirst = new(EffectKind.Acquire, 0);

    private static readonly IReadOnlyDictionary<Member, Effect> Table = new Dictionary<Member, Effect>
    {
        [new(KnownType.Monitor, "Enter")] = AcquireFirst,
        [new(KnownType.Monitor, "TryEnter")] = new(EffectKind.TryAcquire, 0),
        [new(KnownType.Monitor, "Exit")] = new(EffectKind.Release, 0),
        [new(KnownType.Lock, "Enter")] = new(EffectKind.Acquire),
        [new(KnownType.Lock, "EnterScope")] = new(EffectKind.Acquire),
        [new(KnownType.Lock, "TryEnter")] = new(EffectKind.TryAcquire),
        [new(KnownType.Lock, "Exit")] = new(EffectKind.Release),
        [new(KnownType.SpinLock, "Enter")] = new(EffectKind.Acquire),
        [new(KnownType.SpinLock, "TryEnter")] = new(EffectKind.TryAcquire),
        [new(KnownType.SpinLock, "Exit")] = new(EffectKind.Release),
        [new(KnownType.Mutex, "WaitOne")] = new(EffectKind.Acquire),
        [new(KnownType.Mutex, "ReleaseMutex")] = new(EffectKind.Release),
        [new(KnownType.Semaphore, "WaitOne")] = new(EffectKind.Acquire),
        [new(KnownType.Semaphore, "Release")] = new(EffectKind.Release),
        [new(KnownType.SemaphoreSlim, "Wait")] = new(EffectKind.Acquire),
        [new(KnownType.SemaphoreSlim, "WaitAsync")] = new(EffectKind.Acquire),
        [new(KnownType.SemaphoreSlim, "Release")] = new(EffectKind.Release),
        [new(KnownType.ReaderWriterLockSlim, "EnterReadLock")] = new(EffectKind.Acquire, Mode: LockMode.Read),
        [new(KnownType.ReaderWriterLockSlim, "TryEnterReadLock")] = new(EffectKind.TryAcquire, Mode: LockMode.Read),
        [new(KnownType.ReaderWriterLockSlim, "ExitReadLock")] = new(EffectKind.Release),
        // One upgradeable holder at a time, so it excludes its like and writers; other readers go on.
        [new(KnownType.ReaderWriterLockSlim, "EnterUpgradeableReadLock")] = new(EffectKind.Acquire, Mode: LockMode.Read),
        [new(KnownType.ReaderWriterLockSlim, "TryEnterUpgradeableReadLock")] = new(EffectKind.TryAcquire, Mode: LockMode.Read),
        [new(KnownType.ReaderWriterLockSlim, "ExitUpgradeableReadLock")] = new(EffectKind.Release),
        [new(KnownType.ReaderWriterLockSlim, "EnterWriteLock")] = new(EffectKind.Acquire),
        [new(KnownType.ReaderWriterLockSlim, "TryEnterWriteLock")] = new(EffectKind.TryAcquire),
        [new(KnownType.ReaderWriterLockSlim, "ExitWriteLock")] = new(EffectKind.Release),
        [new(KnownType.ReaderWriterLock, "AcquireReaderLock")] = new(EffectKind.Acquire, Mode: LockMode.Read),
        [new(KnownType.ReaderWriterLock, "AcquireWriterLock")] = new(EffectKind.Acquire),
        [new(KnownType.ReaderWriterLock, "ReleaseReaderLock")] = new(EffectKind.Release),
        [new(KnownType.ReaderWriterLock, "ReleaseWriterLock")] = new(EffectKind.Release),
        [new(KnownType.ReaderWriterLock, "ReleaseLock")] = new(EffectKind.Release),

        [new(KnownType.Thread, "Start")] = new(EffectKind.StartOperand, Spawn: SpawnKind.Thread),
        [new(KnownType.Thread, "UnsafeStart")] = new(EffectKind.StartOperand, Spawn: SpawnKind.Thread),
        [new(KnownType.Thread, "Join")] = new(EffectKind.Join),
        [new(KnownType.Task, "Start")] = new(EffectKind.StartOperand),
        [new(KnownType.Task, "RunSynchronously")] = new(EffectKind.None),
        [new(KnownType.Task, "Run")] = new(EffectKind.Start),
        [new(KnownType.TaskFactory, "StartNew")] = new(EffectKind.Start),
        [new(KnownType.Task, "ContinueWith")] = new(EffectKind.Start, Spawn: SpawnKind.Continuation),
        [new(KnownType.Task, "Wait")] = new(EffectKind.Join),
        [new(KnownType.Task, "WaitAll")] = new(EffectKind.Join, 0),
        [new(KnownType.ThreadPool, "QueueUserWorkItem")] = new(EffectKind.Start, Spawn: SpawnKind.Pool),
        [new(KnownType.ThreadPool, "UnsafeQueueUserWorkItem")] = new(EffectKind.Start, Spawn: SpawnKind.Pool),
        [new(KnownType.ThreadPool, "RegisterWaitForSingleObject")] = new(EffectKind.Start, Spawn: SpawnKind.Pool),
        [new(KnownType.Parallel, "For")] = new(EffectKind.StartAndJoin, Spawn: SpawnKind.Parallel),
        [new(KnownType.Parallel, "ForEach")] = new(EffectKind.StartAndJoin, Spawn: SpawnKind.Parallel),
        [new(KnownType.Parallel, "Invoke")] = new(EffectKind.StartAndJoin, Spawn: SpawnKind.Parallel),
        [new(KnownType.Parallel, "ForAsync")] = new(EffectKind.Start, Spawn: SpawnKind.Parallel),
        [new(KnownType.Parallel, "ForEachAsync")] = new(EffectKind.Start, Spawn: SpawnKind.Parallel),
        [new(KnownType.Endpoints, "Map")] = new(EffectKind.Start, Spawn: SpawnKind.Request),
        [new(KnownType.Endpoints, "MapGet")] = new(EffectKind.Start, Spawn: SpawnKind.Request),
        [new(KnownType.Endpoints, "MapPost")] = new(EffectKind.Start, Spawn: SpawnKind.Request),
        [new(KnownType.Endpoints, "MapPut")] = new(EffectKind.Start, Spawn: SpawnKind.Request),
        [new(KnownType.Endpoints, "MapDelete")] = new(EffectKind.Start, Spawn: SpawnKind.Request),
        [new(KnownType.Endpoints, "MapPatch")] = new(EffectKind.Start, Spawn: SpawnKind.Request),
        [new(KnownType.Endpoints, "MapMethods")] = new(EffectKind.Start, Spawn: SpawnKind.Request),
        [new(KnownType.Endpoints, "MapFallback")] = new(EffectKind.Start, Spawn: SpawnKind.Request),
        [new(KnownType.Endpoints, "Use")] = new(EffectKind.Start, Spawn: SpawnKind.Request),
        [new(KnownType.Endpoints, "Run")] = new(EffectKind.Start, Spawn: SpawnKind.Request),

        [new(KnownType.Thread, "Sleep")] = new(EffectKind.Pause),
        [new(KnownType.Task, "Delay")] = new(EffectKind.Pause),
        [new(KnownType.Monitor, "Wait")] = new(EffectKind.Await, 0),
        [new(KnownType.Monitor, "Pulse")] = new(EffectKind.Signal, 0),
        [new(KnownType.Monitor, "PulseAll")] = new(EffectKind.Signal, 0),
        [new(KnownType.WaitHandle, "WaitOne")] = new(EffectKind.Await),
        [new(KnownType.EventWaitHandle, "Set")] = new(EffectKind.Signal),
        [new(KnownType.ManualResetEventSlim, "Wait")] = new(EffectKind.Await),
        [new(KnownType.ManualResetEventSlim, "Set")] = new(EffectKind.Signal),
        [new(KnownType.CountdownEvent, "Wait")] = new(EffectKind.Await),
        [new(KnownType.CountdownEvent, "Signal")] = new(EffectKind.Signal),
        [new(KnownType.Barrier, "SignalAndWait")] = new(EffectKind.Await),
        [new(KnownType.TaskCompletionSource, "SetResult")] = new(EffectKind.Signal),
        [new(KnownType.TaskCompletionSource, "TrySetResult")] = new(EffectKind.Signal),

        [new(KnownType.Interlocked, "Read")] = new(EffectKind.AtomicRead, 0),
        [new(KnownType.Volatile, "Read")] = new(EffectKind.AtomicRead, 0),
        [new(KnownType.Volatile, "Write")] = new(EffectKind.AtomicWrite, 0),
        [new(KnownType.Dispatcher, "Invoke")] = new(EffectKind.Marshal),
        [new(KnownType.Dispatcher, "InvokeAsync")] = new(EffectKind.Marshal),
        [new(KnownType.Dispatcher, "BeginInvoke")] = new(EffectKind.Marshal),
        [new(KnownType.Dispatcher, "TryEnqueue")] = new(EffectKind.Marshal),
        [new(KnownType.Dispatcher, "Post")] = new(EffectKind.Marshal),
        [new(KnownType.UserInterfaceObject, "Invoke")] = new(EffectKind.Marshal),
        [new(KnownType.UserInterfaceObject, "BeginInvoke")] = new(EffectKind.Marshal),
        [new(KnownType.UserInterfaceObject, "InvokeAsync")] = new(EffectKind.Marshal),
        [new(KnownType.SynchronizationContext, "Post")] = new(EffectKind.Marshal),
        [new(KnownType.SynchronizationContext, "Send")] = new(EffectKind.Marshal),
    };

    private static readonly ImmutableHashSet<string> Names = Table.Keys.Select(member => member.Name).ToImmutableHashSet(StringComparer.Ordinal);

    private static readonly ImmutableHashSet<string> LockNames = Table
        .Where(row => row.Value.Kind is EffectKind.Acquire or EffectKind.TryAcquire or EffectKind.Release)
        .Select(row => row.Key.Name).ToImmutableHashSet(StringComparer.Ordinal);

    private static readonly ImmutableHashSet<string> OwnedNames = Table
        .Where(row => row.Value.Kind is EffectKind.Acquire or EffectKind.TryAcquire or EffectKind.Release && row.Key.Type is not (KnownType.Semaphore or KnownType.SemaphoreSlim))
        .Select(row => row.Key.Name).ToImmutableHashSet(StringComparer.Ordinal);

    private static readonly WordSet OwnedWords = new([.. OwnedNames]);

    /// <summary>Whether a call of that name can take or give back a lock that belongs to a thread.</summary>
    public static bool MayOwn(string name) => OwnedNames.Contains(name);

    /// <summary>Whether the text of the code has such a name; bodies without one need not be walked.</summary>
    public static bool MayOwn(SyntaxNode code, CancellationToken cancellation) => OwnedWords.IsIn(code, cancellation);

    /// <summary>The words of the code that are such names.</summary>
    public static IEnumerable<SyntaxToken> OwningIn(SyntaxNode code, CancellationToken cancellation) => OwnedWords.TokensIn(code, cancellation);

    /// <summary>Whether a method of that name can take a lock or give one back: nearly every call is told apart by this one look.</summary>
    public static bool MayLock(IMethodSymbol method) => LockNames.Contains(method.Name);

    /// <summary>The meaning of a call.</summary>
    /// <param name="method">The method that is called.</param>
    /// <param name="receiver">The static type of the receiver, which tells a mutex's WaitOne from an event's; null without one.</param>
    /// <param name="types">The types of the compilation.</param>
    public static Effect Of(IMethodSymbol method, ITypeSymbol? receiver, KnownTypes types)
    {
        var name = method.Name;
        if (types.Declared != DeclaredNames.None && Declared(method, types.Declared) is { } own)
            return own;
        // What has neither a row of its own nor a delegate to call does nothing that a type could tell.
        if (!method.IsStatic && !Names.Contains(name) && !HasDelegate(method))
            return default;
        for (var type = method.IsStatic ? method.ContainingType : receiver ?? method.ContainingType; type is not null; type = type.BaseType)
        {
            var known = types[type];
            if (known == KnownType.None)
                continue;
            if (Table.TryGetValue(new(known, name), out var effect))
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

    /// <summary>What the options declare of a method.</summary>
    private static Effect? Declared(IMethodSymbol method, DeclaredNames declared)
    {
        if (DeclaredNames.Include(declared.JoinMethods, method))
            return new Effect(EffectKind.Join, method.Parameters.Length > 0 ? 0 : Effect.Receiver);
        if (DeclaredNames.Include(declared.SpawnMethods, method))
            return new Effect(EffectKind.Start, Spawn: SpawnKind.Task);
        return HasDelegate(method) && DeclaredNames.Include(declared.PoolTypes, method.ContainingType) ? new Effect(EffectKind.Start, Spawn: SpawnKind.Pool) : null;
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

    /// <summary>By the declaration: a collection of delegates calls none when one is added.</summary>
    private static bool HasDelegate(IMethodSymbol method) => method.OriginalDefinition.Parameters.Any(parameter => parameter.Type.TypeKind == TypeKind.Delegate);
}
