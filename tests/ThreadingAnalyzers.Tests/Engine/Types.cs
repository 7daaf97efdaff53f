using System.Collections.Concurrent;

// Types with threads of their own: cases 30, 35 to 38, 42 to 47, 50, 52 to 55.

// A lock that is held while its taker is waited for: THR5002 says it.
public sealed class FN_Case30_JoinUnderLockBad
{
    private readonly object gate = new();
    private readonly Thread thread;
    private int n;

    public FN_Case30_JoinUnderLockBad()
    {
        thread = new Thread(Work);
        thread.Start();
    }

    public void Dispose()
    {
        lock (gate)
            thread.Join();
    }

    private void Work() { lock (gate) n++; }
}

// Assigned after the thread has begun: THR1011 or THR3008 says it.
public sealed class FN_Case35_StartedTooEarlyBad
{
    private readonly string name;

    public FN_Case35_StartedTooEarlyBad(string name)
    {
        new Thread(Run).Start();
        this.name = name.Trim();
    }

    private void Run() => Console.WriteLine(name.Length);
}

public sealed class Case35_ListFilledTooLateBad
{
    private readonly List<string> names = [];

    public Case35_ListFilledTooLateBad(string[] all)
    {
        new Thread(Run).Start();
        names.AddRange(all);
//      ~~~~~~~~~~~~~~~~~~~ THR3003
    }

    private void Run()
    {
        foreach (var name in names)
            Console.WriteLine(name);
    }
}

public sealed class Case35_StartedLastOk
{
    private readonly string name;
    private readonly List<string> names = [];

    public Case35_StartedLastOk(string name)
    {
        this.name = name.Trim();
        names.Add(name);
        new Thread(Run).Start();
    }

    private void Run() => names.Add(name);
}

public sealed class Case36_SignalOk
{
    private readonly AutoResetEvent ready = new(false);
    private string? data;

    public void Go()
    {
        var reader = new Thread(() =>
        {
            ready.WaitOne();
            Console.WriteLine(data!.Length);
        });
        var writer = new Thread(() =>
        {
            data = File.ReadAllText("a.txt");
            ready.Set();
        });
        reader.Start();
        writer.Start();
    }
}

public sealed class Case36_SecondWriteBad
{
    private readonly AutoResetEvent ready = new(false);
    private readonly List<string> data = [];

    public void Go()
    {
        var reader = new Thread(() =>
        {
            ready.WaitOne();
            foreach (var line in data)
                Console.WriteLine(line);
        });
        var writer = new Thread(() =>
        {
            data.Add("first");
            ready.Set();
            data.Add("second");
//          ~~~~~~~~~~~~~~~~~~ THR3003
        });
        reader.Start();
        writer.Start();
    }
}

public sealed class Case37_HandOverOk
{
    private readonly BlockingCollection<Item> items = [];

    public void Go()
    {
        Task.Run(() =>
        {
            while (true)
                items.Take().Uses++;
        });
        for (var i = 0; i < 10; i++)
        {
            var item = new Item { Uses = i };
            item.Uses++;
            items.Add(item);
        }
    }

    private sealed class Item
    {
        public int Uses { get; set; }
    }
}

public sealed class Case38_OverlappingTicksBad
{
    private readonly Timer timer;
    private int n;

    public Case38_OverlappingTicksBad() => timer = new Timer(Tick, null, 0, 100);

    private void Tick(object? state) => n++;
//                                      ~ THR2012
}

public sealed class Case38_TickAndCallerBad
{
    private readonly Dictionary<string, DateTime> entries = [];
    private readonly Timer timer;

    public Case38_TickAndCallerBad() => timer = new Timer(_ => Expire(), null, 0, 1000);

    public void Touch(string key) => entries[key] = DateTime.UtcNow;
//                                   ~~~~~~~~~~~~ THR3003

    private void Expire()
    {
        foreach (var key in entries.Where(entry => entry.Value < DateTime.UtcNow.AddMinutes(-1)).Select(entry => entry.Key).ToList())
            entries.Remove(key);
    }
}

public sealed class Case38_RearmedOk
{
    private readonly Timer timer;
    private int n;

