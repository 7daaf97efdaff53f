using System.Collections;
using System.Runtime.CompilerServices;

// Collections that are declared by an interface, and older ways to lock them.

public sealed class OvenBad
{
    private readonly IList<string> loaves = new List<string>();
    private readonly object door = new();

    public void Load(string loaf)
    {
        lock (door)
            loaves.Add(loaf);
    }

    public void Unload(string loaf)
    {
        lock (door)
            loaves.Remove(loaf);
    }

    public bool Holds(string loaf) => loaves.Contains(loaf);
//                                    ~~~~~~~~~~~~~~~~~~~~~ THR3004
}

public sealed class OvenMadeInConstructorBad
{
    private readonly IDictionary<string, int> loaves;
    private readonly object door = new();

    public OvenMadeInConstructorBad(int size)
    {
        loaves = new Dictionary<string, int>(size);
    }

    public int this[string loaf]
    {
        get
        {
            return loaves[loaf];
//                 ~~~~~~~~~~~~ THR3004
        }
        set
        {
            lock (door)
                loaves[loaf] = value;
        }
    }

    public void Unload(string loaf)
    {
        lock (door)
            loaves.Remove(loaf);
    }
}

public sealed class OvenEmptiedBad
{
    private ICollection<int> trays = new HashSet<int>();

    public void Bake() => Task.Run(() => trays.Add(1));
//                                       ~~~~~~~~~~~~ THR3003

    public int Sum()
    {
        var sum = 0;
        foreach (var tray in trays)
            sum += tray;
        return sum;
    }

    public void Renew() => trays = new HashSet<int>();
}

/// <summary>What is asked for by the interface is a collection for all threads.</summary>
public sealed class OvenOfAllOk
{
    private readonly IDictionary<string, int> loaves = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
    private readonly object door = new();

    public void Load(string loaf)
    {
        lock (door)
            loaves[loaf] = 1;
    }

    public void Unload(string loaf)
    {
        lock (door)
            loaves.Remove(loaf);
    }

    public bool Holds(string loaf) => loaves.ContainsKey(loaf);
}

/// <summary>It may be any collection.</summary>
public sealed class OvenGivenOk(IList<string> loaves)
{
    private readonly IList<string> loaves = loaves;
    private readonly object door = new();

    public void Load(string loaf)
    {
        lock (door)
            loaves.Add(loaf);
    }

    public void Unload(string loaf)
    {
        lock (door)
            loaves.Remove(loaf);
    }

    public bool Holds(string loaf) => loaves.Contains(loaf);
}

/// <summary>One of two, of which one is for all threads.</summary>
public sealed class OvenOfEitherOk
{
    private readonly IDictionary<string, int> loaves;
    private readonly object door = new();

    public OvenOfEitherOk(bool shared)
    {
        if (shared)
            loaves = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        else
            loaves = new Dictionary<string, int>();
    }

    public void Load(string loaf)
    {
        lock (door)
            loaves[loaf] = 1;
    }

    public void Unload(string loaf)
    {
        lock (door)
            loaves.Remove(loaf);
    }

    public bool Holds(string loaf) => loaves.ContainsKey(loaf);
}

public sealed class PantryBad
{
    private readonly ArrayList jars = [];

    public void Put(object jar)
    {
        lock (jars.SyncRoot)
            jars.Add(jar);
    }

    public void Take(object jar)
    {
        lock (jars.SyncRoot)
            jars.Remove(jar);
    }

    public bool Has(object jar) => jars.Contains(jar);
//                                 ~~~~~~~~~~~~~~~~~~ THR3004
}

public sealed class PantryByInterfaceBad
{
    private readonly Queue<string> jars = new();

    public void Put(string jar)
    {
        lock (((ICollection)jars).SyncRoot)
            jars.Enqueue(jar);
    }

    public string Take() => jars.Dequeue();
//                          ~~~~~~~~~~~~~~ THR3004
}

public sealed class PantryOk
{
    private readonly List<string> jars = [];

    public void Put(string jar)
    {
        lock (((ICollection)jars).SyncRoot)
            jars.Add(jar);
    }

    public void Take(string jar)
    {
        lock (((ICollection)jars).SyncRoot)
            jars.Remove(jar);
    }

    public bool Has(string jar)
    {
        lock (((ICollection)jars).SyncRoot)
            return jars.Contains(jar);
    }
}

public sealed class CellarBad
{
    private readonly List<string> bottles = [];

    [MethodImpl(MethodImplOptions.Synchronized)]
    public void Lay(string bottle) => bottles.Add(bottle);

    [MethodImpl(MethodImplOptions.Synchronized)]
    public void Draw(string bottle) => bottles.Remove(bottle);

    public bool Holds(string bottle) => bottles.Contains(bottle);
//                                      ~~~~~~~~~~~~~~~~~~~~~~~~ THR3004
}

/// <summary>The attribute takes the same lock as the statement.</summary>
public sealed class CellarOk
{
    private readonly List<string> bottles = [];

    [MethodImpl(MethodImplOptions.Synchronized)]
    public void Lay(string bottle) => bottles.Add(bottle);

    [MethodImpl(MethodImplOptions.Synchronized)]
    public void Draw(string bottle) => bottles.Remove(bottle);

    public bool Holds(string bottle)
    {
        lock (this)
            return bottles.Contains(bottle);
    }
}

public static class SharedCellarOk
{
    private static readonly List<string> Bottles = [];

    [MethodImpl(MethodImplOptions.Synchronized)]
    public static void Lay(string bottle) => Bottles.Add(bottle);

    public static int Begin()
    {
        new Thread(() => Lay("red")) { IsBackground = true }.Start();
        lock (typeof(SharedCellarOk))
            Bottles.Add("white");
        return 1;
    }
}
