// Captured variables: cases 1 to 9.

public static class LocalsOf
{
    public static async Task<int> Case01_TaskBad()
    {
        var n = 0;
        var task = Task.Run(() => n++);
//                                ~ THR3002
        n++;
        await task;
        return n;
    }

    public static int Case01_ThreadBad()
    {
        var n = 0;
        var thread = new Thread(() => n++);
//                                    ~ THR3002
        thread.Start();
        n += 2;
        thread.Join();
        return n;
    }

    public static int Case01_PoolBad()
    {
        var n = 0;
        ThreadPool.QueueUserWorkItem(_ => n++);
//                                        ~ THR3002
        n++;
        return n;
    }

    public static async Task<int> Case01_LocalFunctionBad()
    {
        var n = 0;
        var task = Task.Factory.StartNew(Add);
        Add();
        await task;
        return n;

        void Add() => n++;
//                    ~ THR3002
    }

    public static int Case01_DelegateBad()
    {
        var n = 0;
        Action add = () => n++;
//                         ~ THR3002
        var task = Task.Run(add);
        add();
        task.Wait();
        return n;
    }

    public static int Case01_ReadBeforeJoinBad()
    {
        string? text = null;
        var thread = new Thread(() => text = File.ReadAllText("a.txt"));
//                                    ~~~~ THR3001
        thread.Start();
        Console.WriteLine(text!.Length);
        thread.Join();
        return text.Length;
    }

    public static async Task<int> Case02_AwaitedOk()
    {
        var n = 0;
        var task = Task.Run(() => n++);
        await task;
        n++;
        return n;
    }

    public static async Task<int> Case02_ConfiguredOk()
    {
        var n = 0;
        var task = Task.Run(() => n++);
        await task.ConfigureAwait(false);
        n++;
        return n;
    }

    public static int Case02_ResultOk()
    {
        var n = 0;
        var task = Task.Run(() => { n++; return n; });
        var result = task.Result;
        n += result;
        return n;
    }

    public static int Case02_GetResultOk()
    {
        var n = 0;
        var task = Task.Run(() => { n++; });
        task.GetAwaiter().GetResult();
        n++;
        return n;
    }

    public static int Case02_HelperJoinsOk()
    {
        var n = 0;
        var thread = new Thread(() => n++);
        thread.Start();
        JoinAll([thread]);
        n++;
        return n;
    }

    public static int Case02_TimedOk()
    {
        var n = 0;
        var task = Task.Run(() => n++);
        if (task.Wait(1000))
            n++;
        else
            return -1;
        return n;
    }

    // THR3011, which is no rule of the engine, says it: the writer is the loop itself.
    public static async Task FN_Case03_ForVariableBad()
    {
        var tasks = new List<Task>();
        for (var i = 0; i < 9; i++)
            tasks.Add(Task.Run(() => Use(i)));
        await Task.WhenAll(tasks);
    }

    // THR3011, which is no rule of the engine, says it: the writer is the loop itself.
    public static void FN_Case03_ForThreadBad()
    {
        for (var i = 0; i < 9; i++)
        {
            var thread = new Thread(() => Use(i));
            thread.Start();
        }
    }

    // Declared outside the loop, assigned in it: THR3011 says it.
    public static void FN_Case03_OutsideBad(string[] names)
    {
        string name;
        foreach (var next in names)
        {
            name = next.Trim();
            ThreadPool.QueueUserWorkItem(_ => Use(name.Length));
        }
    }

    public static async Task Case04_ForEachVariableOk(int[] xs)
    {
        var tasks = new List<Task>();
        foreach (var x in xs)
            tasks.Add(Task.Run(() => Use(x)));
        await Task.WhenAll(tasks);
    }

    public static async Task<int> Case05_DisjointOk(int n)
    {
        var r = new int[n];
        var tasks = new List<Task>();
        for (var i = 0; i < n; i++)
        {
            var k = i;
            tasks.Add(Task.Run(() => r[k] = Square(k)));
        }
        await Task.WhenAll(tasks);
        return r.Sum();
    }

    public static int Case05_DisjointThreadsOk(int n)
    {
        var r = new int[n];
        var threads = new Thread[n];
        for (var i = 0; i < n; i++)
        {
            var k = i;
            threads[k] = new Thread(() => r[k] = Square(k));
            threads[k].Start();
        }
        for (var i = 0; i < threads.Length; i++)
            threads[i].Join();
        return r.Sum();
    }

    public static int Case05_SelectOk(int n)
    {
        var r = new int[n];
        var tasks = Enumerable.Range(0, n).Select(k => Task.Run(() => r[k] = Square(k))).ToArray();
        Task.WaitAll(tasks);
        return r.Sum();
    }

    // A LINQ operator reads the elements of its array.
    public static int FN_Case06_NotWaitedBad(int n)
    {
        var r = new int[n];
        var tasks = new List<Task>();
        for (var i = 0; i < n; i++)
        {
            var k = i;
            tasks.Add(Task.Run(() => r[k] = Square(k)));
        }
        return r.Sum();
    }

