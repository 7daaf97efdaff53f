// One place that changes memory under a lock which is there for it: the other members need the lock too.

public sealed class GuestListBad
{
    private readonly object gate = new();
    private readonly List<string> guests = [];

    public void Invite(string name)
    {
        lock (gate)
            guests.Add(name);
    }

    public void Cancel(string name) => guests.Remove(name);
//                                     ~~~~~~~~~~~~~~~~~~~ THR3004
}

public sealed class PhoneBookBad
{
    private readonly Dictionary<string, string> numbers = [];

    public void Set(string name, string number)
    {
        lock (numbers)
            numbers[name] = number;
    }

    public string? Find(string name) => numbers.TryGetValue(name, out var number) ? number : null;
//                                      ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3004
}

public sealed class TurnstileBad
{
    private readonly Lock gate = new();
    private int inside;

    public void Enter()
    {
        lock (gate)
            inside++;
    }

    public void Leave() => inside--;
//                         ~~~~~~ THR3004
}

/// <summary>Looked up before the lock, filled under it, in one member.</summary>
public static class RecipeCacheBad
{
    private static readonly object Gate = new();
    private static readonly Dictionary<int, string> Recipes = [];

    public static string Get(int number)
    {
        if (Recipes.TryGetValue(number, out var known))
//          ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3004
            return known;
        lock (Gate)
            return Recipes[number] = number.ToString();
    }
}

/// <summary>Filled once under the lock, on the way to where it is read.</summary>
public sealed class AtlasOk
{
    private readonly object gate = new();
    private readonly Dictionary<string, int> pages = [];
    private volatile bool isRead;

    public int Page(string name)
    {
        if (!isRead)
            lock (gate)
                if (!isRead)
                {
                    Fill();
                    isRead = true;
                }
        foreach (var page in pages)
            if (page.Key.StartsWith(name, StringComparison.Ordinal))
                return page.Value;
        return 0;
    }

    private void Fill()
    {
        for (var i = 0; i < 10; i++)
            pages.Add($"{i}", i);
    }
}

/// <summary>The lock is that of other data, and only happens to be held there.</summary>
public sealed class DeskOk
{
    private readonly Queue<string> letters = new();
    private readonly List<string> notes = [];

    public void Receive(string letter)
    {
        lock (letters)
        {
            letters.Enqueue(letter);
            notes.Add(letter);
        }
    }

    public void Note(string text) => notes.Add(text);
}

/// <summary>Mostly without the lock: no place tells what it is for.</summary>
public sealed class DraftOk
{
    private readonly object gate = new();
    private readonly List<string> lines = [];

    public void Append(string line)
    {
        lock (gate)
            lines.Add(line);
    }

    public void Insert(string line) => lines.Insert(0, line);

    public void Cut(int at) => lines.RemoveAt(at);

    public void Clear() => lines.Clear();

    public string Text() => string.Join("\n", lines);
}

/// <summary>Asked before the lock whether there is anything, and again under it.</summary>
public sealed class ParcelsOk
{
    private readonly object gate = new();
    private readonly Queue<int> parcels = new();

    public void Put(int parcel)
    {
        lock (gate)
            parcels.Enqueue(parcel);
    }

    public bool TryTake(out int parcel)
    {
        parcel = 0;
        if (parcels.Count == 0)
            return false;
        lock (gate)
            return parcels.TryDequeue(out parcel);
    }
}

/// <summary>Looked up without the lock, and again by the same member when it calls itself under the lock.</summary>
public static class SpellingBad
{
    private static readonly Dictionary<string, string> Known = [];

    public static string Of(string word)
    {
        if (Known.TryGetValue(word, out var spelling))
//          ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3004
            return spelling;
        lock (Known)
        {
            if (word.EndsWith('s'))
                Known.Add(word, Of(word.TrimEnd('s')) + "s");
            else
                Known.Add(word, word);
            return Known[word];
        }
    }
}

/// <summary>One member that counts under its lock and after it.</summary>
public sealed class ReelOk
{
    private readonly object gate = new();
    private long offset;

    public void Read(int length)
    {
        lock (gate)
            offset += length;
        offset += 1;
    }
}

/// <summary>Two questions in one member are one omission.</summary>
public sealed class QueueOfTicketsBad
{
    private readonly object gate = new();
    private readonly LinkedList<int> tickets = [];

    public void Draw(int ticket)
    {
        lock (gate)
            tickets.AddLast(ticket);
    }

    public void Return(int ticket)
    {
        lock (gate)
            tickets.Remove(ticket);
    }

    public int Next() => tickets.First is null ? 0 : tickets.First.Value;
//                       ~~~~~~~~~~~~~ THR3004
}

/// <summary>A value of several words, written by one under a lock that is there for it.</summary>
public sealed class PriceBad
{
    private readonly object gate = new();
    private decimal price;

    public decimal Price => price;
//                          ~~~~~ THR3004

    public void Change(decimal by)
    {
        lock (gate)
            price += by;
    }
}

public sealed class BadgeBad
{
    private readonly object gate = new();
    private (int Row, int Seat) place;

    public void Move(int row, int seat)
    {
        lock (gate)
            place = (row, seat);
    }

    public (int Row, int Seat) Place => place;
//                                      ~~~~~ THR3004
}

/// <summary>One word, read as it is at that moment.</summary>
public sealed class StepsOk
{
    private readonly object gate = new();
    private int steps;

    public int Steps => steps;

    public void Walk(int more)
    {
        lock (gate)
            steps += more;
    }
}

/// <summary>Whatever the type keeps, it keeps under one lock; but one question does not take it.</summary>
public sealed class ReceptionBad
{
    private readonly ReaderWriterLockSlim gate = new();
    private readonly Dictionary<string, int> rooms = [];
    private readonly Dictionary<string, string> keys = [];
    private readonly HashSet<string> guests = [];

    public void Arrive(string guest, int room)
    {
        gate.EnterWriteLock();
        try
        {
            rooms[guest] = room;
            keys[guest] = "key";
            guests.Add(guest);
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    public int Room(string guest)
    {
        gate.EnterReadLock();
        try
        {
            return rooms[guest];
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    public string Key(string guest)
    {
        gate.EnterReadLock();
        try
        {
            return keys[guest];
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    public bool IsThere(string guest) => guests.Contains(guest);
//                                       ~~~~~~~~~~~~~~~~~~~~~~ THR3004
}

/// <summary>The lock is there for one collection; the other may be filled before anybody asks.</summary>
public sealed class WardrobeOk
{
    private readonly object gate = new();
    private readonly Dictionary<string, int> coats = [];
    private readonly HashSet<string> owners = [];

    public void Hang(string owner, int hook)
    {
        lock (gate)
        {
            coats[owner] = hook;
            owners.Add(owner);
        }
    }

    public int Hook(string owner)
    {
        lock (gate)
            return coats[owner];
    }

    public bool Knows(string owner) => owners.Contains(owner);
}

/// <summary>One member goes on with the position after the lock, again and again: it is the only one who reads.</summary>
public sealed class FilmOk
{
    private readonly object gate = new();
    private long position;
    private long end;

    public long Read(int length)
    {
        lock (gate)
        {
            if (position == end)
                return 0;
            position += length;
            if (position > end)
                position = end;
        }
        var rest = end - position;
        if (rest < length && position > 0)
            position += rest;
        return position;
    }

    public void Append(int length)
    {
        lock (gate)
            end += length;
    }
}
