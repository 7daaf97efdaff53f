using System.Collections.Concurrent;
using System.ComponentModel;

// Methods that start work and order it rightly.

public static class FlowOf
{
    public static int SumOfPartsOk(int[] values)
    {
        var sums = new int[Environment.ProcessorCount];
        var threads = new Thread[sums.Length];
        for (var t = 0; t < threads.Length; t++)
        {
            var own = t;
            threads[t] = new Thread(() =>
            {
                for (var i = own; i < values.Length; i += sums.Length)
                    sums[own] += values[i];
            });
            threads[t].Start();
        }
        foreach (var thread in threads)
            thread.Join();
        return sums.Sum();
    }

    public static long SumOk(int[] values)
    {
        long total = 0;
        var gate = new object();
        Parallel.ForEach(values, () => 0L, (value, _, sum) => sum + value, sum => { lock (gate) total += sum; });
        return total;
    }

    public static int[] SquaresOk(int[] values)
    {
        var squares = new int[values.Length];
        Parallel.For(0, values.Length, i => squares[i] = values[i] * values[i]);
        return squares;
    }

    public static double[,] MultiplyOk(double[,] a, double[,] b, int n)
    {
        var c = new double[n, n];
        Parallel.For(0, n, row =>
        {
            for (var column = 0; column < n; column++)
            {
                double sum = 0;
                for (var k = 0; k < n; k++)
                    sum += a[row, k] * b[k, column];
                c[row, column] = sum;
            }
        });
        return c;
    }

    public static async Task<string> FirstLinesOk(string[] paths)
    {
        var lines = new string[paths.Length];
        await Task.WhenAll(paths.Select(async (path, i) => lines[i] = (await File.ReadAllLinesAsync(path))[0]));
        return string.Join(",", lines);
    }

    public static async Task<(int, int)> BothOk()
    {
        var left = 0;
        var right = 0;
        var first = Task.Run(() => left = 1);
        var second = Task.Run(() => right = 2);
        await Task.WhenAll(first, second);
        return (left, right);
    }

    public static async Task<int> OneAfterTheOtherOk()
    {
        var count = 0;
        await Task.Run(() => count++);
        await Task.Run(() => count++);
        return count;
    }

    // Who awaits a continuation has waited for what it continues.
    public static async Task<int> ContinuedOk()
    {
        var count = 0;
        await Task.Run(() => count++).ContinueWith(_ => count++);
        return count;
    }

    public static int SetUpBeforeStartOk()
    {
        var names = new List<string> { "a" };
        names.Add("b");
        var thread = new Thread(() => names.Add("c"));
        names.Add("d");
        thread.Start();
        thread.Join();
        names.Add("e");
        return names.Count;
    }

    public static List<int> ConsumedOk()
    {
        var results = new List<int>();
        using var queue = new BlockingCollection<int>();
        var consumer = Task.Factory.StartNew(() =>
        {
            foreach (var item in queue.GetConsumingEnumerable())
                results.Add(item);
        }, TaskCreationOptions.LongRunning);
        for (var i = 0; i < 100; i++)
            queue.Add(i);
        queue.CompleteAdding();
        consumer.Wait();
        return results;
    }

    public static int SignalledOk()
    {
        var answer = 0;
        using var ready = new ManualResetEventSlim();
        ThreadPool.QueueUserWorkItem(_ =>
        {
            answer = 42;
            ready.Set();
        });
        ready.Wait();
        return answer;
    }

    public static int CountedDownOk(int n)
    {
        var results = new int[n];
        using var left = new CountdownEvent(n);
        for (var i = 0; i < n; i++)
        {
            var index = i;
            ThreadPool.QueueUserWorkItem(_ =>
            {
                results[index] = index * index;
                left.Signal();
            });
        }
        left.Wait();
        return results.Sum();
    }

    public static async Task<string> PromisedOk()
    {
        string? text = null;
        var done = new TaskCompletionSource();
        new Thread(() =>
        {
            text = "ready";
            done.SetResult();
        }).Start();
        await done.Task;
        return text!;
    }

    public static void EachItsOwnOk(IEnumerable<string> urls)
    {
        foreach (var url in urls)
        {
            var attempts = 0;
            Task.Run(async () =>
            {
                while (attempts < 3)
                {
                    attempts++;
                    await Task.Delay(attempts);
                }
                Console.WriteLine(url + attempts);
            });
        }
    }

    public static void DiscardedOk(string message)
    {
        _ = Task.Run(() => Console.WriteLine(message));
        var trimmed = message.Trim();
        Console.WriteLine(trimmed.Length);
    }

    public static int AtomicOk(string[] files)
    {
        var done = 0;
        var seen = new ConcurrentBag<string>();
        Parallel.ForEach(files, file =>
        {
            seen.Add(file);
            Interlocked.Increment(ref done);
        });
        return done + seen.Count;
    }

    public static int PlinqOk(int[] values) => values.AsParallel().Where(value => value % 2 == 0).Select(value => value * 2).Sum();

    public static int RandomOk()
    {
        var sum = 0;
        Parallel.For(0, 100, _ => Interlocked.Add(ref sum, Random.Shared.Next()));
        return sum;
    }