    public static int Case06_SameElementBad(int n)
    {
        var r = new int[n];
        var tasks = new Task[n];
        for (var i = 0; i < n; i++)
        {
            var k = i;
            tasks[i] = Task.Run(() => r[0] += Square(k));
//                                    ~~~~ THR3002
        }
        Task.WaitAll(tasks);
        return r[0];
    }

    public static int Case07_ParallelSumBad(int[] a)
    {
        var sum = 0;
        Parallel.For(0, a.Length, i => sum += a[i]);
//                                     ~~~ THR3002
        return sum;
    }

    public static int Case07_ParallelForEachBad(IEnumerable<int> values)
    {
        var count = 0;
        Parallel.ForEach(values, value =>
        {
            if (value > 0)
                count++;
//              ~~~~~ THR3002
        });
        return count;
    }

    // The actions of Parallel.Invoke run beside each other.
    public static int Case07_InvokeBad()
    {
        var count = 0;
        Parallel.Invoke(() => count++, () => count++);
//                            ~~~~~ THR3002
        return count;
    }

    public static int Case07_PlinqBad(int[] a)
    {
        var sum = 0;
        a.AsParallel().ForAll(value => sum += value);
//                                     ~~~ THR3002
        return sum;
    }

    public static int Case07_PlinqWhereBad(int[] a)
    {
        var seen = 0;
        var big = a.AsParallel().Where(value => { seen++; return value > 10; }).ToArray();
//                                                ~~~~ THR3002
        return seen + big.Length;
    }

    public static int Case07_MaximumBad(int[] a)
    {
        var max = int.MinValue;
        Parallel.ForEach(a, value => max = Math.Max(max, value));
//                                   ~~~ THR3002
        return max;
    }

    public static async Task<int> Case07_ForEachAsyncBad(string[] urls)
    {
        var total = 0;
        await Parallel.ForEachAsync(urls, async (url, cancellation) =>
        {
            await Task.Delay(url.Length, cancellation);
            total += url.Length;
//          ~~~~~ THR3002
        });
        return total;
    }

    public static int Case08_LocalInitOk(int[] a)
    {
        var sum = 0;
        Parallel.For(0, a.Length, () => 0, (i, _, own) => own + a[i], own => Interlocked.Add(ref sum, own));
        return sum;
    }

    public static List<int> Case09_ListBad(int[] xs)
    {
        var list = new List<int>();
        Parallel.ForEach(xs, x => list.Add(x));
//                                ~~~~~~~~~~~ THR3003
        return list;
    }

    // A method of the framework is what the threads run.
    public static List<int> FN_Case09_MethodGroupBad(int[] xs)
    {
        var list = new List<int>();
        Parallel.ForEach(xs, list.Add);
        return list;
    }

    public static List<int> Case09_LockedOk(int[] xs)
    {
        var list = new List<int>();
        Parallel.ForEach(xs, x =>
        {
            lock (list)
                list.Add(x);
        });
        return list;
    }

    public static Dictionary<string, int> Case09_DictionaryBad(string[] words)
    {
        var counts = new Dictionary<string, int>();
        Parallel.ForEach(words, word =>
        {
            if (!counts.ContainsKey(word))
                counts[word] = 0;
//              ~~~~~~~~~~~~ THR3003
            counts[word]++;
        });
        return counts;
    }

    public static string Case09_BuilderBad(string[] words)
    {
        var text = new System.Text.StringBuilder();
        Parallel.ForEach(words, word => text.Append(word).Append(' '));
//                                      ~~~~~~~~~~~~~~~~~ THR3010
        return text.ToString();
    }

    public static int Case09_RandomBad()
    {
        var random = new Random(1);
        var values = new int[100];
        Parallel.For(0, 100, i => values[i] = random.Next());
//                                            ~~~~~~~~~~~~~ THR3010
        return values.Sum();
    }

    private static void JoinAll(Thread[] threads)
    {
        foreach (var thread in threads)
            thread.Join();
    }

    private static void Use(int value) => Console.WriteLine(value);

    private static int Square(int value) => value * value;
}

public static class Case07_HelperBad
{
    public static int Positives(int[] a)
    {
        var counter = new Counter();
        Parallel.For(0, a.Length, i => Tally(counter, a[i]));
        return counter.Count;
    }

    private static void Tally(Counter counter, int value)
    {
        if (value > 0)
            counter.Hit();
    }

    private sealed class Counter
    {
        public int Count { get; private set; }

        public void Hit() => Count++;
//                           ~~~~~ THR3002
    }
}

public static class Case07_OwnCountersOk
{
    public static int Positives(int[] a)
    {
        Parallel.For(0, a.Length, i =>
        {
            var counter = new Counter();
            counter.Hit();
            Console.WriteLine(counter.Count + a[i]);
        });
        return 0;
    }

    private sealed class Counter
    {
        public int Count { get; private set; }

        public void Hit() => Count++;
    }
}
