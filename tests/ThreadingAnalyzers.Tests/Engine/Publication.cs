// Publication, lazy initialisation and guarded state that leaves its lock, in other spellings than the pages'.

// An array that is filled in place.
public sealed class FilledArrayBad
{
    private readonly Lock gate = new();
    private int[]? squares;

    public int this[int index]
    {
        get
        {
            if (squares is null)
            {
                using (gate.EnterScope())
                {
                    if (squares is null)
                    {
                        squares = new int[100];
//                      ~~~~~~~ THR7007
                        for (var i = 0; i < squares.Length; i++)
                            squares[i] = i * i;
                    }
                }
            }
            return squares[index];
        }
    }
}

// Stored through a local that goes on being filled.
public sealed class FilledThroughLocalBad
{
    private readonly object gate = new();
    private volatile Dictionary<string, int>? sizes;

    public int Of(string name)
    {
        if (sizes == null)
        {
            lock (gate)
            {
                if (sizes == null)
                {
                    var made = new Dictionary<string, int>();
                    sizes = made;
//                  ~~~~~ THR7007
                    made["a"] = 1;
                    made["b"] = 2;
                }
            }
        }
        return sizes.TryGetValue(name, out var size) ? size : 0;
    }
}

// An automatic property, filled by a helper of the holder.
public sealed class FilledByHelperBad
{
    private readonly object gate = new();

    private HashSet<string>? Words { get; set; }

    public bool Contains(string word)
    {
        if (Words is null)
            Read();
        return Words!.Contains(word);
    }

    private void Read()
    {
        Monitor.Enter(gate);
        try
        {
            if (Words is not null)
                return;
            Words = new HashSet<string>();
//          ~~~~~ THR7007
            ReadInto(Words);
        }
        finally
        {
            Monitor.Exit(gate);
        }
    }

    private static void ReadInto(HashSet<string> words)
    {
        foreach (var line in File.ReadLines("words"))
            words.Add(line);
    }
}

// Replaced as a whole, complete each time.
public sealed class SwappedWholeOk
{
    private readonly object gate = new();
    private Dictionary<string, int> sizes = [];

    public void Reload()
    {
        lock (gate)
        {
            var next = new Dictionary<string, int>();
            foreach (var line in File.ReadLines("sizes"))
                next[line] = line.Length;
            sizes = next;
        }
    }

    public int Of(string name) => sizes.TryGetValue(name, out var size) ? size : 0;
}

// Replaced in place, and read without the lock.
public sealed class ReloadedInPlaceBad
{
    private readonly object gate = new();
    private Dictionary<string, int> sizes = [];

    public void Refresh()
    {
        lock (gate)
        {
            sizes = new Dictionary<string, int>();
//          ~~~~~ THR3008
            foreach (var line in File.ReadLines("sizes"))
                sizes[line] = line.Length;
        }
    }

    public int Of(string name) => sizes.TryGetValue(name, out var size) ? size : 0;
}

// The flag is set last.
public sealed class FlagLastOk
{
    private readonly object gate = new();
    private bool loaded;
    private string[] lines = [];

    public string[] Lines
    {
        get
        {
            if (!loaded)
            {
                lock (gate)
                {
                    if (!loaded)
                    {
                        lines = File.ReadAllLines("lines");
                        loaded = true;
                    }
                }
            }
            return lines;
        }
    }
}

public sealed class FlagFirstBad
{
    private readonly object gate = new();
    private volatile bool loaded;
    private string[] lines = [];

    public string[] Lines
    {
        get
        {
            if (!loaded)
            {
                lock (gate)
                {
                    if (!loaded)
                    {
                        loaded = true;
//                      ~~~~~~ THR7007
                        lines = File.ReadAllLines("lines");
                    }
                }
            }
            return lines;
        }
    }
}

// A flag that keeps one thread from coming in twice; the data is read under the lock too.
public sealed class FlagAgainstRecursionOk
{
    private readonly object gate = new();
    private bool loading;
    private string[] lines = [];

    public string[] Lines()
    {
        lock (gate)
        {
            if (!loading)
            {
                loading = true;
                lines = File.ReadAllLines("lines");
                loading = false;
            }
            return lines;
        }
    }
}