    public Case38_RearmedOk() => timer = new Timer(Tick, null, 100, Timeout.Infinite);

    private void Tick(object? state)
    {
        n++;
        timer.Change(100, Timeout.Infinite);
    }
}

public sealed class Case42_DeclaredAsInterfaceOk
{
    private readonly IDictionary<string, int> values = new ConcurrentDictionary<string, int>();
    private readonly ICollection<int> seen;

    public Case42_DeclaredAsInterfaceOk() => seen = new ConcurrentDictionary<int, bool>().Keys;

    public void Go() => Parallel.For(0, 10, i =>
    {
        values[i.ToString()] = i;
        Console.WriteLine(seen.Count);
    });
}

// Asked and then done in two steps: THR8001 says it.
public sealed class FN_Case43_CheckThenActBad
{
    private readonly ConcurrentDictionary<string, FileStream> files = new();

    public FileStream Open(string path)
    {
        if (!files.ContainsKey(path))
            files[path] = File.OpenRead(path);
        return files[path];
    }

    public void Go(string[] paths) => Parallel.ForEach(paths, path => Open(path));
}

public sealed class Case43_GetOrAddOk
{
    private readonly ConcurrentDictionary<string, Lazy<FileStream>> files = new();

    public FileStream Open(string path)
    {
        if (files.TryGetValue(path, out var known))
            return known.Value;
        return files.GetOrAdd(path, static path => new Lazy<FileStream>(() => File.OpenRead(path))).Value;
    }

    public void Go(string[] paths) => Parallel.ForEach(paths, path => Open(path));
}

// Read under one acquisition, written under another: THR3006 says it.
public sealed class FN_Case44_TwoAcquisitionsBad
{
    private readonly object gate = new();
    private int n;

    public void Add()
    {
        int value;
        lock (gate)
            value = n;
        value++;
        lock (gate)
            n = value;
    }

    public void Go() => Parallel.Invoke(Add, Add);
}

public sealed class Case45_WaitInLoopOk
{
    private readonly object gate = new();
    private readonly Queue<string> lines = new();

    public string Take()
    {
        lock (gate)
        {
            while (lines.Count == 0)
                Monitor.Wait(gate);
            return lines.Dequeue();
        }
    }

    public void Begin() => new Thread(() =>
    {
        lock (gate)
        {
            lines.Enqueue("a");
            Monitor.Pulse(gate);
        }
    }).Start();
}

public sealed class Case46_JoinedAllOk : IDisposable
{
    private readonly List<Thread> threads = [];
    private readonly List<int> results = [];

    public void Add()
    {
        var thread = new Thread(Run);
        thread.Start();
        threads.Add(thread);
    }

    public void Dispose()
    {
        foreach (var thread in threads)
            thread.Join();
        results.Clear();
    }

    private void Run() { lock (results) results.Add(1); }
}

// Nobody ever waits for them: THR1001 says it.
public sealed class FN_Case46_NeverJoinedBad : IDisposable
{
    private readonly List<Thread> threads = [];

    public void Add()
    {
        var thread = new Thread(() => Console.WriteLine("work"));
        thread.Start();
        threads.Add(thread);
    }

    public void Dispose() => threads.Clear();
}

// The last one is not joined: THR1003 says it.
public static class FN_Case47_OneTooFewBad
{
    public static int[] Fill(int n)
    {
        var values = new int[n];
        var threads = new Thread[n];
        for (var i = 0; i < n; i++)
        {
            var k = i;
            threads[i] = new Thread(() => values[k] = k);
            threads[i].Start();
        }
        for (var i = 0; i < n - 1; i++)
            threads[i].Join();
        return values;
    }
}

public abstract class Runner
{
    public void Go() => new Thread(Run).Start();

    protected abstract void Run();
}

public sealed class Case50_OverrideBad : Runner
{
    private int count;

    public void Add() => count++;

    protected override void Run() => count++;
//                                   ~~~~~ THR3002
}

public sealed class Case50_OnlyReadOk : Runner
{
    private int count;

    public int Count => count;

    protected override void Run() => count++;
}

