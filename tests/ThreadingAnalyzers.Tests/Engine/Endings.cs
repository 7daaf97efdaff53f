// Threads whose end is asked for, again and again or once.

public sealed class AskedUntilJoinedBad
{
    private string phase = "";
    private int step;

    public void Bake(string[] recipe)
    {
        var oven = new Thread(() => Heat(recipe));
        oven.Start();
        while (!oven.Join(100))
            Console.WriteLine($"{phase}: {step}");
        Console.WriteLine(phase + step);
    }

    private void Heat(string[] recipe)
    {
        for (var i = 0; i < recipe.Length; i++)
        {
            phase = recipe[i];
//          ~~~~~ THR3001
            step = i;
        }
    }
}

public sealed class AskedAndLookedOnlyAfterOk
{
    private readonly List<string> names = [];

    public int Count()
    {
        var reader = new Thread(() => names.Add("a"));
        reader.Start();
        while (!reader.Join(100))
            Console.WriteLine("reading");
        names.Add("b");
        return names.Count;
    }
}

public sealed class AliveUntilItEndsOk
{
    private readonly List<int> found = [];

    public int[] Search()
    {
        var search = new Thread(Look);
        search.Start();
        while (search.IsAlive)
        {
            Console.Write('.');
            search.Join(50);
        }
        return found.ToArray();
    }

    private void Look() => found.Add(1);
}

public sealed class AliveAndLookedIntoBad
{
    private readonly List<int> found = [];

    public int[] Search()
    {
        var search = new Thread(Look);
        search.Start();
        while (search.IsAlive)
            foreach (var one in found)
                Console.Write(one);
        return found.ToArray();
    }

    private void Look() => found.Add(1);
//                         ~~~~~~~~~~~~ THR3003
}

public sealed class NotCompletedYetOk
{
    private readonly Dictionary<string, int> words = [];

    public int Words()
    {
        var task = Task.Run(() => words["a"] = 1);
        while (!task.IsCompleted)
            Thread.Yield();
        return words["a"];
    }
}

public sealed class GivenUpAndLookedIntoBad
{
    private readonly Queue<int> parts = new();

    public int Take()
    {
        var task = Task.Run(() => parts.Enqueue(1));
//                                ~~~~~~~~~~~~~~~~ THR3003
        if (!task.Wait(100))
            return parts.Dequeue();
        return 0;
    }
}

public sealed class ThreadsByNameBad
{
    private readonly HashSet<string> seen = [];

    public void Walk(string[] names)
    {
        var walkers = new Dictionary<string, Thread>();
        foreach (var name in names)
            walkers.Add(name, new Thread(() => seen.Add(name)));
//                                             ~~~~~~~~~~~~~~ THR3003
        foreach (var walker in walkers.Values)
            walker.Start();
        foreach (var pair in walkers)
            pair.Value.Join();
    }
}

public sealed class ThreadsByNameJoinedOk
{
    private readonly HashSet<string> seen = [];

    public int Walk(string[] names)
    {
        var walkers = new Dictionary<string, Thread>();
        foreach (var name in names)
            walkers.Add(name, new Thread(() => Console.WriteLine(name)));
        walkers["last"] = new Thread(() => seen.Add("last"));
        walkers["last"].Start();
        while (walkers.Remove("last", out var last))
            last.Join();
        foreach (var walker in walkers.Values)
            walker.Join();
        return seen.Count;
    }
}

public sealed class StackOfThreadsBad
{
    private readonly List<string> lines = [];

    public List<string> Read(string[] files)
    {
        var readers = new Stack<Thread>();
        foreach (var file in files)
        {
            readers.Push(new Thread(() => lines.Add(file)));
//                                        ~~~~~~~~~~~~~~~ THR3003
            readers.Peek().Start();
        }
        while (readers.Count > 0)
            readers.Pop().Join();
        return lines;
    }
}

public sealed class StackOfThreadsJoinedOk
{
    private readonly List<string> lines = [];

    public List<string> Read()
    {
        var readers = new Queue<Thread>();
        readers.Enqueue(new Thread(() => lines.Add("one")));
        readers.Peek().Start();
        while (readers.TryDequeue(out var reader))
            reader.Join();
        lines.Add("end");
        return lines;
    }
}

public sealed class LastReadAfterAllOk
{
    private readonly object gate = new();
    private decimal sum;

    public void Add(decimal value)
    {
        lock (gate)
            sum += value;
    }

    public void Take(decimal value)
    {
        lock (gate)
            sum -= value;
    }

    public decimal Replay(decimal[] values)
    {
        var adding = Task.Run(() => Add(values[0]));
        var taking = Task.Run(() => Take(values[1]));
        Task.WaitAll(adding, taking);
        return sum;
    }
}
