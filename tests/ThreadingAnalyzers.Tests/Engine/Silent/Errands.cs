using System.Diagnostics;

namespace ThreadingAnalyzers.Tests.Engine.Silent.Errands;

// Locks that are held on another errand, and orders that stand in the body that starts the threads: none of these may be reported.

/// <summary>Tables that one member fills under a lock of its own, before those look into them who hold locks for something else.</summary>
public sealed class TariffOk
{
    private static readonly Dictionary<string, int> Ranks = new();
    private static readonly object Making = new();
    private readonly Queue<string> arrivals = new();
    private readonly Queue<string> departures = new();
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

    public int Depart(string name)
    {
        lock (departures)
        {
            departures.Enqueue(name);
            return Ranks[name];
        }
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
                if (lines.Count < 3)
                    lines.Add(notice);
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