public static class Case52_NeverChangedOk
{
    private static readonly List<int> Primes = new() { 2, 3, 5 };

    public static void Go() => Parallel.For(0, 10, i => Console.WriteLine(Primes[i % 3] + Primes.Count));
}

public static class Case53_ThroughTheConstructorBad
{
    public static void Go()
    {
        var shared = new List<int>();
        var filler = new Filler(shared);
        filler.Start();
        shared.Add(1);
    }

    private sealed class Filler
    {
        private readonly List<int> target;

        public Filler(List<int> target) => this.target = target;

        public void Start() => new Thread(Fill).Start();

        private void Fill() => target.Add(2);
//                             ~~~~~~~~~~~~~ THR3003
    }
}

// The parameter of a primary constructor is a field that holds the argument.
public static class Case53_ThroughThePrimaryConstructorBad
{
    public static void Go()
    {
        var shared = new List<int>();
        var filler = new Filler(shared);
        filler.Start();
        shared.Add(1);
    }

    private sealed class Filler(List<int> target)
    {
        public void Start() => Task.Run(() => target.Add(2));
//                                            ~~~~~~~~~~~~~ THR3003
    }
}

public static class Case53_ThroughAnInitializerBad
{
    public static void Go()
    {
        var shared = new Dictionary<string, int>();
        var filler = new Filler { Target = shared };
        filler.Start();
        shared["a"] = 1;
    }

    private sealed class Filler
    {
        public required Dictionary<string, int> Target { get; init; }

        public void Start() => ThreadPool.QueueUserWorkItem(_ => Target["b"] = 2);
//                                                               ~~~~~~~~~~~ THR3003
    }
}

// The actions of Parallel.Invoke run beside each other.
public static class Case53_TwoFillersBad
{
    public static void Go()
    {
        var shared = new List<int>();
        var first = new Filler(shared);
        var second = new Filler(shared);
        Parallel.Invoke(first.Fill, second.Fill);
    }

    private sealed class Filler(List<int> target)
    {
        public void Fill() => target.Add(2);
//                            ~~~~~~~~~~~~~ THR3003
    }
}

public static class Case53_ThroughARecordBad
{
    public static void Go()
    {
        var shared = new List<int>();
        var filler = new Filler(shared);
        filler.Start();
        shared.Add(1);
    }

    private sealed record Filler(List<int> Target)
    {
        public void Start() => Task.Run(() => Target.Add(2));
//                                            ~~~~~~~~~~~~~ THR3003
    }
}

public static class Case53_ThroughAFieldOfAPrimaryConstructorBad
{
    public static void Go()
    {
        var shared = new List<int>();
        var filler = new Filler(shared);
        filler.Start();
        shared.Add(1);
    }

    private sealed class Filler(List<int> target)
    {
        private readonly List<int> target = target;

        public void Start() => new Thread(() => target.Add(2)).Start();
//                                              ~~~~~~~~~~~~~ THR3003
    }
}

public static class Case53_OwnListsOk
{
    public static void Go()
    {
        var first = new Filler([]);
        var second = new Filler([]);
        Parallel.Invoke(first.Fill, second.Fill);
    }

    private sealed class Filler(List<int> target)
    {
        private int filled;

        public void Fill()
        {
            target.Add(2);
            filled++;
        }
    }
}

// Who calls the starter is taken for another starter.
public sealed class Case54_EitherArmOk
{
    private byte[]? buffer = new byte[10];

    private void Begin(bool again)
    {
        try
        {
            Console.WriteLine("begin");
        }
        finally
        {
            if (again)
                Task.Run(() => buffer![0]++);
            else
                buffer = null;
        }
    }

    public void Go() => Begin(true);
}

public sealed class Case55_TornPriceBad
{
    private decimal price;

    public void Begin() => new Thread(() => price = 1.23m).Start();
//                                          ~~~~~ THR7005

    public decimal Price => price;
}

// Its elements are read one by one, and each alone is whole; that the two belong together is not seen.
public sealed class FN_Case55_TornTupleBad
{
    private (int Low, int High) range;

    public void Begin() => Task.Run(() => range = (1, 2));

    public int Width => range.High - range.Low;
}
