using System.Collections.Concurrent;
using System.Diagnostics;

// Locks that programs write themselves, and threads that one loop makes and another starts.

public static class SpunLock
{
    public static long CountOk(Func<bool> tryEnter, Action leave)
    {
        long sum = 0;
        var spin = new SpinWait();
        var tasks = Enumerable.Range(0, 4).Select(_ => Task.Run(Add)).ToArray();
        Task.WaitAll(tasks);
        return sum;

        void Add()
        {
            while (!tryEnter())
                spin.SpinOnce();
            sum++;
            leave();
        }
    }

    public static long CountBad(Func<bool> isReady)
    {
        long sum = 0;
        var tasks = Enumerable.Range(0, 4).Select(_ => Task.Run(Add)).ToArray();
        Task.WaitAll(tasks);
        return sum;

        void Add()
        {
            if (!isReady())
                return;
            sum++;
//          ~~~ THR3002
        }
    }
}

public sealed class QueueLock
{
    private readonly Queue<Action> waiting = new();
    private bool isTaken;

    public void Run<T>(T state, Action<T> action)
    {
        lock (waiting)
        {
            if (isTaken)
            {
                waiting.Enqueue(() => action(state));
                return;
            }
            isTaken = true;
        }
        action(state);
        lock (waiting)
            isTaken = false;
    }
}

public sealed class PolledOk
{
    private readonly QueueLock gate = new();
    private readonly Timer timer;
    private int rounds;

    public PolledOk() => timer = new Timer(static state => ((PolledOk)state!).Tick(), this, 100, 100);

    private void Tick() => gate.Run(this, self => self.rounds++);
}

/// <summary>A lock of the program's own, given back on the early way out as well as at the end.</summary>
public sealed class Section
{
    private readonly object gate = new();

    public void Enter() => Monitor.Enter(gate);

    public void Leave() => Monitor.Exit(gate);
}

public sealed class EarlyOutOk
{
    private readonly Section section = new();
    private readonly object activity = new();
    private int pauses;
    private bool closed;

    public bool Pause()
    {
        lock (activity)
        {
            section.Enter();
            if (closed)
            {
                section.Leave();
                return false;
            }
            pauses++;
            section.Leave();
            return true;
        }
    }

    public void Begin()
    {
        section.Enter();
        pauses++;
        section.Leave();
    }

    public void Go()
    {
        new Thread(() => Pause()) { IsBackground = true }.Start();
        new Thread(Begin) { IsBackground = true }.Start();
    }
}

public sealed class MadeThenStarted
{
    private sealed class Worker
    {
        private readonly List<int> seen = [];

        public void RunOk()
        {
            for (var i = 0; i < 100; i++)
                seen.Add(i);
        }

        public void RunBad()
        {
            for (var i = 0; i < 100; i++)
                seen.Add(i);
//              ~~~~~~~~~~~ THR3003
        }
    }

    public void GoOk()
    {
        var threads = new List<Thread>();
        for (var i = 0; i < 4; i++)
        {
            var worker = new Worker();
            threads.Add(new Thread(() => worker.RunOk()));
        }
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
    }

    public void GoTogether()
    {
        var threads = new List<Thread>();
        var worker = new Worker();
        for (var i = 0; i < 4; i++)
            threads.Add(new Thread(() => worker.RunBad()));
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
    }
}

public sealed class SignalledOk
{
    private readonly Semaphore commands = new(0, 100);
    private readonly ConcurrentQueue<string> names = new();
    private readonly LinkedList<string> free = new();

    public void Send(string name)
    {
        names.Enqueue(name);
        commands.Release();
    }

    private void Work()
    {
        free.AddLast("first");
        while (true)
        {
            commands.WaitOne();
            if (names.TryDequeue(out var name))
                free.AddLast(name);
            if (free.Count > 10)
                free.RemoveFirst();
        }
    }

    public void Go() => new Thread(Work) { IsBackground = true }.Start();
}

public sealed class FilledLaterOk
{
    public static void Watch()
    {
        Stream? session = null;
        using var timer = new Timer(_ =>
        {
            if (session != null)
                session.Flush();
        }, null, 1000, Timeout.Infinite);
        using (session = new MemoryStream())
            session.WriteByte(1);
    }
}

internal interface IParts
{
    void Next();
}

internal sealed class Part(object gate, IParts whole)
{
    private readonly object gate = gate;
    private readonly Queue<int> values = new();

    public Queue<int> Values => values;

    public void Clear()
    {
        lock (gate)
            values.Clear();
    }

    public void Next(int value)
    {
        lock (gate)
        {
            values.Enqueue(value);
            whole.Next();
        }
    }
}

internal sealed class WholeOk : IParts
{
    private readonly object gate = new();
    private readonly Part part;

    public WholeOk() => part = new Part(gate, this);

    public int Count()
    {
        lock (gate)
            return part.Values.Count;
    }

    public void Next() => Count();
}

internal sealed class Recent
{
    private readonly Dictionary<int, string> names = [];
    private readonly Timer timer;

    public Recent() => timer = new Timer(_ => SaveOk(), null, 1000, 1000);

    /// <summary>Only called before there is anything to save.</summary>
    public void ClearOk() => names.Clear();

    private void SaveOk()
    {
        foreach (var name in names.Values)
            Console.WriteLine(name);
    }
}

internal sealed class RecentUser
{
    private readonly Recent recent = new();

    public void Initialize() => recent.ClearOk();
}

/// <summary>Two threads that take turns: each waits for the other before it goes on.</summary>
public static class InTurnOk
{
    public static void Go()
    {
        var values = new List<int>();
        using var asked = new AutoResetEvent(false);
        using var answered = new AutoResetEvent(false);
        var other = new Thread(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                asked.WaitOne();
                values.Clear();
                answered.Set();
            }
        });
        other.Start();
        for (var i = 0; i < 10; i++)
        {
            values.Add(i);
            asked.Set();
            answered.WaitOne();
        }
        other.Join();
    }
}

/// <summary>A reader that begins when all is there.</summary>
public static class OnceFilledOk
{
    public static void Go()
    {
        var values = new List<int>();
        using var filled = new ManualResetEventSlim();
        var reader = new Thread(() =>
        {
            filled.Wait();
            foreach (var value in values)
                Console.WriteLine(value);
        });
        reader.Start();
        for (var i = 0; i < 10; i++)
            values.Add(i);
        filled.Set();
        reader.Join();
    }
}

/// <summary>Helpers that assert the thread; who calls them runs there, as far as anybody can tell.</summary>
public static class Turns
{
    [field: ThreadStatic]
    public static bool IsUpdateThread { get; internal set; }

    internal static void EnsureUpdateThread() => Debug.Assert(IsUpdateThread);
}

public sealed class SceneOk
{
    private int frames;

    public void Draw()
    {
        Turns.EnsureUpdateThread();
        frames++;
    }

    public void Begin() => new Thread(() =>
    {
        Turns.IsUpdateThread = true;
        Draw();
    }) { IsBackground = true }.Start();
}