    public static async Task<int> RetriedOk(Func<Task<int>> action)
    {
        var attempts = 0;
        while (true)
        {
            attempts++;
            try
            {
                return await Task.Run(action);
            }
            catch (IOException) when (attempts < 3)
            {
                await Task.Delay(attempts * 100);
            }
        }
    }

    public static async Task<int> TimeoutOk(Func<int> work)
    {
        using var cancel = new CancellationTokenSource();
        var task = Task.Run(work, cancel.Token);
        var winner = await Task.WhenAny(task, Task.Delay(1000, cancel.Token));
        cancel.Cancel();
        return winner == task ? await task : -1;
    }

    public static List<string> LocalListOk(string[] files)
    {
        var merged = new List<string>();
        var gate = new object();
        Parallel.ForEach(files, () => new List<string>(), (file, _, own) =>
        {
            own.Add(file);
            return own;
        }, own =>
        {
            lock (gate)
                merged.AddRange(own);
        });
        merged.Sort();
        return merged;
    }

    public static int BatchesOk(List<int> values)
    {
        var tasks = new List<Task<int>>();
        foreach (var batch in values.Chunk(10))
            tasks.Add(Task.Run(() => batch.Sum()));
        Task.WaitAll(tasks.ToArray());
        return tasks.Sum(task => task.Result);
    }

    public static int EitherOrOk(bool inBackground)
    {
        var count = 0;
        if (inBackground)
        {
            Task.Run(() => count++).Wait();
            return count;
        }
        count++;
        return count;
    }

    public static void HandedOffOk(Stream stream, bool later)
    {
        var buffer = new List<byte>();
        if (later)
        {
            Task.Run(() => buffer.Add((byte)stream.ReadByte()));
            return;
        }
        buffer.Add(1);
        Console.WriteLine(buffer.Count);
    }

    public static void BoundedParallelOk(string[] names)
    {
        var longest = "";
        var gate = new Lock();
        Parallel.ForEach(names, new ParallelOptions { MaxDegreeOfParallelism = 4 }, name =>
        {
            lock (gate)
            {
                if (name.Length > longest.Length)
                    longest = name;
            }
        });
        Console.WriteLine(longest);
    }

    public static async Task ThrottledOk(string[] urls, HttpClient http)
    {
        var bodies = new ConcurrentDictionary<string, string>();
        using var slots = new SemaphoreSlim(4);
        await Task.WhenAll(urls.Select(async url =>
        {
            await slots.WaitAsync();
            try { bodies[url] = await http.GetStringAsync(url); }
            finally { slots.Release(); }
        }));
        Console.WriteLine(bodies.Count);
    }

    public static async Task ForEachAsyncOk(string[] urls)
    {
        var total = 0;
        await Parallel.ForEachAsync(urls, async (url, cancellation) =>
        {
            await Task.Delay(url.Length, cancellation);
            Interlocked.Add(ref total, url.Length);
        });
        Console.WriteLine(total);
    }

    public static void BarrierOk(int n)
    {
        var cells = new double[n];
        var next = new double[n];
        using var barrier = new Barrier(2);
        Parallel.Invoke(() => Step(0, n / 2), () => Step(n / 2, n));

        void Step(int from, int to)
        {
            for (var round = 0; round < 10; round++)
            {
                for (var i = from; i < to; i++)
                    next[i] = cells[i] + 1;
                barrier.SignalAndWait();
                for (var i = from; i < to; i++)
                    cells[i] = next[i];
                barrier.SignalAndWait();
            }
        }
    }

    public static void QuickSortOk(int[] values, int from, int to)
    {
        if (to - from < 2)
            return;
        var pivot = from;
        for (var i = from + 1; i < to; i++)
            if (values[i] < values[from])
            {
                pivot++;
                (values[i], values[pivot]) = (values[pivot], values[i]);
            }
        (values[from], values[pivot]) = (values[pivot], values[from]);
        Parallel.Invoke(() => QuickSortOk(values, from, pivot), () => QuickSortOk(values, pivot + 1, to));
    }

    public static int LocksOfKeysOk(string[] keys)
    {
        var locks = new ConcurrentDictionary<string, object>();
        var counts = new ConcurrentDictionary<string, int>();
        Parallel.ForEach(keys, key =>
        {
            lock (locks.GetOrAdd(key, _ => new object()))
                counts[key] = counts.GetValueOrDefault(key) + 1;
        });
        return counts.Count;
    }

    public static void ReleaseAndReacquireOk(object gate, Queue<Action> jobs)
    {
        Task.Run(() => { lock (gate) jobs.Enqueue(() => { }); });
        lock (gate)
        {
            while (jobs.Count > 0)
            {
                var job = jobs.Dequeue();
                Monitor.Exit(gate);
                try { job(); }
                finally { Monitor.Enter(gate); }
            }
        }
    }

    public static void WorkerOk()
    {
        var worker = new BackgroundWorker();
        worker.DoWork += (_, e) => e.Result = Enumerable.Range(0, 100).Sum();
        worker.RunWorkerCompleted += (_, e) => Console.WriteLine(e.Result);
        worker.RunWorkerAsync();
    }

    public static int ProgressOk(int[] values)
    {
        var percent = 0;
        var progress = new Progress<int>(value => Console.WriteLine(value));
        Parallel.ForEach(values, _ => ((IProgress<int>)progress).Report(Interlocked.Increment(ref percent)));
        return percent;
    }
}
