using System.Collections.Concurrent;

// Collections that are the values of a dictionary and lock themselves: the dictionary may be safe, they are not.

public sealed class RoomsEnumeratedBad
{
    private readonly ConcurrentDictionary<string, List<string>> guests = new();

    public void Enter(string room, string guest)
    {
        var there = guests.GetOrAdd(room, _ => new List<string>());
        lock (there)
            there.Add(guest);
    }

    public void Leave(string room, string guest)
    {
        if (!guests.TryGetValue(room, out var there))
            return;
        lock (there)
            there.Remove(guest);
    }

    public void Greet(string room)
    {
        if (!guests.TryGetValue(room, out var there))
            return;
        foreach (var guest in there)
//                            ~~~~~ THR3004: 'there' is enumerated here without a lock on it, which guards it elsewhere, as at Values.cs:13: hold it here too
            Console.WriteLine(guest);
    }
}

public static class TopicsLookedUpBad
{
    private static readonly ConcurrentDictionary<Type, HashSet<string>> Topics = new();

    public static void Follow(Type type, string name)
    {
        var names = Topics.GetOrAdd(type, _ => new HashSet<string>());
        lock (names)
            names.Add(name);
    }

    public static void Leave(Type type, string name)
    {
        if (Topics.TryGetValue(type, out var names))
            lock (names)
                names.Remove(name);
    }

    public static bool Follows(Type type, string name) => Topics.TryGetValue(type, out var names) && names.Contains(name);
//                                                                                                   ~~~~~~~~~~~~~~~~~~~~ THR3004
}

public sealed class AllOfThemBad
{
    private readonly ConcurrentDictionary<int, List<int>> rows = new();

    public void Put(int row, int value)
    {
        rows.AddOrUpdate(row, _ => new List<int> { value }, (_, values) =>
        {
            lock (values)
                values.Add(value);
            return values;
        });
    }

    public void Take(int row, int value)
    {
        var values = rows.GetOrAdd(row, _ => new List<int>());
        lock (values)
            values.Remove(value);
    }

    public int Sum()
    {
        var sum = 0;
        foreach (var values in rows.Values)
            foreach (var value in values)
//                                ~~~~~~ THR3004
                sum += value;
        return sum;
    }
}

public sealed class CopiedUnderTheirLockOk
{
    private readonly ConcurrentDictionary<string, List<string>> guests = new();

    public void Enter(string room, string guest)
    {
        var there = guests.GetOrAdd(room, _ => new List<string>());
        lock (there)
            there.Add(guest);
    }

    public string[] In(string room)
    {
        if (!guests.TryGetValue(room, out var there))
            return [];
        lock (there)
            return there.ToArray();
    }
}

// Each iteration has a key of its own.
public sealed class OneForEachOk
{
    private readonly Dictionary<int, List<int>> rows = Enumerable.Range(0, 10).ToDictionary(row => row, _ => new List<int>());

    public void Fill() => Parallel.For(0, 10, row =>
    {
        if (rows.TryGetValue(row, out var values))
            values.Add(row);
    });
}

// One lock for the dictionary and all that is in it; what was taken out is nobody else's.
public sealed class TakenOutOk
{
    private readonly object gate = new();
    private readonly Dictionary<string, List<string>> guests = [];

    public void Enter(string room, string guest)
    {
        lock (gate)
        {
            if (!guests.TryGetValue(room, out var there))
                guests[room] = there = [];
            there.Add(guest);
        }
    }

    public void Close(string room)
    {
        List<string>? there;
        lock (gate)
        {
            if (!guests.TryGetValue(room, out there))
                return;
            guests.Remove(room);
        }
        there.Clear();
    }
}
