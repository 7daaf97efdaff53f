namespace Tutorial;

/// <summary>Two tasks on the two threads of a pool, which is shut down when its work is submitted.</summary>
internal static class PoolOfTwoWorkers
{
    public static void Run()
    {
        // 'using' shuts the pool down even if a line below throws.
        using var pool = new WorkerPool(workers: 2);

        pool.Submit(Work);
        pool.Submit(Work);

        pool.Shutdown(wait: true);

        Console.WriteLine("Main thread continuing to run");
    }

    private static void Work() => Console.WriteLine("Worker thread running");
}
