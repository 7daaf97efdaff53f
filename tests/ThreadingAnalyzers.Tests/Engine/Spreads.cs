// Each way to read a collection counts: spreads, indices from the end, list patterns.

public sealed class SpreadBad
{
    private readonly Lock gate = new();
    private readonly List<string> guests = [];

    public void Enter(string name) { lock (gate) guests.Add(name); }

    public void Leave(string name) { lock (gate) guests.Remove(name); }

    public string[] List() => ["host", .. guests];
//                                        ~~~~~~ THR3004
}

public sealed class SpreadOk
{
    private readonly Lock gate = new();
    private readonly HashSet<int> rooms = [];

    public void Open(int room) { lock (gate) rooms.Add(room); }

    public void Shut(int room) { lock (gate) rooms.Remove(room); }

    public int[] List()
    {
        lock (gate)
            return [.. rooms];
    }
}

public sealed class FromEndBad
{
    private readonly Lock gate = new();
    private readonly List<int> prices = [];

    public void Quote(int price) { lock (gate) prices.Add(price); }

    public void Forget() { lock (gate) prices.Clear(); }

    public int Latest() => prices[^1];
//                         ~~~~~~~~~~ THR3004
}

public sealed class MatchedListBad
{
    private readonly Lock gate = new();
    private readonly List<int> prices = [];

    public void Quote(int price) { lock (gate) prices.Add(price); }

    public void Forget() { lock (gate) prices.Clear(); }

    public int First() => prices is [var first, ..] ? first : 0;
//                        ~~~~~~~~~~~~~~~~~~~~~~~~~ THR3004
}
