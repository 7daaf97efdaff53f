using System.Collections.Concurrent;

// Workers with threads of their own, and what their owners may rightly do.

public sealed class DownloaderOk
{
    private readonly string[] urls;
    private readonly Action<int> report;
    private int current;

    public DownloaderOk(string[] urls, Action<int> report)
    {
        this.urls = urls;
        this.report = report;
    }

    public Thread Begin()
    {
        var thread = new Thread(Download);
        thread.Start();
        return thread;
    }

    private void Download()
    {
        for (current = 0; current < urls.Length; current++)
            report(current);
    }
}

public sealed class HeartbeatOk : IDisposable
{
    private readonly object gate = new();
    private readonly Timer timer;
    private DateTime last;
    private bool disposed;

    public HeartbeatOk() => timer = new Timer(OnTick, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public DateTime Last
    {
        get { lock (gate) return last; }
    }

    public void Start() => timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        lock (gate)
        {
            if (disposed)
                return;
            disposed = true;
        }
        timer.Dispose();
    }

    private void OnTick(object? state)
    {
        lock (gate)
        {
            if (disposed)
                return;
            last = DateTime.UtcNow;
            timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        }
    }
}

public sealed class OneShotOk
{
    private readonly Timer timer;
    private int fired;

    public OneShotOk() => timer = new Timer(Fire, null, 1000, Timeout.Infinite);

    private void Fire(object? state)
    {
        fired++;
        timer.Change(1000, Timeout.Infinite);
    }
}

public sealed class PeriodicOk
{
    private readonly List<double> samples = [];

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(cancellation))
            samples.Add(Environment.WorkingSet);
    }
}

public sealed class ServerOk
{
    private readonly ConcurrentDictionary<int, Session> sessions = new();
    private readonly List<Thread> threads = [];
    private int nextId;

    private sealed class Session(int id, Stream stream)
    {
        private readonly byte[] buffer = new byte[4096];
        private int received;

        public int Id => id;

        public void Run()
        {
            int count;
            while ((count = stream.Read(buffer)) > 0)
                received += count;
        }
    }

    public void Accept(Stream stream)
    {
        var session = new Session(Interlocked.Increment(ref nextId), stream);
        sessions[session.Id] = session;
        var thread = new Thread(session.Run);
        lock (threads)
            threads.Add(thread);
        thread.Start();
    }

    public void Close()
    {
        lock (threads)
        {
            foreach (var thread in threads)
                thread.Join();
            threads.Clear();
        }
    }
}

public abstract class BackgroundOk
{
    private Task? running;
    private CancellationTokenSource? stopping;

    public Task StartAsync(CancellationToken cancellation)
    {
        stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        running = ExecuteAsync(stopping.Token);
        return running.IsCompleted ? running : Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        if (running == null)
            return;
        try
        {
            stopping!.Cancel();
        }
        finally
        {
            await Task.WhenAny(running, Task.Delay(Timeout.Infinite, cancellation)).ConfigureAwait(false);
        }
    }

    protected abstract Task ExecuteAsync(CancellationToken stopping);
}

public sealed class CleanerOk : BackgroundOk
{
    private readonly Dictionary<string, DateTime> seen = [];

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            foreach (var file in Directory.EnumerateFiles("/tmp"))
                seen[file] = DateTime.UtcNow;
            await Task.Delay(1000, stopping);
        }
    }
}

public sealed class BatcherOk
{
    private readonly object gate = new();
    private List<string> pending = [];
    private bool scheduled;

    public void Add(string line)
    {
        lock (gate)
        {
            pending.Add(line);
            if (scheduled)
                return;
            scheduled = true;
        }
        ThreadPool.QueueUserWorkItem(static state => ((BatcherOk)state!).Flush(), this);
    }

    private void Flush()
    {
        List<string> batch;
        lock (gate)
        {
            batch = pending;
            pending = [];
            scheduled = false;
        }
        batch.Sort();
        Console.WriteLine(string.Join("\n", batch));
    }
}

public sealed class TakeTurnsOk
{
    private readonly object gate = new();
    private int turns;

    public bool TryTurn()
    {
        if (!Monitor.TryEnter(gate, 10))
            return false;
        try
        {
            turns++;
            return true;
        }
        finally
        {
            Monitor.Exit(gate);
        }
    }

    public int Turns
    {
        get
        {
            var taken = false;
            try
            {
                Monitor.Enter(gate, ref taken);
                return turns;
            }
            finally
            {
                if (taken)
                    Monitor.Exit(gate);
            }
        }
    }

    public void Race() => Parallel.Invoke(() => TryTurn(), () => TryTurn());
}

