using System.Collections;
using System.Runtime.CompilerServices;

// Locks that are there for others, or not needed any more, and locks that a declaration takes.

/// <summary>A list that is filled under a double check, and read by those who have found what is made of it.</summary>
public sealed class FilledOnceOk
{
    private readonly object gate = new();
    private readonly List<Func<string, string>> steps = [];
    private string? title;
    private bool isReady;

    public void Prepare(string name)
    {
        if (!isReady)
        {
            lock (gate)
            {
                if (!isReady)
                {
                    steps.Add(text => text.Trim());
                    steps.Add(text => text + name);
                    title = name + steps.Count;
                    isReady = true;
                }
            }
        }
    }

    public string Apply(string text)
    {
        if (title == null)
            throw new InvalidOperationException("not prepared");
        foreach (var step in steps)
            text = step(text);
        return text;
    }
}

/// <summary>The same, but what the reader tests is there before the list is filled.</summary>
public sealed class FilledTooLateBad
{
    private readonly object gate = new();
    private readonly List<string> steps = [];
    private string? title;
    private bool isReady;

    public void Prepare(string name)
    {
        if (!isReady)
        {
            lock (gate)
            {
                if (!isReady)
                {
                    title = name;
                    steps.Add(name);
                    steps.Add(name + name);
                    isReady = true;
                }
            }
        }
    }

    public void Add(string step)
    {
        lock (gate)
            steps.Add(step);
    }

    public string Apply()
    {
        if (title == null)
            return "";
        return string.Concat(steps);
//                           ~~~~~ THR3004
    }
}

/// <summary>One loop changes the groups under a lock, for those who look from elsewhere; itself it looks without.</summary>
public sealed class GroupsOk
{
    private readonly object gate = new();
    private readonly List<string> groups = [];

    public int Count()
    {
        lock (gate)
            return groups.Count;
    }

    public string[] Names()
    {
        lock (gate)
            return groups.ToArray();
    }

    public void Tick()
    {
        Admit();
        foreach (var group in groups)
            Console.WriteLine(group);
        Dismiss();
    }

    private void Admit()
    {
        lock (gate)
            groups.Add(DateTime.Now.ToString());
    }

    private void Dismiss()
    {
        lock (gate)
            groups.RemoveAt(0);
    }
}

public sealed class GroupsLoop(GroupsOk groups)
{
    private volatile bool stopping;

    public void Begin() => new Thread(Run) { IsBackground = true }.Start();

    public void End() => stopping = true;

    private void Run()
    {
        while (!stopping)
            groups.Tick();
    }
}

/// <summary>The same of static members, with the loop in another type.</summary>
public static class RoomsOk
{
    private static readonly object Gate = new();
    private static readonly List<string> Rooms = [];

    public static int Count()
    {
        lock (Gate)
            return Rooms.Count;
    }

    public static void Tick()
    {
        lock (Gate)
            Rooms.Add(DateTime.Now.ToString());
        foreach (var room in Rooms)
            Console.WriteLine(room);
        lock (Gate)
            Rooms.RemoveAt(0);
    }
}

public static class RoomsLoop
{
    private static volatile bool stopping;

    public static void Begin() => new Thread(Run) { IsBackground = true }.Start();

    public static void End() => stopping = true;

    private static void Run()
    {
        while (!stopping)
            RoomsOk.Tick();
    }
}

/// <summary>Two loops change them.</summary>
public static class SharedGroupsBad
{
    private static readonly object Gate = new();
    private static readonly List<string> Groups = [];

    public static string[] Names()
    {
        lock (Gate)
            return Groups.ToArray();
    }

    public static void Add(string name)
    {
        lock (Gate)
            Groups.Add(name);
    }

    public static void Tick()
    {
        foreach (var group in Groups)
//                            ~~~~~~ THR3004
            Console.WriteLine(group);
        lock (Gate)
            Groups.RemoveAt(0);
    }
}

/// <summary>A member whose name says that it takes no lock is for those who need none.</summary>
public sealed class LedgerOk
{
    private readonly object gate = new();
    private readonly Dictionary<string, int> totals = [];

