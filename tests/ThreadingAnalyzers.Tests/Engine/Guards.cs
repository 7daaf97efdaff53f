using System.Collections.Immutable;

// Locks and atomics: cases 15, 16, 19 to 29, 31 to 34.

public sealed class Case15_DoubleCheckedOk
{
    private static readonly object Gate = new();
    private static Case15_DoubleCheckedOk? instance;

    public static Case15_DoubleCheckedOk Instance
    {
        get
        {
            if (instance == null)
                lock (Gate)
                {
                    if (instance == null)
                        instance = new Case15_DoubleCheckedOk();
                }
            return instance;
        }
    }

    public static void Use() => Parallel.For(0, 10, _ => Console.WriteLine(Instance));
}

public sealed class Case16_PublishedEarlyBad
{
    private static readonly object Gate = new();
    private static Case16_PublishedEarlyBad? instance;
    private int[]? table;

    public static Case16_PublishedEarlyBad Instance
    {
        get
        {
            if (instance == null)
                lock (Gate)
                {
                    if (instance == null)
                    {
                        instance = new Case16_PublishedEarlyBad();
//                      ~~~~~~~~ THR7007
                        instance.Init();
                    }
                }
            return instance;
        }
    }

    public static void Use() => Parallel.For(0, 10, _ => Console.WriteLine(Instance.table!.Length));

    private void Init() => table = new int[10];
}

public sealed class Case19_VolatileBad
{
    private volatile int n;

    public void Go()
    {
        var first = new Thread(() => n++);
//                                   ~ THR7001
        var second = new Thread(() => n++);
        first.Start();
        second.Start();
    }
}

public sealed class Case20_ImmutableBad
{
    private ImmutableDictionary<string, int> map = ImmutableDictionary<string, int>.Empty;

    public void Go(string[] keys) => Parallel.ForEach(keys, key => map = map.Add(key, 1));
//                                                                 ~~~ THR7009
}

public sealed class Case20_ImmutableInterlockedOk
{
    private ImmutableDictionary<string, int> map = ImmutableDictionary<string, int>.Empty;

    public void Go(string[] keys) => Parallel.ForEach(keys, key => ImmutableInterlocked.Update(ref map, old => old.Add(key, 1)));
}

public sealed class Case21_TwoLocksBad
{
    private readonly object a = new();
    private readonly object b = new();
    private int x;

    public void Go()
    {
        var first = new Thread(First);
        var second = new Thread(Second);
        first.Start();
        second.Start();
    }

    private void First() { lock (a) x++; }
//                                  ~ THR3005

    private void Second() { lock (b) x++; }
}

public sealed class Case21_TwoLocksOneListBad
{
    private readonly Lock readers = new();
    private readonly Lock writers = new();
    private readonly List<int> values = [];

    public void Begin() => Task.Run(() => { lock (writers) values.Add(1); });
//                                                         ~~~~~~~~~~~~~ THR3005

    public int Last() { lock (readers) return values[^1]; }
}

public sealed class Case22_PrivateHelperOk
{
    private readonly object gate = new();
    private int n;

    public void Add() { lock (gate) Inc(); }

    public void AddTwice()
    {
        lock (gate)
        {
            Inc();
            Inc();
        }
    }

    public void Begin() => new Thread(Add).Start();

    private void Inc() => n++;
}

public sealed class Case23_InternalHelperBad
{
    private readonly object gate = new();
    private int n;

    public void Add() { lock (gate) AddCore(); }

    public void Begin() => new Thread(Add).Start();

    public void AddFast() => AddCore();

    private void AddCore() => n++;
//                            ~ THR3004
}

public sealed class Case23_MostlyGuardedBad
{
    private readonly object gate = new();
    private readonly Dictionary<string, int> items = [];

    public void Put(string key, int value) { lock (gate) items[key] = value; }

    public int? Get(string key) { lock (gate) return items.TryGetValue(key, out var value) ? value : null; }

    public void Remove(string key) { lock (gate) items.Remove(key); }

    public void Clear() => items.Clear();
//                         ~~~~~~~~~~~~~ THR3004
}

public sealed class Case23_GetterBad
{
    private readonly object gate = new();
    private decimal balance;

    public void Deposit(decimal amount) { lock (gate) balance += amount; }

    public void Withdraw(decimal amount) { lock (gate) balance -= amount; }

    public decimal Balance => balance;
//                            ~~~~~~~ THR3004
}

public sealed class Case24_AliasOk
{
    private readonly object sync = new();
    private int n;

    public void Add()
    {
        var gate = sync;
        lock (gate)
            n++;
    }

    public void Begin() => new Thread(() => { lock (this.sync) n++; }).Start();
}

// To ask for the lock of a collection is no use of the collection.
public sealed class Case24_PropertyOk
{
    private readonly List<int> values = [];