public sealed class StagesOk
{
    private readonly List<string> log = [];
    private int total;

    public async Task RunAllAsync()
    {
        await LoadAsync();
        await SaveAsync();
        log.Add(total.ToString());
    }

    private async Task LoadAsync()
    {
        await Task.Delay(1);
        total++;
        log.Add("loaded");
    }

    private async Task SaveAsync()
    {
        await Task.Delay(1);
        total++;
        log.Add("saved");
    }
}

public sealed class AggregatorOk
{
    private event Action<string>? Published;
    private volatile Action<string>[] handlers = [];
    private readonly object gate = new();

    public void Subscribe(Action<string> handler)
    {
        lock (gate)
            handlers = [.. handlers, handler];
        Published += handler;
    }

    public void Publish(string message)
    {
        foreach (var handler in handlers)
            handler(message);
        Published?.Invoke(message);
    }

    public void PublishLater(string message) => Task.Run(() => Publish(message));
}

public sealed class ConnectionPoolOk(Func<Stream> open)
{
    private readonly ConcurrentBag<Stream> idle = [];
    private int made;

    public Stream Rent()
    {
        if (idle.TryTake(out var stream))
            return stream;
        Interlocked.Increment(ref made);
        return open();
    }

    public void Return(Stream stream) => idle.Add(stream);

    public async Task UseAsync(ReadOnlyMemory<byte> bytes)
    {
        var stream = Rent();
        try { await stream.WriteAsync(bytes); }
        finally { Return(stream); }
    }

    public Task UseManyAsync(byte[][] parts) => Task.WhenAll(parts.Select(part => UseAsync(part)));
}

public sealed class SnapshotOk
{
    private IReadOnlyList<string> current = [];

    public IReadOnlyList<string> Current => current;

    public void Watch() => new Thread(() =>
    {
        while (true)
        {
            var fresh = new List<string>();
            foreach (var file in Directory.EnumerateFiles("."))
                fresh.Add(file);
            current = fresh;
            Thread.Sleep(1000);
        }
    }) { IsBackground = true }.Start();
}

// The last thing that the work does is to begin it again.
public sealed class RestartableOk
{
    private byte[]? buffer;
    private bool again;

    public void Start() => ThreadPool.QueueUserWorkItem(_ => Work());

    private void Work()
    {
        try
        {
            buffer ??= new byte[100];
            buffer[0]++;
        }
        finally
        {
            if (again)
                Start();
            else
                buffer = null;
        }
    }
}

public sealed class ElapsedOk
{
    private readonly System.Timers.Timer timer = new(1000) { AutoReset = false };
    private int count;

    public ElapsedOk()
    {
        timer.Elapsed += OnElapsed;
        timer.Start();
    }

    private void OnElapsed(object? sender, System.Timers.ElapsedEventArgs e)
    {
        count++;
        timer.Start();
    }
}

public sealed class MonitorsOk
{
    private readonly object first = new();
    private readonly object second = new();
    private int a;
    private int b;

    public void Both()
    {
        lock (first)
        lock (second)
        {
            a++;
            b++;
        }
    }

    public void OnlyA() { lock (first) a++; }

    public void OnlyB() { lock (second) b++; }

    public void Go() => Parallel.Invoke(Both, OnlyA, OnlyB);
}

public sealed class HelpedOk
{
    private readonly Mutex mutex = new();
    private int depth;

    private void Take() => mutex.WaitOne();

    private void Give() => mutex.ReleaseMutex();

    public void Enter()
    {
        Take();
        depth++;
        Give();
    }

    public void Leave()
    {
        Take();
        try { depth--; }
        finally { Give(); }
    }

    public void Churn() => new Thread(Enter).Start();
}

/// <summary>The flag lets only the first round start the thread.</summary>
public sealed class PressedOnceOk
{
    private readonly List<int> pages = [];
    private bool isPressing;

    public static void Press(int count)
    {
        var press = new PressedOnceOk();
        for (var i = 0; i < count; i++)
            press.Feed();
    }

    public void Feed()
    {
        if (isPressing)
            return;
        isPressing = true;
        new Thread(() => pages.Add(1)) { IsBackground = true }.Start();
    }
}

public sealed class SeatedOnceInAllOk
{
    private static int seated;
    private static bool isOpen;

    public static void Open(int doors)
    {
        for (var i = 0; i < doors; i++)
            Enter();
    }

    private static void Enter()
    {
        if (isOpen)
            return;
        isOpen = true;
        new Thread(() => seated++) { IsBackground = true }.Start();
    }
}
