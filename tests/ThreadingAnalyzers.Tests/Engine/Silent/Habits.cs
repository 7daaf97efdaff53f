using System.Diagnostics;

// What real programs do rightly, as seen in repositories that were not used while the engine was made.

public sealed class LastFailureOk
{
    public void Check(string[] urls, Action<string> probe)
    {
        Exception? failure = null;
        var failed = false;
        Parallel.ForEach(urls, url =>
        {
            try
            {
                probe(url);
            }
            catch (Exception caught)
            {
                failure = caught;
                failed = true;
            }
        });
        Console.WriteLine(failed ? failure!.Message : "well");
    }
}

public sealed class EventLoopOk : TaskScheduler
{
    private readonly Queue<Task> pending = new();
    private readonly List<int> timers = [];

    public void Add(int timer) => Run(() => timers.Add(timer));

    public void Remove(int timer) => Run(() => timers.Remove(timer));

    private void Run(Action action) => new Task(action).Start(this);

    protected override IEnumerable<Task>? GetScheduledTasks() => null;

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override void QueueTask(Task task)
    {
        lock (pending)
            pending.Enqueue(task);
    }
}

public sealed class OnceTimerOk
{
    private int fired;

    public void Begin()
    {
        var timer = new System.Timers.Timer { Interval = 100, AutoReset = false };
        timer.Elapsed += (_, _) => fired++;
        timer.Start();
    }
}

public sealed class PurgeTimerOk
{
    public Timer Begin()
    {
        var last = DateTime.MinValue;
        return new Timer(_ => last = DateTime.UtcNow, null, TimeSpan.FromHours(1), TimeSpan.FromDays(1));
    }
}

public sealed class SharedSocketOk(bool isShared)
{
    private readonly object gate = new();
    private int ticks;

    public Task ReceiveLaterAsync() => Task.Run(Receive);

    public void Receive()
    {
        Enter();
        try
        {
            ticks++;
        }
        finally
        {
            Exit();
        }
    }

    private void Enter()
    {
        if (isShared)
            Monitor.Enter(gate);
    }

    private void Exit()
    {
        if (isShared)
            Monitor.Exit(gate);
    }
}

public sealed class MaybeStartedOk
{
    public async Task<int> HashAsync(byte[][] blocks, bool isWanted)
    {
        var sum = 0;
        foreach (var block in blocks)
        {
            var running = Task.CompletedTask;
            if (isWanted)
                running = Task.Run(() => sum += block.Length);
            Console.WriteLine(block.Length);
            await running;
        }
        return sum;
    }
}

public sealed class ListenersOk
{
    private readonly List<string> listeners = [];
    private DateTime? started;

    public bool IsStarted => started is not null;

    public void Start()
    {
        Notify();
        started = DateTime.UtcNow;
        Notify();
        started = DateTime.Now;
    }

    private void Notify() => Console.WriteLine(Snapshot().Count);

    private List<string> Snapshot()
    {
        lock (listeners)
            return [.. listeners];
    }
}

public sealed class ExecutorOk(Thread owner)
{
    private readonly Queue<Action> queue = new();
    private int count;

    public bool InEventLoop => Thread.CurrentThread == owner;

    public void Begin() => Task.Run(Poll);

    public void Schedule()
    {
        if (InEventLoop)
            count++;
        else
            Console.WriteLine("handed over");
    }

    private void Poll()
    {
        Debug.Assert(InEventLoop);
        count--;
    }
}

public sealed class AlignedDiskOk : IDisposable
{
    private readonly object gate = new();
    private byte[]? buffer;

    public int Read(int size)
    {
        lock (gate)
        {
            buffer = new byte[size];
            return buffer.Length;
        }
    }

    public void Dispose() => buffer = [1];

    public void Complete() => Dispose();
}

public sealed class PoolOk
{
    private readonly object gate = new();
    private readonly List<int> verified = [];

    public void Add(int id)
    {
        lock (gate)
            verified.Add(id);
    }

    public void Forget()
    {
        lock (gate)
            Invalidate();
    }

    internal void Invalidate() => verified.Clear();
}

public sealed class ReaderCacheOk
{
    private static readonly object Gate = new();
    private static readonly Dictionary<string, Type> Known = [];
    private Dictionary<string, Type> own = [];

    public Type? Find(string name) => own.TryGetValue(name, out var found) ? found : null;

    public void Load(string[] names)
    {
        own = [];
        lock (Gate)
        {
            foreach (var name in names)
            {
                if (!Known.ContainsKey(name))
                    Known.Add(name, typeof(string));
                if (!own.ContainsKey(name))
                    own.Add(name, Known[name]);
            }
        }
    }
}

public sealed class RecordedChannelsOk
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly List<string> channels = [];

    public async Task RecordAsync(string channel, bool isHeld)
    {
        if (isHeld)
        {
            Add(channel);
        }
        else
        {
            await gate.WaitAsync();
            try
            {
                Add(channel);
            }
            finally
            {
                gate.Release();
            }
        }
    }

    public async Task ForgetAsync(string channel)
    {
        await gate.WaitAsync();
        channels.Remove(channel);
        gate.Release();
    }

    private void Add(string channel) => channels.Add(channel);
}

public sealed class FileCacheOk
{
    private readonly object gate = new();
    private readonly Dictionary<string, Stream> open = [];
    private readonly Timer timer;

    public FileCacheOk() => timer = new Timer(OnTimer, null, Timeout.Infinite, Timeout.Infinite);

    public void Write(string path, byte[] bytes)
    {
        lock (gate)
            WriteInternal(path, bytes);
    }

    private void WriteInternal(string path, byte[] bytes)
    {
        var file = Open(path);
        file.Write(bytes);
        if (bytes.Length == 0)
            open.Remove(path);
    }

    private Stream Open(string path)
    {
        var file = File.OpenWrite(path);
        open[path] = file;
        timer.Change(1000, Timeout.Infinite);
        return file;
    }

    private void OnTimer(object? state)
    {
        lock (gate)
            open.Clear();
    }
}

public sealed class ThirdRoundOk
{
    public async Task RunAsync(int rounds)
    {
        var closer = new List<string>();
        for (var i = 0; i < rounds; i++)
        {
            if (i == 3)
            {
                _ = Task.Run(() => closer.Add("closed"));
            }
            await Task.Delay(10);
        }
    }
}

public sealed class DoorOk
{
    private readonly object state = new();
    private readonly object registry = new();
    private readonly Queue<int> waiting = new();
    private bool isOpen = true;

    public void Wait(int id)
    {
        lock (registry)
        {
            if (isOpen)
                waiting.Enqueue(id);
        }
    }

    public void Close()
    {
        lock (state)
        {
            lock (registry)
                isOpen = false;
            waiting.Clear();
        }
    }
}

public sealed class SharedFileOk(Stream shared)
{
    private long position;

    public long Position
    {
        get => position;
        set => position = value;
    }

    public int Read(byte[] bytes)
    {
        lock (shared)
        {
            shared.Position = position;
            var count = shared.Read(bytes);
            position = shared.Position;
            return count;
        }
    }
}
