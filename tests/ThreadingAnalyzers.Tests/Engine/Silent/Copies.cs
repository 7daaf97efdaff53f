// Structures that are copied, objects that only keep what they are given, locks known by their names, and members that are called before the thread begins.

public struct Stop
{
    public string Platform;
    public int Minutes;
}

public sealed class Timetable
{
    /// <summary>Each call and each round has a copy of its own.</summary>
    public void PlanOk(Stop stop, int depth)
    {
        stop.Minutes += 2;
        if (depth == 0)
            return;
        Action<int> next = line =>
        {
            var copy = stop;
            copy.Platform = $"{line}";
            copy.Minutes++;
            PlanOk(copy, depth - 1);
        };
        Parallel.For(0, 4, next);
    }

    private Stop last;

    public void DelayOk()
    {
        for (var i = 0; i < 4; i++)
            Task.Run(() =>
            {
                var copy = last;
                copy.Minutes++;
                Console.WriteLine(copy.Minutes);
            });
    }

    public int DelayBad()
    {
        var stop = new Stop();
        Parallel.For(0, 4, _ => stop.Minutes++);
//                              ~~~~~~~~~~~~ THR3002
        return stop.Minutes;
    }
}

/// <summary>An object that keeps a value has a field of its own for it.</summary>
public sealed class Odometer(decimal first)
{
    public decimal Distance { get; set; } = first;
}

public sealed class Fleet
{
    public static void DriveOk(decimal first, decimal step)
    {
        decimal start = first;
        start += step;
        var tasks = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var own = new Odometer(start);
            own.Distance = step;
            Console.WriteLine(own.Distance);
        })).ToArray();
        Task.WaitAll(tasks);
    }
}

/// <summary>The one random source that all threads may use.</summary>
public static class DiceOk
{
    private static readonly Random Source = Random.Shared;

    public static void Roll()
    {
        var first = Task.Run(() => Console.WriteLine(Source.Next(6)));
        var second = Task.Run(() => Console.WriteLine(Source.Next(6)));
        Task.WaitAll(first, second);
    }
}

public static class DiceBad
{
    private static readonly Random Source = new(7);

    public static void Roll()
    {
        var first = Task.Run(() => Console.WriteLine(Source.Next(6)));
//                                                   ~~~~~~~~~~~~~~ THR3010
        var second = Task.Run(() => Console.WriteLine(Source.Next(6)));
        Task.WaitAll(first, second);
    }
}

/// <summary>A lock of which only the names are known.</summary>
public interface IRegionLock
{
    void EnterWrite();

    void EnterRead();

    bool TryEnterWrite();

    void ExitWrite();

    void ExitRead();
}

public sealed class StockOk(IRegionLock gate)
{
    private readonly Dictionary<string, int> items = [];

    public void Begin() => _ = Task.Run(() => Count("nails"));

    public void Count(string name)
    {
        gate.EnterWrite();
        try
        {
            items[name] = 1;
        }
        finally
        {
            gate.ExitWrite();
        }
    }

    public bool Has(string name)
    {
        gate.EnterRead();
        try
        {
            return items.ContainsKey(name);
        }
        finally
        {
            gate.ExitRead();
        }
    }

    public void Drop(string name)
    {
        if (!gate.TryEnterWrite())
            return;
        items.Remove(name);
        gate.ExitWrite();
    }

    public async Task ClearAsync()
    {
        await TakeAsync();
        items.Clear();
        gate.ExitWrite();
    }

    private async Task TakeAsync()
    {
        while (!gate.TryEnterWrite())
            await Task.Yield();
    }
}

public sealed class StockBad(IRegionLock gate)
{
    private readonly Dictionary<string, int> items = [];

    public void Begin() => _ = Task.Run(() => Count("nails"));

    public void Count(string name)
    {
        gate.EnterWrite();
        items[name] = 1;
        gate.ExitWrite();
    }

    public bool Has(string name) => items.ContainsKey(name);
//                                  ~~~~~~~~~~~~~~~~~~~~~~~ THR3003
}

/// <summary>All who call the member do so under the lock that the thread takes too.</summary>
public sealed class Alarms
{
    private readonly Ring ring = new();

    public void Add(int minutes)
    {
        lock (ring.Gate)
            ring.AddOk(minutes);
    }

    private sealed class Ring
    {
        private readonly object gate = new();
        private int[] times = new int[8];
        private int count;

        public Ring() => new Thread(RunOk) { IsBackground = true }.Start();

        public object Gate => gate;

        public void AddOk(int minutes)
        {
            times[count++] = minutes;
            Monitor.Pulse(gate);
        }

        private void RunOk()
        {
            while (true)
                lock (gate)
                {
                    while (count == 0)
                        Monitor.Wait(gate);
                    count--;
                }
        }
    }
}

/// <summary>Handlers are registered before the pump begins, by the only code that can.</summary>
internal sealed class PumpOk
{
    private readonly Dictionary<int, Action> handlers = [];

    public void Register(int kind, Action handler) => handlers[kind] = handler;

    public void Start() => new Thread(Run) { IsBackground = true }.Start();

    private void Run()
    {
        while (Console.ReadLine() is { } line)
            if (handlers.TryGetValue(line.Length, out var handler))
                handler();
    }
}

internal sealed class PumpBad
{
    private readonly Dictionary<int, Action> handlers = [];

    public void Register(int kind, Action handler) => handlers[kind] = handler;
//                                                    ~~~~~~~~~~~~~~ THR3003

    public void Start() => new Thread(Run) { IsBackground = true }.Start();

    private void Run()
    {
        while (Console.ReadLine() is { } line)
            if (handlers.TryGetValue(line.Length, out var handler))
                handler();
    }
}

public static class Plant
{
    public static void Work()
    {
        var pump = new PumpOk();
        pump.Register(1, Console.WriteLine);
        pump.Start();

        var late = new PumpBad();
        late.Start();
        late.Register(1, Console.WriteLine);
    }
}

/// <summary>Copied, looked at, and read once more under the lock where it is not good enough.</summary>
public sealed class RateOk
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private decimal? rate;

    public async Task<decimal> Get(Func<Task<decimal>> ask)
    {
        var known = rate;
        if (known.HasValue)
            return known.Value;
        await gate.WaitAsync();
        try
        {
            known = rate;
            if (known.HasValue)
                return known.Value;
            var asked = await ask();
            rate = asked;
            return asked;
        }
        finally
        {
            gate.Release();
        }
    }

    public async Task Forget()
    {
        await gate.WaitAsync();
        rate = null;
        gate.Release();
    }
}

/// <summary>A callback of some hours that notes its time.</summary>
public sealed class UploadOk
{
    private readonly Timer timer;
    private DateTimeOffset last;

    public UploadOk() => timer = new Timer(_ => Send(), null, TimeSpan.FromHours(1), TimeSpan.FromHours(24));

    private void Send()
    {
        if (last + TimeSpan.FromHours(1) > DateTimeOffset.UtcNow)
            return;
        last = DateTimeOffset.UtcNow;
    }
}

/// <summary>A wish that is taken back by another member says nothing of what is in place.</summary>
public sealed class RobotOk
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private bool wanted;
    private string? programme;

    public string? Programme => programme;

    public async Task Start(Func<Task<string>> load)
    {
        if (wanted)
            return;
        await gate.WaitAsync();
        try
        {
            if (wanted)
                return;
            wanted = true;
            programme = await load();
        }
        finally
        {
            gate.Release();
        }
    }

    public async Task Stop()
    {
        await gate.WaitAsync();
        wanted = false;
        gate.Release();
    }
}
