using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>
/// Uses and calls whose contract wants a lock held that certainly is not: nothing is held on the whole way down from a member
/// that anybody can call, or from the beginning of a thread. A body that calls a helper which takes locks may hold one.
/// </summary>
internal sealed class Breaches(ProgramFacts program)
{
    private readonly List<(Access Use, Spawned? Thread)> bare = [];
    private readonly HashSet<Site> kept = [];

    /// <summary>What a body and the threads that it begins do that some contract wants a lock for.</summary>
    public static IEnumerable<(Access Use, Spawned? Thread)> Required(Frame frame, Summary summary)
    {
        foreach (var lived in frame.Threads)
            foreach (var use in lived.Spawned.Uses)
                if (use.Has(AccessKind.Required))
                    yield return (use, lived.Spawned);
        if (frame.Body is { IsOpenMember: true } or { Outer: null, IsCallable: true, Kind: BodyKind.Program })
            foreach (var use in summary.Uses)
                if (use.Has(AccessKind.Required))
                    yield return (use, null);
    }

    /// <summary>What was found, and the contracts that name no lock.</summary>
    public IEnumerable<Finding> Found()
    {
        foreach (var (use, thread) in bare)
        {
            // Where another way to the same place holds the lock, it is this call that should.
            var at = kept.Contains(use.Site) && use.Chain is { } chain ? use with { Site = chain.Call, Chain = null } : use;
            if (!kept.Contains(at.Site))
                yield return new Finding(Defect.GuardContract, use.Locks.IsEmpty ? Confidence.High : Confidence.Medium, use.Path, at, at, thread, null, use.Path);
        }
        foreach (var (name, site) in program.Nameless)
        {
            var contract = new Access(Path.Of(Root.Result, name), AccessKind.Required, LockSet.Empty, site, "");
            yield return new Finding(Defect.GuardContract, Confidence.High, contract.Path, contract, contract, null, null, null);
        }
    }

    /// <summary>Looks at what a body does that some contract wants a lock for.</summary>
    public void Look(Access use, BodyFacts root, Spawned? thread)
    {
        if (use.Locks.HasUnknown)
            return;
        if (use.Locks.Locks.Any(held => use.Path.Equals(held.Lock)))
            kept.Add(use.Site);
        else if (!MayHold(root) && !(program.Body(use.Body) is { } body && MayHold(body)))
            bare.Add((use, thread));
    }

    private bool MayHold(BodyFacts body) => body.Events.Any(@event => @event is Call { Method: { } method } && program.Body(method)?.TakesByCall == true);
}