    private object Sync => ((System.Collections.ICollection)values).SyncRoot;

    public void Add(int value) { lock (Sync) values.Add(value); }

    public void Begin() => new Thread(() => { lock (Sync) values.Clear(); }).Start();
}

public sealed class Case25_FreshLockBad
{
    private int n;

    public void Go() => Parallel.For(0, 10, _ => { lock (new object()) n++; });
//                                                                     ~ THR3002
}

public sealed class Case25_FreshFromHelperBad
{
    private int n;

    public void Go() => Parallel.For(0, 10, _ => { lock (MakeLock()) n++; });
//                                                                   ~ THR3002

    private static object MakeLock() => new();
}

public sealed class Case25_LocalLockBad
{
    private readonly List<int> values = [];

    public void Go() => Parallel.For(0, 10, i =>
    {
        var gate = new object();
        lock (gate)
            values.Add(i);
//          ~~~~~~~~~~~~~ THR3003
    });
}

// Each instance has its lock, all have the one field.
public sealed class Case26_InstanceLockBad
{
    private static int shared;

    public void Work()
    {
        lock (this)
            shared++;
//          ~~~~~~ THR3005
    }

    public static void Go()
    {
        var first = new Case26_InstanceLockBad();
        var second = new Case26_InstanceLockBad();
        var a = new Thread(first.Work);
        var b = new Thread(second.Work);
        a.Start();
        b.Start();
    }
}

public sealed class Case26_StaticLockOk
{
    private static readonly object Gate = new();
    private static int shared;

    public void Work()
    {
        lock (Gate)
            shared++;
    }

    public static void Go()
    {
        var first = new Thread(new Case26_StaticLockOk().Work);
        var second = new Thread(new Case26_StaticLockOk().Work);
        first.Start();
        second.Start();
    }
}

// Two accounts that pay each other: THR5001 says it.
public sealed class FN_Case27_TransferBad
{
    private readonly object gate = new();
    private int balance;

    public void Transfer(FN_Case27_TransferBad to, int amount)
    {
        lock (gate)
        lock (to.gate)
        {
            balance -= amount;
            to.balance += amount;
        }
    }
}

public sealed class Case28_OrderedTransferOk(int id)
{
    private readonly object gate = new();
    private int balance;

    public void Transfer(Case28_OrderedTransferOk to, int amount)
    {
        var (first, second) = id < to.Id ? (this, to) : (to, this);
        lock (first.gate)
        lock (second.gate)
        {
            balance -= amount;
            to.balance += amount;
        }
    }

    public int Id => id;
}

public sealed class Case29_GateLockOk
{
    private readonly object gate = new();
    private readonly object a = new();
    private readonly object b = new();
    private int n;

    public void First() { lock (gate) lock (a) lock (b) n++; }

    public void Second() { lock (gate) lock (b) lock (a) n++; }

    public void Go() => Parallel.Invoke(First, Second);
}

public sealed class Case31_EnterBeforeOk
{
    private readonly object gate = new();
    private int n;

    public void Add()
    {
        Monitor.Enter(gate);
        try
        {
            n++;
        }
        finally
        {
            Monitor.Exit(gate);
        }
    }

    public void AddInside()
    {
        var taken = false;
        try
        {
            Monitor.Enter(gate, ref taken);
            n++;
        }
        finally
        {
            if (taken)
                Monitor.Exit(gate);
        }
    }

    public void Go() => Parallel.Invoke(Add, AddInside);
}

// The actions of Parallel.Invoke run beside each other.
public sealed class Case31_AfterExitBad
{
    private readonly object gate = new();
    private int n;

    public void Add()
    {
        Monitor.Enter(gate);
        try
        {
            Console.WriteLine(n);
        }
        finally
        {
            Monitor.Exit(gate);
        }
        n++;
//      ~ THR3002
    }

    public void Go() => Parallel.Invoke(Add, Add);
}

public sealed class Case32_TryEnterOk
{
    private readonly object gate = new();
    private int n;

    public void Add()
    {
        if (!Monitor.TryEnter(gate))
            return;
        try
        {
            n++;
        }
        finally
        {
            Monitor.Exit(gate);
        }
    }

    public void Go() => Parallel.Invoke(Add, Add);
}

// The actions of Parallel.Invoke run beside each other.
public sealed class Case32_IgnoredTryEnterBad
{
    private readonly object gate = new();
    private int n;

    public void Add()
    {
        var taken = Monitor.TryEnter(gate, 100);
        n++;
//      ~ THR3002
        if (taken)
            Monitor.Exit(gate);
    }

    public void Go() => Parallel.Invoke(Add, Add);
}

