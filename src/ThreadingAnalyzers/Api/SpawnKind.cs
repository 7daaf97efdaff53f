namespace ThreadingAnalyzers.Api;

/// <summary>By what means a thread of execution begins.</summary>
internal enum SpawnKind : byte
{
    /// <summary>Thread.Start.</summary>
    Thread,
    /// <summary>Task.Run, StartNew, a started task.</summary>
    Task,
    /// <summary>ThreadPool.QueueUserWorkItem and its like.</summary>
    Pool,
    /// <summary>Parallel loops and PLINQ: many at once.</summary>
    Parallel,
    /// <summary>A timer's callback: again and again, and it can overlap itself.</summary>
    Timer,
    /// <summary>ContinueWith.</summary>
    Continuation,
    /// <summary>BackgroundWorker.DoWork.</summary>
    Worker,
    /// <summary>A handler of an event that the framework raises on its own threads; of one source one after the other.</summary>
    Event,
    /// <summary>What an async method does after its first await, when its caller does not await it at once.</summary>
    Async,
    /// <summary>What the async lambdas of a sequence operator, <c>items.Select(async item => …)</c>, do after their first await: many at once.</summary>
    Sequence,
    /// <summary>A call by a framework that serves many requests at once.</summary>
    Request,
    /// <summary>What a host runs in the background as long as the program lives.</summary>
    Service,
    /// <summary>What an operation calls when it has ended, on a thread of the pool: <c>socket.BeginReceive(…, received, null)</c>.</summary>
    Callback,
}