    public void Add(string account, int amount)
    {
        lock (gate)
            AddNoLock(account, amount);
    }

    public int Of(string account)
    {
        lock (gate)
            return totals[account];
    }

    public bool Remove(string account)
    {
        lock (gate)
            return totals.Remove(account);
    }

    public void AddNoLock(string account, int amount) => totals[account] = amount;
}

/// <summary>A synchronized method holds its object for as long as it runs.</summary>
public sealed class ScratchOk
{
    private readonly List<int> scratch = [];

    [MethodImpl(MethodImplOptions.Synchronized)]
    public int[] Squares(int count)
    {
        scratch.Clear();
        for (var i = 0; i < count; i++)
            scratch.Add(i * i);
        return scratch.ToArray();
    }

    public void Print() => Parallel.For(0, 10, i => Console.WriteLine(Squares(i).Length));
}

/// <summary>Who comes without it meets the one who has it.</summary>
public sealed class LeftOpenBad
{
    private readonly List<int> numbers = [];

    [MethodImpl(MethodImplOptions.Synchronized)]
    public void Add(int number) => numbers.Add(number);

    [MethodImpl(MethodImplOptions.Synchronized)]
    public void Clear() => numbers.Clear();

    public int Sum() => numbers.Sum();
//                      ~~~~~~~ THR3004
}

/// <summary>A wrapper that locks each call, made by a constructor.</summary>
public sealed class WrittenBehindOk
{
    private readonly Queue texts;
    private Thread? writer;

    public WrittenBehindOk() => texts = Queue.Synchronized(new Queue());

    public void Write(string text)
    {
        texts.Enqueue(text);
        if (writer is null || !writer.IsAlive)
        {
            writer = new Thread(Run);
            writer.Start();
        }
    }

    private void Run()
    {
        while (texts.Count > 0)
            Console.WriteLine(texts.Dequeue());
    }
}

/// <summary>What grows all the time is not published too early: an empty one is a short one.</summary>
public sealed class GrowingOk
{
    private readonly object gate = new();
    private List<string>? lines;

    public int Count => lines != null ? lines.Count : 0;

    public void Add(string line)
    {
        lock (gate)
        {
            if (lines == null)
            {
                lines = new List<string>();
                lines.Add(line);
            }
            else
            {
                lines.Add(line);
            }
        }
    }
}

/// <summary>Who disposes asks what there is to dispose, and does not look into it.</summary>
public sealed class ListenerOk : IDisposable
{
    private readonly object gate = new();
    private bool isInitialized;
    private Handlers? handlers;

    public void Initialize()
    {
        lock (gate)
        {
            if (isInitialized)
                return;
            handlers = new Handlers();
            handlers.Add("open");
            isInitialized = true;
        }
    }

    public void Dispose()
    {
        if (handlers != null)
            handlers.Clear();
    }

    private sealed class Handlers
    {
        private readonly List<string> names = [];

        public void Add(string name) => names.Add(name);

        public void Clear() => names.Clear();
    }
}

/// <summary>What is begun by the last thing that a try does has not begun where that failed.</summary>
public sealed class NegotiationOk
{
    private Exception? failure;

    public void Begin(Func<Task<string>> ask)
    {
        try
        {
            Ask(ask);
        }
        catch (Exception caught)
        {
            End(caught);
        }
    }

    private void Ask(Func<Task<string>> ask) => ask().ContinueWith(asked => End(asked.Exception));

    private void End(Exception? caught)
    {
        failure = caught;
        if (failure != null)
            Console.WriteLine(failure.Message);
    }
}

/// <summary>After the start something else can fail.</summary>
public static class StartedBeforeBad
{
    public static void Run(Action check)
    {
        var tries = new List<string>();
        try
        {
            _ = Task.Run(() => tries.Add("ran"));
//                             ~~~~~~~~~~~~~~~~ THR3003
            check();
        }
        catch (InvalidOperationException caught)
        {
            tries.Add(caught.Message);
        }
    }
}
