using System.Collections.Immutable;
using ThreadingAnalyzers.Concurrency.Background;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>A signal that is given or waited for.</summary>
internal sealed record Signalled(Path Signal, int Number, Region Region, bool Given, bool IsPromise);

/// <summary>
/// Which joins and signals are behind the events of a body, and which signals are still to come: what orders a use of memory
/// with those of other threads that the body's callers see.
/// </summary>
internal sealed class Ordering
{
    private readonly List<Awaited> waits;
    private readonly List<Signalled> signals;
    private readonly Dictionary<Path, int> settled = [];
    private (int Number, Region? Region) place = (-1, null);
    private ImmutableArray<Path> after = ImmutableArray<Path>.Empty;
    private ImmutableArray<Path> before = ImmutableArray<Path>.Empty;
    private Rounds rounds;

    public Ordering(IEnumerable<Awaited> waits, List<Signalled> signals, List<Lived> threads)
    {
        foreach (var thread in threads)
            if (thread.To != int.MaxValue)
                foreach (var use in thread.Spawned.Uses)
                    if (!settled.TryGetValue(use.Path, out var end) || end < thread.To)
                        settled[use.Path] = thread.To;
        // What else is waited for has no name outside.
        this.waits = waits.Where(wait => wait.Handle.Root is Root.This or Root.Static or Root.Parameter).ToList();
        this.signals = signals;
    }

    /// <summary>The use with all that orders it.</summary>
    public Placed Of(Placed use)
    {
        if (settled.TryGetValue(use.Access.Path, out var end) && use.Number >= end)
            use = use with { Access = use.Access with { Kind = use.Access.Kind | AccessKind.Settled } };
        if (waits.Count == 0 && signals.Count == 0)
            return use;
        // Uses that one call brings are neighbours.
        if (place != (use.Number, use.Region))
            Move(use.Number, use.Region);
        return after.IsEmpty && before.IsEmpty ? use
            : use with { Access = use.Access with { After = Union(use.Access.After, after), Before = Union(use.Access.Before, before), Rounds = use.Access.Rounds | rounds } };
    }

    private void Move(int number, Region region)
    {
        place = (number, region);
        HashSet<Path>? behind = null;
        HashSet<Path>? ahead = null;
        foreach (var wait in waits)
            if (wait.Number < number && wait.Region.Contains(region))
                (behind ??= []).Add(wait.Handle);
        rounds = Rounds.None;
        foreach (var signal in signals)
        {
            if (signal.Given && signal.Number > number)
                (ahead ??= []).Add(signal.Signal);
            else if (!signal.Given && signal.Number < number && signal.Region.Contains(region))
                (behind ??= []).Add(signal.Signal);
            else
                continue;
            if (!signal.IsPromise && IsInLoopWith(signal.Region, region))
                rounds |= signal.Given ? Rounds.Given : Rounds.Awaited;
        }
        // What a round ends with, the next one begins after.
        if (behind is null)
            foreach (var signal in signals)
                if (signal is { Given: false, IsPromise: false } && signal.Number > number && IsInLoopWith(signal.Region, region))
                {
                    (behind ??= []).Add(signal.Signal);
                    rounds |= Rounds.Awaited | Rounds.AtEnd;
                }
        after = behind?.ToImmutableArray() ?? ImmutableArray<Path>.Empty;
        before = ahead?.ToImmutableArray() ?? ImmutableArray<Path>.Empty;
    }

    private static bool IsInLoopWith(Region signal, Region use) => signal.SelfAndOuter().Any(loop => loop.Kind == RegionKind.Loop && loop.Contains(use));

    private static ImmutableArray<Path> Union(ImmutableArray<Path> own, ImmutableArray<Path> more) =>
        own.IsEmpty ? more : more.IsEmpty ? own : own.Union(more).ToImmutableArray();
}
