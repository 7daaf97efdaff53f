namespace Tutorial;

/// <summary>How many threads help depends on what they do: compute, or wait. In either case it is a number.</summary>
internal static class HowManyThreads
{
    private const int Numbers = 100_000;
    private const int Block = 5_000;
    private const int Pages = 24;

    // A thread costs about a megabyte of stack and some of the scheduler's time: enough of them slow a machine down.
    private const int Downloaders = 8;

    public static void Run()
    {
        CountPrimes();
        DownloadPages();
    }

    /// <summary>Computing keeps a core busy: more threads than cores would only take turns.</summary>
    private static void CountPrimes()
    {
        var primes = 0;
        using (var pool = new WorkerPool(Environment.ProcessorCount, "calculator"))
            for (var start = 0; start < Numbers; start += Block)
            {
                var first = start;
                pool.Submit(() => Interlocked.Add(ref primes, Enumerable.Range(first, Block).Count(IsPrime)));
            }

        Console.WriteLine($"CPU-bound: {primes} primes below {Numbers}, on a thread per core");
    }

    /// <summary>Waiting keeps no core busy: more threads than cores wait for more answers at once.</summary>
    /// <remarks>If what is waited for can be awaited, await it: then not even a thread is kept.</remarks>
    private static void DownloadPages()
    {
        var pages = 0;
        using (var pool = new WorkerPool(Downloaders, "downloader"))
            for (var page = 0; page < Pages; page++)
                pool.Submit(() =>
                {
                    Thread.Sleep(TimeSpan.FromMilliseconds(20));
                    Interlocked.Increment(ref pages);
                });

        Console.WriteLine($"I/O-bound: {pages} pages, on {Downloaders} threads");
    }

    private static bool IsPrime(int number)
    {
        if (number < 2)
            return false;
        for (var divisor = 2; divisor * divisor <= number; divisor++)
            if (number % divisor == 0)
                return false;
        return true;
    }
}
