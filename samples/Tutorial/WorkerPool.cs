namespace Tutorial;

/// <summary>
/// A fixed number of threads that carry out submitted work in the order of submission. Who makes a pool shuts it down.
/// All members may be called from any thread.
/// </summary>
public sealed class WorkerPool : IDisposable
{
    // Guards the two fields below it. An object, because System.Threading.Lock has no Wait and Pulse.
    private readonly object gate = new();
    private readonly Queue<Action> queue = new();
    private bool closed;

    private readonly Thread[] workers;

    /// <summary>Starts the threads.</summary>
    /// <param name="workers">How many threads there are, from the first moment to the last.</param>
    /// <param name="name">What the threads are called: "worker 1", "worker 2" …</param>
    public WorkerPool(int workers, string name = "worker")
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);

        // Foreground threads: what was submitted is done before the process ends.
        this.workers = [.. Enumerable.Range(1, workers).Select(number => new Thread(CarryOut) { Name = $"{name} {number}" })];
        foreach (var worker in this.workers)
            worker.Start();
    }

    /// <summary>Queues work for the next free thread.</summary>
    /// <returns>The end of the work; if the work throws, the exception is here and the thread goes on with the next.</returns>
    /// <exception cref="InvalidOperationException">The pool is shut down.</exception>
    public Task Submit(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);

        // Asynchronously, so that what follows the work never runs on, and never holds up, a worker.
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (closed)
                throw new InvalidOperationException("The pool is shut down");
            queue.Enqueue(() => Complete(end, work));
            Monitor.Pulse(gate);
        }
        return end.Task;
    }

    /// <summary>Refuses further work; what was submitted before is still carried out. A second call changes nothing.</summary>
    /// <param name="wait">Whether to return only when the last thread has ended.</param>
    /// <exception cref="InvalidOperationException">A worker would wait for itself.</exception>
    public void Shutdown(bool wait)
    {
        if (wait && workers.Contains(Thread.CurrentThread))
            throw new InvalidOperationException("A worker of the pool cannot wait for the pool: it would wait for itself");

        lock (gate)
        {
            closed = true;
            Monitor.PulseAll(gate);
        }

        // Outside the lock, which the workers need to come to their end.
        if (wait)
            foreach (var worker in workers)
                worker.Join();
    }

    /// <summary>Shuts down and waits.</summary>
    public void Dispose() => Shutdown(wait: true);

    private static void Complete(TaskCompletionSource end, Action work)
    {
        try
        {
            work();
            end.SetResult();
        }
        catch (Exception exception)
        {
            end.SetException(exception);
        }
    }

    private void CarryOut()
    {
        while (Next() is { } work)
            work();
    }

    /// <summary>Waits for work; null when there is none and there will be none.</summary>
    private Action? Next()
    {
        lock (gate)
        {
            // A loop, not an 'if': another worker may have taken the work before this one woke up.
            while (queue.Count == 0 && !closed)
                Monitor.Wait(gate);
            return queue.TryDequeue(out var work) ? work : null;
        }
    }
}
