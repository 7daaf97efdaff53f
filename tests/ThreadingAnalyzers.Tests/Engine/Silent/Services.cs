using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Threading.Channels;

// Classes as services have them, each of them right.

public sealed class LazyConnectionOk
{
    private readonly object gate = new();
    private HttpClient? client;

    public HttpClient Client
    {
        get
        {
            if (client == null)
            {
                lock (gate)
                {
                    if (client == null)
                    {
                        var made = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
                        made.DefaultRequestHeaders.Add("x-client", "1");
                        client = made;
                    }
                }
            }
            return client;
        }
    }

    public Task WarmUp() => Task.Run(() => Client.GetAsync("http://localhost/"));
}

public sealed class MetricsOk
{
    private readonly ConcurrentDictionary<string, long> counters = new();
    private readonly IDictionary<string, string> labels = new ConcurrentDictionary<string, string>();
    private ImmutableDictionary<string, int> limits = ImmutableDictionary<string, int>.Empty;
    private long total;

    public void Record(string name)
    {
        counters.AddOrUpdate(name, 1, static (_, old) => old + 1);
        labels[name] = name.ToUpperInvariant();
        Interlocked.Increment(ref total);
        ImmutableInterlocked.AddOrUpdate(ref limits, name, 1, static (_, old) => old);
    }

    public long Total => Interlocked.Read(ref total);

    public void Watch()
    {
        new Thread(() => { while (true) { Record("tick"); Thread.Sleep(1000); } }) { IsBackground = true }.Start();
        ThreadPool.QueueUserWorkItem(_ => Record("pool"));
    }
}

public sealed class JobQueueOk : IDisposable
{
    private readonly Queue<Action> jobs = new();
    private readonly Thread worker;
    private bool closed;

    public JobQueueOk()
    {
        worker = new Thread(Work) { Name = "jobs", IsBackground = true };
        worker.Start();
    }

    public int Count
    {
        get { lock (jobs) return jobs.Count; }
    }

    public void Enqueue(Action job)
    {
        lock (jobs)
        {
            if (closed)
                throw new ObjectDisposedException(nameof(JobQueueOk));
            jobs.Enqueue(job);
            Monitor.Pulse(jobs);
        }
    }

    public void Dispose()
    {
        lock (jobs)
        {
            closed = true;
            Monitor.PulseAll(jobs);
        }
        worker.Join();
        jobs.Clear();
    }

    private void Work()
    {
        while (true)
        {
            Action job;
            lock (jobs)
            {
                while (jobs.Count == 0)
                {
                    if (closed)
                        return;
                    Monitor.Wait(jobs);
                }
                job = jobs.Dequeue();
            }
            job();
        }
    }
}

public sealed class PumpOk : IAsyncDisposable
{
    private readonly Channel<string> lines = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource stopping = new();
    private readonly List<string> seen = [];
    private Task? loop;

    public void Start() => loop = Task.Run(RunAsync);

    public ValueTask SendAsync(string line) => lines.Writer.WriteAsync(line);

    public async ValueTask DisposeAsync()
    {
        stopping.Cancel();
        if (loop != null)
            await loop;
        seen.Clear();
        stopping.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (var line in lines.Reader.ReadAllAsync(stopping.Token))
            seen.Add(line);
    }
}

public sealed class OnceOk : IDisposable
{
    private readonly Timer timer;
    private int disposed;
    private int running;
    private long ticks;

    public OnceOk() => timer = new Timer(Tick, null, 100, 100);

    public long Ticks => Volatile.Read(ref ticks);

    private void Tick(object? state)
    {
        if (Interlocked.Exchange(ref running, 1) == 1)
            return;
        try
        {
            ticks++;
        }
        finally
        {
            Volatile.Write(ref running, 0);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
            timer.Dispose();
    }
}

public sealed class TokenCacheOk
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly Dictionary<string, (string Token, DateTimeOffset Until)> tokens = [];

    public async Task<string> GetAsync(string scope, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (tokens.TryGetValue(scope, out var entry) && entry.Until > DateTimeOffset.UtcNow)
                return entry.Token;
            var fresh = await FetchAsync(scope, cancellation).ConfigureAwait(false);
            tokens[scope] = (fresh, DateTimeOffset.UtcNow.AddMinutes(5));
            return fresh;
        }
        finally
        {
            gate.Release();
        }
    }

    public async Task<string[]> GetAllAsync(string[] scopes) =>
        await Task.WhenAll(scopes.Select(scope => GetAsync(scope, CancellationToken.None)));

    private static async Task<string> FetchAsync(string scope, CancellationToken cancellation)
    {
        await Task.Delay(10, cancellation);
        return scope + "-token";
    }
}

