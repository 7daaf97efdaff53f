using Timer = System.Timers.Timer;

// Locks that are held for something else, members that only their own thread calls, and what happens once.

/// <summary>A timer that its own callback arms again, by way of a helper.</summary>
public sealed class RearmedOk
{
    private readonly Random dice = new();
    private readonly Timer timer;
    private int rolls;

    public RearmedOk()
    {
        timer = new Timer { AutoReset = false, Enabled = true, Interval = 100 };
        timer.Elapsed += (_, _) =>
        {
            rolls += dice.Next(6);
            Again(timer);
        };
    }

    private static void Again(Timer timer)
    {
        timer.Stop();
        timer.Start();
    }
}

/// <summary>One of the two timers that the field is given repeats.</summary>
public sealed class RepeatedBad
{
    private readonly Random dice = new();
    private readonly Timer timer;
    private int rolls;

    public RepeatedBad(bool once)
    {
        if (once)
            timer = new Timer { AutoReset = false, Interval = 100 };
        else
            timer = new Timer { Interval = 100 };
        timer.Elapsed += (_, _) => rolls += dice.Next(6);
//                                 ~~~~~ THR2012
//                                          ~~~~~~~~~~~~ THR3010
        timer.Start();
    }
}

/// <summary>Who makes the lock begins.</summary>
public sealed class BufferPoolOk
{
    private readonly object beginning = new();
    private List<byte[]> buffers = [];
    private int used;

    public void Renew()
    {
        lock (beginning)
            Make();
    }

    private void Make()
    {
        used = 0;
        buffers = new List<byte[]>();
    }

    public byte[] Take()
    {
        lock (buffers)
        {
            used++;
            return buffers.Count > used ? buffers[used] : [];
        }
    }

    public void Give(byte[] buffer)
    {
        lock (buffers)
        {
            used--;
            buffers.Add(buffer);
        }
    }
}

/// <summary>Filled under the lock and looked at under the lock: outside it is only asked for.</summary>
public sealed class PausingOk
{
    private readonly object gate = new();
    private List<string>? open;

    public void Begin(string name)
    {
        lock (gate)
        {
            if (open is not null)
                return;
            open = new List<string>();
            open.Add(name);
            open.Add(name + "!");
        }
    }

    public bool Done(string name)
    {
        if (open == null)
            return false;
        lock (gate)
        {
            if (!open.Contains(name))
                return false;
        }
        return open.Count > 1;
    }
}

/// <summary>Looked at before the lock is taken.</summary>
public sealed class GlancingBad
{
    private readonly object gate = new();
    private List<string>? open;

    public void Begin(string name)
    {
        lock (gate)
        {
            if (open is not null)
                return;
            open = new List<string>();
            open.Add(name);
            open.Add(name + "!");
        }
    }

    public bool Done(string name)
    {
        if (open == null || open.Contains(name + "!"))
//                          ~~~~~~~~~~~~~~~~~~~~~~~~~ THR3004
            return false;
        lock (gate)
            return open.Contains(name);
    }
}

/// <summary>The lock of one object, which a caller happens to hold, guards nothing that all objects share.</summary>
public sealed class StyledOk
{
    private static Style? fallback;

    private readonly object gate = new();
    private readonly List<int> widths = [];

    public static Style Fallback
    {
        get
        {
            if (fallback == null)
            {
                fallback = new Style();
                fallback.Width = 80;
            }
            return fallback;
        }
    }

    public void Add()
    {
        lock (gate)
            widths.Add(Fallback.Width);
    }

    public int Widest()
    {
        lock (gate)
            return widths.Max();
    }

    public static bool IsWide => fallback != null && fallback.Width > 100;

    public sealed class Style
    {
        public int Width { get; set; }
    }
}

/// <summary>A part of the loop that others could call, and none does.</summary>
public sealed class ReceiverOk
{
    private readonly Dictionary<int, List<byte>> parts = [];
    private readonly Queue<byte> bytes = new();

    public void Begin() => Task.Run(() =>
    {
        while (bytes.Count > 0)
            Decode(bytes.Dequeue());
    });

    private void Decode(byte raw) => Assemble(raw % 8, raw);

    public void Assemble(int channel, byte raw)
    {
        if (!parts.ContainsKey(channel))
            parts[channel] = new List<byte>();
        parts[channel].Add(raw);
    }
}

/// <summary>Of the same assembly, and called by way of another type.</summary>
public sealed class HandshakesOk
{
    private readonly Dictionary<string, int> open = [];
    private Thread? loop;

