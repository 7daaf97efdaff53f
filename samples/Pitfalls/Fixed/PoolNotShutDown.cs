namespace Pitfalls;

/// <summary>The lesson: who makes a pool shuts it down, and waits.</summary>
public static class TwoTasks
{
    public static void Run()
    {
        using var pool = new Workers(count: 2);
        pool.Submit(() => Console.WriteLine("Worker thread running"));
        pool.Submit(() => Console.WriteLine("Worker thread running"));
        Console.WriteLine("Main thread continuing to run");
    }
}

/// <summary>A fixed number of threads that carry out submitted work.</summary>
public sealed class Workers : IDisposable
{
    private readonly object gate = new();
    private readonly Queue<Action> queue = new();
    private readonly Thread[] threads;
    private bool closed;

    public Workers(int count)
    {
        threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(CarryOut))];
        foreach (var thread in threads)
            thread.Start();
    }

    public void Submit(Action work)
    {
        lock (gate)
        {
            queue.Enqueue(work);
            Monitor.Pulse(gate);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            Monitor.PulseAll(gate);
        }
        foreach (var thread in threads)
            thread.Join();
    }

    private void CarryOut()
    {
        while (Next() is { } work)
            work();
    }

    private Action? Next()
    {
        lock (gate)
        {
            while (queue.Count == 0 && !closed)
                Monitor.Wait(gate);
            return queue.Count > 0 ? queue.Dequeue() : null;
        }
    }
}
