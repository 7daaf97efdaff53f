// What a thread is there to find, read before it is waited for; and arrays that are gone through while others fill them.

public sealed class ReadBeforeTheJoinBad
{
    private int total;

    private void Count()
    {
        var sum = 0;
        for (var i = 0; i < 1000; i++)
            sum += i % 7;
        total = sum;
//      ~~~~~ THR3001
    }

    public int Run()
    {
        var counter = new Thread(Count);
        counter.Start();
        var found = total;
        counter.Join();
        return found;
    }
}

public static class ReadOfAnObjectBad
{
    private sealed class Report
    {
        public int Pages { get; set; }
    }

    public static void Print(string path)
    {
        var report = new Report();
        var reading = Task.Run(() => report.Pages = File.ReadAllText(path).Split('\f').Length);
//                                   ~~~~~~~~~~~~ THR3001
        Console.WriteLine(report.Pages);
        reading.Wait();
    }
}

public sealed class ReadAfterTheJoinOk
{
    private int total;

    public int Run()
    {
        var counter = new Thread(() => total = Environment.ProcessorCount);
        counter.Start();
        counter.Join();
        return total;
    }
}

// A look at how far it is, and the result behind the wait.
public sealed class ReadOnTheWayOk
{
    private int done;

    private void Work()
    {
        for (var i = 0; i < 10; i++)
        {
            Thread.Sleep(10);
            done = i;
        }
    }

    public int Run()
    {
        var worker = new Thread(Work);
        worker.Start();
        Console.WriteLine(done);
        worker.Join();
        return done;
    }
}

public sealed class NeighboursBad
{
    private readonly float[] heat = new float[100];

    public void Step() => Parallel.For(0, heat.Length, cell =>
    {
        heat[cell] = Around(cell);
//      ~~~~~~~~~~ THR3001
    });

    private float Around(int self)
    {
        var sum = 0f;
        for (var cell = 0; cell < heat.Length; cell++)
            if (cell != self)
                sum += heat[cell];
        return sum / heat.Length;
    }
}

public sealed class TwoArraysOk
{
    private float[] heat = new float[100];
    private float[] next = new float[100];

    public void Step()
    {
        Parallel.For(0, heat.Length, cell => next[cell] = Around(cell));
        (heat, next) = (next, heat);
    }

    private float Around(int self)
    {
        var sum = 0f;
        for (var cell = 0; cell < heat.Length; cell++)
            if (cell != self)
                sum += heat[cell];
        return sum / heat.Length;
    }
}

public sealed class SettingsBad : IDisposable
{
    private readonly Timer timer;
    private volatile Values current = new();

    public SettingsBad() => timer = new Timer(_ => Load(), null, 0, 1000);

    public Values Current => current;

    private void Load()
    {
        var fresh = new Values();
        current = fresh;
//      ~~~~~~~ THR3008
        fresh.Fill(File.ReadLines("settings"));
    }

    public void Dispose() => timer.Dispose();

    public sealed class Values
    {
        private readonly Dictionary<string, string> map = [];

        public string? Of(string key) => map.TryGetValue(key, out var value) ? value : null;

        public void Fill(IEnumerable<string> lines)
        {
            foreach (var line in lines)
                map[line] = line;
        }
    }
}

public sealed class SettingsOk : IDisposable
{
    private readonly Timer timer;
    private volatile Dictionary<string, string> current = [];

    public SettingsOk() => timer = new Timer(_ => Load(), null, 0, 1000);

    public Dictionary<string, string> Current => current;

    private void Load()
    {
        var fresh = new Dictionary<string, string>();
        foreach (var line in File.ReadLines("settings"))
            fresh[line] = line;
        current = fresh;
    }

    public void Dispose() => timer.Dispose();
}

// The two take turns by numbers that they poll.
public sealed class TurnsByNumberOk
{
    private readonly double[] places = new double[64];
    private volatile int asked;
    private volatile int done;

    public TurnsByNumberOk() => new Thread(Loop) { IsBackground = true }.Start();

    public double Frame()
    {
        var frame = done + 1;
        asked = frame;
        while (done != frame)
        {
        }
        var highest = 0d;
        foreach (var place in places)
            highest = Math.Max(highest, place);
        return highest;
    }

    private void Loop()
    {
        var last = 0;
        while (true)
        {
            if (asked == last)
            {
                Thread.SpinWait(10);
                continue;
            }
            for (var i = 0; i < places.Length; i++)
                places[i] = Math.Sin(last + i);
            last++;
            done = last;
        }
    }
}

// Given away when all that filled it are through.
public sealed class BuildLogOk
{
    private readonly object gate = new();
    private readonly List<string> log = [];

    public List<string> Run(string[] names)
    {
        var left = new CountdownEvent(names.Length);
        foreach (var name in names)
            Task.Run(() =>
            {
                try
                {
                    Note(name);
                }
                finally
                {
                    left.Signal();
                }
            });
        left.Wait();
        left.Dispose();
        return log;
    }

    private void Note(string name)
    {
        lock (gate)
            log.Add(name);
    }
}

// The same, from a main that goes through the frames and then ends the thread.
public sealed class PolledFromMainOk
{
    private readonly double[] places = new double[64];
    private readonly Thread thread;
    private volatile int asked;
    private volatile int done;

    public PolledFromMainOk()
    {
        thread = new Thread(Loop) { IsBackground = true };
        thread.Start();
    }

    public static void Run()
    {
        var world = new PolledFromMainOk();
        Console.WriteLine(world.Frame());
        world.thread.Join();
    }

    private double Frame()
    {
        var frame = done + 1;
        asked = frame;
        while (done != frame)
        {
        }
        return Highest();
    }

    private double Highest()
    {
        var highest = 0d;
        foreach (var place in places)
            highest = Math.Max(highest, place);
        return highest;
    }

    private void Loop()
    {
        while (done < 10)
        {
            if (asked == done)
                continue;
            for (var i = 0; i < places.Length; i++)
                places[i] = Math.Sin(done + i);
            done = asked;
        }
    }
}
