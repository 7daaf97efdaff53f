namespace ThreadingAnalyzers.Api;

/// <summary>The framework types that have a meaning for threading. <see cref="KnownTypes"/> holds their names.</summary>
internal enum KnownType
{
    /// <summary>Any other type.</summary>
    None,

    // Threads and work.
    Thread, ThreadStart, ParameterizedThreadStart, ThreadPool, WaitCallback, BackgroundWorker, DoWorkEventHandler,
    Task, TaskOfT, ValueTask, ValueTaskOfT, TaskFactory, TaskScheduler, Parallel, ParallelEnumerable, ParallelQuery,
    Timer, TimerCallback, TimersTimer, ITimer, TimeProvider,
    TaskCompletionSource, BlockingCollection, ChannelWriter, SynchronizationContext, EventArgs,

    // Locks and signals.
    Monitor, Lock, LockScope, SpinLock, SpinWait, Semaphore, SemaphoreSlim, Mutex, ReaderWriterLock, ReaderWriterLockSlim,
    WaitHandle, EventWaitHandle, AutoResetEvent, ManualResetEvent, ManualResetEventSlim, CountdownEvent, Barrier,

    // Atomics and the memory model.
    Interlocked, Volatile, ImmutableInterlocked, LazyInitializer, Lazy,

    // Cancellation, promises, timers in loops.
    CancellationTokenSource, CancellationToken, CancellationTokenRegistration, PeriodicTimer,

    // Sources of events that come on threads of their own.
    Watcher, Process,

    // Collections: List, the other ones that one thread at a time may change, and the ones that are safe or never change.
    List, Collection, SafeCollection,

    // Objects that one thread at a time may use, though they hold no elements.
    StringBuilder, Random, UnsafeService,

    // Objects that run one operation at a time: of all sorts, or one that reads and one that writes.
    Connection, Duplex,

    // State of one thread or one flow of control.
    ThreadLocal, AsyncLocal, ThreadStaticAttribute,

    // Delegates that run at once, or on the user interface's thread.
    Enumerable, Array, UserInterfaceObject, Freezable, Dispatcher, Progress,

    // Reflection objects, which the runtime shares between all code of the process.
    MemberInfo, ParameterInfo,

    // What frameworks call from many threads: on an object for each request, on one for all, by its attribute or its parameters.
    RequestHost, SharedHost, BackgroundService, RequestMark, ServerCallContext, HttpContext, RequestDelegate, Endpoints,

    // Its objects are made without a constructor when they are read.
    DataContractAttribute,
}