public sealed class Case33_SemaphoreOfOneOk
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private int n;

    public async Task AddAsync()
    {
        await gate.WaitAsync();
        try
        {
            n++;
            await Task.Delay(1);
            n++;
        }
        finally
        {
            gate.Release();
        }
    }

    public Task Go() => Task.WhenAll(Task.Run(AddAsync), Task.Run(AddAsync));
}

public sealed class Case33_SemaphoreOfFourBad
{
    private readonly SemaphoreSlim slots = new(4);
    private int n;

    public async Task AddAsync()
    {
        await slots.WaitAsync();
        try
        {
            n++;
//          ~ THR3002
        }
        finally
        {
            slots.Release();
        }
    }

    public Task Go() => Task.WhenAll(Task.Run(AddAsync), Task.Run(AddAsync));
}

public sealed class Case34_WriteUnderReadLockBad
{
    private readonly ReaderWriterLockSlim access = new();
    private readonly Dictionary<string, int> values = [];

    public int Get(string key)
    {
        access.EnterReadLock();
        try
        {
            if (!values.TryGetValue(key, out var value))
                values[key] = value = key.Length;
//              ~~~~~~~~~~~ THR3005
            return value;
        }
        finally
        {
            access.ExitReadLock();
        }
    }

    public void Go(string[] keys) => Parallel.ForEach(keys, key => Get(key));
}

public sealed class Case34_UpgradeOk
{
    private readonly ReaderWriterLockSlim access = new();
    private readonly Dictionary<string, int> values = [];

    public int Get(string key)
    {
        access.EnterUpgradeableReadLock();
        try
        {
            if (values.TryGetValue(key, out var value))
                return value;
            access.EnterWriteLock();
            try { return values[key] = key.Length; }
            finally { access.ExitWriteLock(); }
        }
        finally
        {
            access.ExitUpgradeableReadLock();
        }
    }

    public void Go(string[] keys) => Parallel.ForEach(keys, key => Get(key));
}

// Who counts under the lock writes back what he has read before the zero.
public sealed class GuardZeroBad
{
    private readonly object gate = new();
    private long total;

    public void Accepted()
    {
        lock (gate)
            total++;
    }

    public void Rejected()
    {
        lock (gate)
            total += 2;
    }

    public void Clear() => total = 0;
//                         ~~~~~ THR3004
}

public sealed class GuardZeroOk
{
    private readonly object gate = new();
    private long total;

    public void Accepted()
    {
        lock (gate)
            total++;
    }

    public void Rejected()
    {
        lock (gate)
            total += 2;
    }

    public void Clear()
    {
        lock (gate)
            total = 0;
    }
}

// What the queue is given in its constructor is the store itself, and so is the lock that is taken behind it.
public interface IGuardSink
{
    void Mirror(int id, string text);
}

public sealed class GuardMirror(int id, IGuardSink sink)
{
    private readonly IGuardSink sink = sink;

    public void Restore(string text) => sink.Mirror(id, text);
}

public sealed class GuardBehindArgumentOk : IGuardSink
{
    private readonly object gate = new();
    private readonly Dictionary<int, string> pending = [];

    public async Task<GuardMirror> RestoreAsync(int id)
    {
        await Task.Delay(1);
        var mirror = new GuardMirror(id, this);
        mirror.Restore("text");
        return mirror;
    }

    void IGuardSink.Mirror(int id, string text)
    {
        lock (gate)
            pending[id] = text;
    }

    public string[] Drain()
    {
        lock (gate)
        {
            var all = pending.Values.ToArray();
            pending.Clear();
            return all;
        }
    }
}

// Words that begin like those for the beginning and the end of an object's time, and mean something else.
public sealed class NamedLikeAPhaseBad
{
    private readonly object gate = new();
    private readonly Dictionary<int, string> trains = new();

    public void Arrive(int track, string train) { lock (gate) trains[track] = train; }

    public void Depart(int track) { lock (gate) trains.Remove(track); }

    public bool IsFree(int track) { lock (gate) return !trains.ContainsKey(track); }

    public string? Connections() { lock (gate) return string.Join(", ", trains.Values); }

    public string? Closest(int track) => trains.TryGetValue(track - 1, out var train) ? train : null;
//                                       ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3004

    public string[] LoadedTrains => trains.Values.ToArray();
}

public sealed class PhasesInOtherFormsOk
{
    private readonly object gate = new();
    private readonly Dictionary<int, string> trains = new();

    public void Arrive(int track, string train) { lock (gate) trains[track] = train; }

    public void Depart(int track) { lock (gate) trains.Remove(track); }

    public bool IsFree(int track) { lock (gate) return !trains.ContainsKey(track); }

    public void InitializeTracks() => trains.Clear();

    public void StartingAnew() => trains.Clear();

    public void ShutdownAll() => trains.Clear();
}
