using System.Diagnostics;

namespace ThreadingAnalyzers.Tests.Engine.Silent.Errands;

// Locks that are held on another errand, and orders that stand in the body that starts the threads: none of these may be reported.

/// <summary>Tables that one member fills under a lock of its own, before those look into them who hold locks for something else.</summary>
public sealed class TariffOk
{
    private static readonly Dictionary<string, int> Ranks = new();
    private static readonly object Making = new();
    private readonly Queue<string> arrivals = new();
    private int total;

    public static void InitializeRanks()
    {
        lock (Making)
        {
            if (Ranks.Count > 0)
                return;
            Ranks.Add("first", 1);
            Ranks.Add("second", 2);
        }
    }

    public void Arrive(string name)
    {
        lock (arrivals)
        {
            arrivals.Enqueue(name);
            total += Ranks[name];
        }
    }

    public bool Knows(string name)
    {
        lock (arrivals)
            return arrivals.Contains(name) && Ranks.ContainsKey(name);
    }

    public int Next()
    {
        lock (arrivals)
            return Ranks[arrivals.Dequeue()] + Ranks.GetValueOrDefault(arrivals.Peek());
    }
}

/// <summary>Queues that each guard themselves while they are emptied; what their elements are put into is the business of the one who empties them.</summary>
public sealed class StorehouseOk
{
    private readonly List<string> incoming = new();
    private readonly List<string> outgoing = new();
    private readonly Dictionary<string, int> stock = new();

    public void Receive(string name)
    {
        lock (incoming)
            incoming.Add(name);
    }

    public void Order(string name)
    {
        lock (outgoing)
            outgoing.Add(name);
    }

    public void Tick()
    {
        lock (incoming)
        {
            foreach (var name in incoming)
                Put(name);
            incoming.Clear();
        }
        lock (outgoing)
        {
            foreach (var name in outgoing)
                Take(name);
            outgoing.Clear();
        }
        Report();
    }

    private void Put(string name) => stock[name] = stock.TryGetValue(name, out var count) ? count + 1 : 1;

    private void Take(string name)
    {
        if (stock.ContainsKey(name))
            stock[name]--;
    }

    public string Report() => string.Join(", ", stock.Keys);
}

/// <summary>Lines that the one who draws makes anew each time, in part under the lock of what it draws.</summary>
public sealed class BoardOk
{
    private readonly object gate = new();
    private readonly List<string> notices = new();
    private readonly List<string> lines = new();

    public void Post(string notice)
    {
        lock (gate)
            notices.Add(notice);
    }

    public int Draw()
    {
        Wipe();
        lock (gate)
        {
            foreach (var notice in notices)
            {
                if (notice.Length > 80)
                    lines.Add(notice[..80]);
                else if (lines.Count < 3)
                    lines.Add(notice);
            }
        }
        return lines.Count;
    }

    private void Wipe()
    {
        foreach (var line in lines)
            Debug.Write(line.Length);
        lines.Clear();
    }
}

/// <summary>What the last recording left is taken away before the next one begins.</summary>
public sealed class ScannerOk
{
    private readonly object gate = new();
    private readonly List<string> found = new();

    public void Scan(Process process)
    {
        process.OutputDataReceived += Found;
        found.Clear();
        process.Start();
        process.BeginOutputReadLine();
    }

    public string[] Take()
    {
        lock (gate)
        {
            var all = found.ToArray();
            found.Clear();
            return all;
        }
    }

    private void Found(object sender, DataReceivedEventArgs line)
    {
        lock (gate)
        {
            if (line.Data is { } text && !found.Contains(text))
                found.Add(text);
        }
    }
}

/// <summary>A second callback that is begun when the first has told that it is done.</summary>
public static class RehearsalOk
{
    public static long Measure(Action work)
    {
        long began = 0, ended = 0;
        using var done = new ManualResetEventSlim(false);
        void Play(object? state)
        {
            began = Stopwatch.GetTimestamp();
            work();
            ended = Stopwatch.GetTimestamp();
            done.Set();
        }

        using (new Timer(Play, null, 0, Timeout.Infinite))
            done.Wait();
        done.Reset();
        using (new Timer(Play, null, 0, Timeout.Infinite))
            done.Wait();
        return ended - began;
    }
}

/// <summary>Sets of the program's own that are locked while they are gone through.</summary>
public sealed class HarbourOk
{
    private readonly Berths coming = new();
    private readonly Berths going = new();
    private readonly List<string> here = new();

    public void Tide()
    {
        lock (coming)
        {
            foreach (var ship in coming)
                Enter(ship);
            coming.Forget();
        }
        lock (going)
        {
            foreach (var ship in going)
                Leave(ship);
            going.Forget();
        }
    }

    private void Enter(string ship)
    {
        if (!here.Contains(ship))
            here.Add(ship);
    }

    private void Leave(string ship)
    {
        if (here.Contains(ship))
            here.Remove(ship);
    }

    private sealed class Berths
    {
        private string[] ships = [];

        public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)ships).GetEnumerator();

        public void Forget() => ships = [];
    }
}

/// <summary>Steps that are added before the plan is carried out, by all who do.</summary>
public class PlanOk
{
    private readonly List<Action> steps = new();

    public void Add(Action step) => steps.Add(step);

    public void Carry() => new Thread(Go).Start();

    private void Go()
    {
        foreach (var step in steps)
            step();
    }
}

public static class PlansOk
{
    public static void Carry(Action first, Action second)
    {
        var plan = new PlanOk();
        plan.Add(first);
        plan.Add(second);
        plan.Carry();
    }
}

/// <summary>What a constructor sets right behind the start of a timer that is due later.</summary>
public sealed class ReminderOk
{
    private readonly object gate = new();
    private readonly System.Timers.Timer timer = new(250);
    private List<string> notes;

    public ReminderOk(List<string> given)
    {
        timer.Elapsed += (_, _) => Remind();
        timer.Start();
        notes = new List<string>(given);
    }

    private void Remind()
    {
        lock (gate)
            Debug.WriteLine(notes.Count);
    }
}

/// <summary>Flags, of which it is asked now and then whether all are set by now.</summary>
public static class RollCallOk
{
    public static bool All(Action<int> work)
    {
        var ready = new bool[4];
        for (var i = 0; i < ready.Length; i++)
        {
            var index = i;
            ThreadPool.QueueUserWorkItem(_ =>
            {
                work(index);
                ready[index] = true;
            });
        }
        for (var waited = 0; waited < 5000; waited += 50)
        {
            if (Array.TrueForAll(ready, one => one))
                return true;
            Thread.Sleep(50);
        }
        return false;
    }
}