    public void Listen()
    {
        loop = new Thread(Loop);
        loop.Start();
    }

    private void Loop()
    {
        var peer = new Peer(this);
        for (var i = 0; i < 1000; i++)
        {
            foreach (var name in open.Keys)
                Console.WriteLine(name);
            peer.Step(i);
        }
    }

    internal void Accept(string name) => open.Remove(name);

    private sealed class Peer(HandshakesOk owner)
    {
        public void Step(int number)
        {
            if (number % 2 == 0)
                Answer(number);
        }

        private void Answer(int number) => owner.Accept(number.ToString());
    }
}

/// <summary>Another member calls it too.</summary>
public sealed class AssemblerBad
{
    private readonly Dictionary<int, List<byte>> parts = [];
    private readonly byte[] bytes = new byte[64];

    public void Begin() => Task.Run(() =>
    {
        foreach (var raw in bytes)
            Assemble(raw % 8, raw);
    });

    public void Inject(byte raw) => Assemble(0, raw);

    public void Assemble(int channel, byte raw)
    {
        if (!parts.ContainsKey(channel))
            parts[channel] = new List<byte>();
//          ~~~~~~~~~~~~~~ THR3003
        parts[channel].Add(raw);
    }
}

/// <summary>Begun for the first name only.</summary>
public sealed class FirstOk
{
    private int widest;

    public void Open(string[] names)
    {
        var number = 0;
        foreach (var name in names)
        {
            if (number == 0)
                ThreadPool.QueueUserWorkItem(_ => Measure(name));
            else
                Console.WriteLine(name);
            number++;
        }
    }

    private void Measure(string name)
    {
        widest = 0;
        foreach (var word in name.Split(' '))
            widest += word.Length;
    }
}

/// <summary>Begun for each name until one is long.</summary>
public sealed class UntilLongBad
{
    private int widest;

    public void Open(string[] names)
    {
        var number = 0;
        foreach (var name in names)
        {
            if (number == 0)
                ThreadPool.QueueUserWorkItem(_ => Measure(name));
            if (name.Length > 10)
                number++;
        }
    }

    private void Measure(string name)
    {
        foreach (var word in name.Split(' '))
            widest += word.Length;
//          ~~~~~~ THR3002
    }
}

/// <summary>The queue is one member's business; the lock is there for what others add.</summary>
public sealed class AgendaOk
{
    private readonly object gate = new();
    private readonly PriorityQueue<string, int> due = new();
    private List<string>? added;

    public void Add(string item)
    {
        lock (gate)
            (added ??= []).Add(item);
    }

    public void Scan(int now)
    {
        if (added != null)
        {
            lock (gate)
            {
                foreach (var item in added)
                    due.Enqueue(item, item.Length);
                added = null;
            }
        }
        while (due.TryPeek(out _, out var at) && at < now)
            Console.WriteLine(due.Dequeue());
    }
}

/// <summary>How many keys there are by now: the answer is old in any case.</summary>
public sealed class PendingOk
{
    private readonly object gate = new();
    private readonly Dictionary<string, int> pending = [];

    public bool IsEmpty() => pending.Keys.Count == 0;

    public void Set(string name, int number)
    {
        lock (gate)
        {
            if (!pending.ContainsKey(name))
                pending[name] = number;
        }
    }

    public void Clear()
    {
        lock (gate)
            pending.Clear();
    }
}

/// <summary>A number of statistics, of which one more or less is the same to everybody.</summary>
public sealed class PeerOk
{
    private readonly PeerStatistics statistics = new();
    private readonly Queue<byte[]> waiting = new();

    public void Listen()
    {
        new Thread(Loop).Start();
    }

    private void Loop()
    {
        for (var i = 0; i < 1000; i++)
            Rent(i);
    }

    public byte[] Rent(int size)
    {
        lock (waiting)
        {
            if (waiting.TryDequeue(out var known))
                return known;
        }
        statistics.Allocated += size;
        return new byte[size];
    }

    public byte[] RentTwice(int size) => Rent(size * 2);

    private sealed class PeerStatistics
    {
        public long Allocated { get; set; }
    }
}

/// <summary>The one may see the flag of the other or not.</summary>
public static class FlagOk
{
    public static void Race(Action<bool> left, Action<bool> right)
    {
        var isOver = false;
        var first = Task.Run(() =>
        {
            left(true);
            isOver = true;
        });
        var second = Task.Run(() => right(isOver));
        Task.WaitAll(first, second);
    }
}
