// Numbers that are counted plainly beside one that is counted in one step.

public sealed class FerryBad
{
    private int aboard;
    private int tickets;

    public void Board()
    {
        Interlocked.Increment(ref aboard);
        tickets++;
//      ~~~~~~~ THR3002
    }

    public void Land()
    {
        Interlocked.Decrement(ref aboard);
        tickets--;
    }
}

public sealed class FerryOfWeightBad
{
    private static long all;
    private static long heavy;

    public void Board(int weight)
    {
        if (weight > 100)
            heavy += weight;
//          ~~~~~ THR3002
        Interlocked.Add(ref all, weight);
    }

    public void Land(int weight)
    {
        Interlocked.Add(ref all, -weight);
        if (weight > 100)
            heavy -= weight;
    }
}

/// <summary>Only one of the two members counts both: the other end may be another thread's.</summary>
public sealed class FerryOneWayOk
{
    private int aboard;
    private int tickets;

    public int Tickets => tickets;

    public void Board()
    {
        Interlocked.Increment(ref aboard);
        tickets++;
    }

    public void Land() => Interlocked.Decrement(ref aboard);
}

/// <summary>Who comes first is alone.</summary>
public sealed class FerryClaimedOk
{
    private int taken;
    private int trips;

    public void Depart()
    {
        if (Interlocked.Exchange(ref taken, 1) == 0)
            trips++;
    }

    public void Arrive()
    {
        trips--;
        Interlocked.Exchange(ref taken, 0);
    }
}

/// <summary>All ferries share the one number, each has its own of the other.</summary>
public sealed class FerryOfFleetOk
{
    private static int fleet;
    private int aboard;

    public void Board()
    {
        Interlocked.Increment(ref fleet);
        aboard++;
    }

    public void Land()
    {
        Interlocked.Decrement(ref fleet);
        aboard--;
    }
}

public sealed class FerryLockedOk
{
    private readonly object gate = new();
    private int aboard;
    private int tickets;

    public void Board()
    {
        Interlocked.Increment(ref aboard);
        lock (gate)
            tickets++;
    }

    public void Land()
    {
        Interlocked.Decrement(ref aboard);
        lock (gate)
            tickets--;
    }
}
