namespace ThreadingAnalyzers.Api;

/// <summary>The framework types that have a meaning for threading. <see cref="KnownTypes"/> holds their names.</summary>
internal enum KnownType
{
    /// <summary>Any other type.</summary>
    None,

    // Threads and work.
    Thread, ThreadStart, ParameterizedThreadStart, ThreadPool, WaitCallback, BackgroundWorker, DoWorkEventHandler,
    Task, TaskOfT, ValueTask, ValueTaskOfT, TaskFactory, Parallel, ParallelEnumerable, ParallelQuery,
    Timer, TimerCallback, TimersTimer,
    TaskCompletionSource, BlockingCollection, ChannelWriter, SynchronizationContext, EventArgs,

    // Locks and signals.
    Monitor, Lock, LockScope, SpinLock, SpinWait, Semaphore, SemaphoreSlim, Mutex, ReaderWriterLock, ReaderWriterLockSlim,
    WaitHandle, EventWaitHandle, AutoResetEvent, ManualResetEvent, ManualResetEventSlim, CountdownEvent, Barrier,

    // Collections that a rule must tell apart.
    List, Enumerable,

    // Reflection objects, which the runtime shares between all code of the process.
    MemberInfo, ParameterInfo,

    // Its objects are made without a constructor when they are read.
    DataContractAttribute,
}
