using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>
/// The locks that callees took for a body, and gave back for it: <c>Enter()</c> and <c>Leave()</c> of a lock class. One that is
/// given back in an arm which leaves the body (<c>if (closed) { Leave(); return; }</c>) is still held behind that arm.
/// </summary>
internal sealed class TakenLocks
{
    private readonly List<Taken> taken = [];

    /// <summary>A callee took the lock in the region.</summary>
    public void Take(Held held, Region region) => taken.Add(new Taken(held, region, []));

    /// <summary>A callee gave the lock back in the region.</summary>
    public void GiveBack(Path @lock, Region region)
    {
        foreach (var one in taken)
            if (@lock.Equals(one.Held.Lock))
                one.GivenBack.Add(region);
    }

    /// <summary>The locks with those that are held in the region by now.</summary>
    public LockSet With(LockSet locks, Region region)
    {
        foreach (var one in taken)
            if (one.Region.Contains(region) && one.GivenBack.TrueForAll(given => IsBehindExit(given, region)))
                locks = locks.With(one.Held);
        return locks;
    }

    /// <summary>Whether control that comes by the first place never comes to the second.</summary>
    private static bool IsBehindExit(Region first, Region second) =>
        first.SelfAndOuter().Any(arm => arm is { Kind: RegionKind.Arm, Exits: true } && !arm.Contains(second));

    private sealed record Taken(Held Held, Region Region, List<Region> GivenBack);
}