public sealed class SettingsOk
{
    private readonly ReaderWriterLockSlim access = new();
    private readonly Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);

    public string? this[string key]
    {
        get
        {
            access.EnterReadLock();
            try { return values.GetValueOrDefault(key); }
            finally { access.ExitReadLock(); }
        }
    }

    public void Reload(IEnumerable<KeyValuePair<string, string>> fresh)
    {
        access.EnterWriteLock();
        try
        {
            values.Clear();
            foreach (var (key, value) in fresh)
                values[key] = value;
        }
        finally
        {
            access.ExitWriteLock();
        }
    }

    public void WatchFile(string path) => new Thread(() =>
    {
        while (true)
        {
            Reload(File.ReadLines(path).Select(line => KeyValuePair.Create(line.Split('=')[0], line.Split('=')[1])));
            Thread.Sleep(5000);
        }
    }) { IsBackground = true }.Start();
}

public sealed class LockScopeOk
{
    private readonly Lock gate = new();
    private readonly List<int> values = [];
    private SpinLock spin = new(false);
    private int sum;

    public void Add(int value)
    {
        using (gate.EnterScope())
            values.Add(value);
        var taken = false;
        try
        {
            spin.Enter(ref taken);
            sum += value;
        }
        finally
        {
            if (taken)
                spin.Exit();
        }
    }

    public void AddInBackground(int value) => Task.Run(() => Add(value));

    public int Count
    {
        get { lock (gate) return values.Count; }
    }
}

public sealed class CustomScopeOk
{
    private readonly object sync = new();
    private readonly Dictionary<int, string> names = [];

    private readonly struct Scope : IDisposable
    {
        private readonly object target;

        public Scope(object target)
        {
            this.target = target;
            Monitor.Enter(target);
        }

        public void Dispose() => Monitor.Exit(target);
    }

    public void Put(int id, string name)
    {
        using (new Scope(sync))
            names[id] = name;
    }

    public string? Get(int id)
    {
        using var scope = new Scope(sync);
        return names.GetValueOrDefault(id);
    }

    public void PutLater(int id, string name) => ThreadPool.QueueUserWorkItem(_ => Put(id, name));
}

public sealed class CoordinatorOk
{
    private readonly object gate = new();
    private readonly Dictionary<string, int> weights = [];
    private int version;

    public void Add(string name, int weight)
    {
        lock (gate)
        {
            weights[name] = weight;
            Touch();
        }
    }

    public int Heaviest()
    {
        lock (gate)
            return weights.Where(pair => pair.Value > 0).Select(pair => pair.Value).DefaultIfEmpty().Max();
    }

    public void ForEach(Action<string> action)
    {
        string[] names;
        lock (gate)
            names = weights.Keys.ToArray();
        foreach (var name in names)
            action(name);
    }

    public void Begin() => Task.Factory.StartNew(() => Add("late", 1), TaskCreationOptions.LongRunning);

    private void Touch()
    {
        Debug.Assert(Monitor.IsEntered(gate));
        version++;
    }
}

public sealed class HashedNameOk(string name)
{
    private string? upper;
    private int hash;

    public string Upper => upper ??= name.ToUpperInvariant();

    public override int GetHashCode()
    {
        if (hash == 0)
            hash = name.GetHashCode();
        return hash;
    }

    public void Prefetch() => Task.Run(() => Upper.Length + GetHashCode());
}

public static class CodesOk
{
    private static readonly Dictionary<string, int> Codes = Read();
    private static readonly List<string> Names = ["a", "b"];

    static CodesOk() => Names.Add("c");

    public static int Code(string name) => Codes[name];

    public static void Check() => Parallel.ForEach(Names, name => Console.WriteLine(Code(name)));

    private static Dictionary<string, int> Read()
    {
        var codes = new Dictionary<string, int>();
        for (var i = 0; i < 10; i++)
            codes.Add(i.ToString(), i);
        return codes;
    }
}

public sealed class PollerOk
{
    private volatile bool stopping;
    private Thread? thread;
    private int rounds;

    public void Begin()
    {
        rounds = 0;
        thread = new Thread(Poll);
        thread.Start();
    }

    public int End()
    {
        stopping = true;
        thread?.Join();
        return rounds;
    }

    private void Poll()
    {
        while (!stopping)
        {
            rounds++;
            Thread.Sleep(10);
        }
    }
}

public sealed class RateLimiterOk
{
    private int available = 10;

    public bool TryTake()
    {
        while (true)
        {
            var seen = Volatile.Read(ref available);
            if (seen == 0)
                return false;
            if (Interlocked.CompareExchange(ref available, seen - 1, seen) == seen)
                return true;
        }
    }

    public void Refill() => new Timer(_ => Interlocked.Exchange(ref available, 10), null, 1000, 1000);
}

// What a thread's own field or ThreadLocal holds is the thread's own too.
public sealed class PerThreadBufferOk
{
    [ThreadStatic] private static byte[]? buffer;
    private static readonly ThreadLocal<List<string>> Lines = new(() => []);
    private static readonly AsyncLocal<int> Depth = new();

    public static void Work(int n) => Parallel.For(0, n, i =>
    {
        buffer ??= new byte[1024];
        buffer[0]++;
        Lines.Value!.Add(i.ToString());
        Depth.Value++;
    });
}