// Two tasks make the timer.
public sealed class LazyTimerBad
{
    private Timer? timer;

    public void Begin()
    {
        Task.Run(Touch);
        Task.Run(Touch);
    }

    private void Touch()
    {
        if (timer is null)
            timer = new Timer(_ => Console.WriteLine(), null, 1000, Timeout.Infinite);
//          ~~~~~ THR3009
    }
}

// The same, one task after the other.
public sealed class LazyTimerInTurnOk
{
    private Timer? timer;

    public async Task BeginAsync()
    {
        await Task.Run(Touch);
        await Task.Run(Touch);
    }

    private void Touch()
    {
        if (timer is null)
            timer = new Timer(_ => Console.WriteLine(), null, 1000, Timeout.Infinite);
    }
}

public sealed class LazyUnderLockOk
{
    private readonly object gate = new();
    private Timer? timer;

    public void Begin()
    {
        Task.Run(Touch);
        Task.Run(Touch);
    }

    private void Touch()
    {
        lock (gate)
            timer ??= new Timer(_ => Console.WriteLine(), null, 1000, Timeout.Infinite);
    }
}

// A memory stream holds nothing that a second one could keep from anybody.
public sealed class LazyBufferOk
{
    private MemoryStream? buffer;

    public void Go() => Parallel.For(0, 10, _ => Console.WriteLine((buffer ??= new MemoryStream()).CanRead));
}

// A static member beside a lock is often called by one thread, at the start.
public sealed class FN_LazyStaticBesideLockBad
{
    private static readonly object Gate = new();
    private static readonly List<string> Lines = [];
    private static StreamWriter? output;

    public static void Add(string line)
    {
        lock (Gate)
            Lines.Add(line);
        Output.Flush();
    }

    private static StreamWriter Output => output ??= File.CreateText("lines");
}

public partial class ExposedOfPart
{
    private readonly object gate = new();
    private readonly LinkedList<string> names = new();

    public void Add(string name)
    {
        lock (gate)
            names.AddLast(name);
    }
}

public partial class ExposedOfPart
{
    public IEnumerable<string> SortedBad()
    {
        lock (gate)
            return from name in names orderby name select name;
//                 ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3007
    }
}

// Under a reader's lock, which is as good as none once it is given back.
public sealed class ExposedUnderReadLockBad
{
    private readonly ReaderWriterLockSlim access = new();
    private readonly SortedDictionary<int, string> names = [];

    public void Add(int id, string name)
    {
        access.EnterWriteLock();
        try
        {
            names[id] = name;
        }
        finally
        {
            access.ExitWriteLock();
        }
    }

    public ICollection<string> Names()
    {
        access.EnterReadLock();
        try
        {
            return names.Values;
//                 ~~~~~~~~~~~~ THR3007
        }
        finally
        {
            access.ExitReadLock();
        }
    }
}

public sealed class ExposedNestedBad
{
    private sealed class Registry
    {
        private static readonly object Gate = new();
        private static readonly Dictionary<string, Type> Types = [];

        internal static void Add(string name, Type type)
        {
            lock (Gate)
                Types.Add(name, type);
        }

        internal static Dictionary<string, Type> All
        {
            get
            {
                lock (Gate)
                {
                    return Types;
//                         ~~~~~ THR3007
                }
            }
        }
    }

    public static void Add(Type type) => Registry.Add(type.Name, type);

    public static int Count => Registry.All.Count;
}

// The lock is for something else, and nothing changes the list.
public sealed class OnlyReadOk
{
    private readonly object gate = new();
    private readonly List<string> names = ["a", "b"];
    private int asked;

    public IReadOnlyList<string> Names
    {
        get
        {
            lock (gate)
            {
                asked++;
                return names;
            }
        }
    }

    public int Asked()
    {
        lock (gate)
            return asked;
    }
}

// Taken out and replaced: the caller is the only one who has it.
public sealed class HandedOverOk
{
    private readonly object gate = new();
    private List<string> pending = [];

    public void Add(string item)
    {
        lock (gate)
            pending.Add(item);
    }

    public List<string> TakeAll()
    {
        lock (gate)
        {
            var taken = pending;
            pending = new List<string>();
            return taken;
        }
    }
}
