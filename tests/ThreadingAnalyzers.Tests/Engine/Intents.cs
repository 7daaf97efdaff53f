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
