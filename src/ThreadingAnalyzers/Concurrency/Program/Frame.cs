using System.Collections.Immutable;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>A use of memory at its place in a frame.</summary>
/// <param name="Number">The number of the event that does it or calls what does it.</param>
internal readonly record struct Placed(Access Access, int Number, Region Region);

/// <summary>A thread of execution in the frame that starts it, or calls what starts it, and while it lives there.</summary>
/// <param name="Spawned">What it does.</param>
/// <param name="Number">The event at which it begins.</param>
/// <param name="From">The first event that it can run beside; before <paramref name="Number"/> when a loop begins it again.</param>
/// <param name="To">The event that waits for its end; past all events when none does.</param>
/// <param name="Loop">The loop that begins many of it, or null.</param>
/// <param name="Making">The loop before that one which makes each of them, or null.</param>
/// <param name="JoinedAtOnce">Whether its own event waits for its end.</param>
internal sealed record Lived(Spawned Spawned, int Number, Region Region, int From, int To, Region? Loop, Region? Making, bool JoinedAtOnce)
{
    /// <summary>Whether several of it can run at once.</summary>
    public bool Many => Spawned.Many || Loop is not null && !Region.SelfAndOuter().Any(region => region.IsOnce);

    /// <summary>The signals that its starter has waited for before it began.</summary>
    public ImmutableArray<Path> Behind { get; init; } = ImmutableArray<Path>.Empty;

    /// <summary>Whether it can still run when the frame returns.</summary>
    public bool IsLive => To == int.MaxValue && !JoinedAtOnce;
}

/// <summary>
/// One body with everything that it calls put in its place: who uses what, and who runs meanwhile. The verdicts ask only
/// this. "May happen in parallel" is interval arithmetic on event numbers, see <see cref="Region"/>.
/// </summary>
internal sealed record Frame(BodyFacts Body, List<Placed> Uses, List<Lived> Threads)
{
    /// <summary>Whether the frame itself can do that while the thread runs.</summary>
    public bool Parallel(Placed use, Lived thread)
    {
        if (thread.JoinedAtOnce || use.Number == thread.Number || use.Number <= thread.From || use.Number >= thread.To)
            return false;
        // Before the start, only in an earlier round of the same loop.
        if (use.Number < thread.Number && thread.Loop?.Contains(use.Region) != true)
            return false;
        if (IsFresh(use.Access.Path, thread))
            return use.Number > thread.Number && !Excluded(use.Region, use.Number, thread);
        return !Excluded(use.Region, use.Number, thread);
    }

    /// <summary>Whether two threads of the frame can run at the same time.</summary>
    public bool Parallel(Lived first, Lived second)
    {
        // What one call started was judged where it was started, unless a loop makes that call again.
        if (first.JoinedAtOnce && second.JoinedAtOnce)
            return first.Spawned.Height == 0 ? first.Spawned.Site == second.Spawned.Site : first.Number == second.Number && first.Spawned.Beside.Contains(second.Spawned.Site);
        if (first.Number == second.Number)
            return first.Loop is not null && !Follows(first, second);
        if (first.JoinedAtOnce || second.JoinedAtOnce)
        {
            var (brief, other) = first.JoinedAtOnce ? (first, second) : (second, first);
            return other.From < brief.Number && brief.Number < other.To && !Excluded(brief.Region, brief.Number, other);
        }
        return first.From < second.To && second.From < first.To
            && !Excluded(second.Region, second.Number, first) && !Excluded(first.Region, first.Number, second)
            && !Follows(first, second);
    }

    private static bool Follows(Lived first, Lived second) =>
        first.Spawned.Follows.Contains(second.Spawned.Site) || second.Spawned.Follows.Contains(first.Spawned.Site);

    /// <summary>Whether the later of two threads began when the earlier one had told that this use of it was over.</summary>
    public static bool IsBehind(Access use, Lived earlier, Lived later) => !earlier.Many && earlier.Number < later.Number && use.Before.Any(later.Behind.Contains);

    /// <summary>Whether memory is made anew for each of the many that a loop begins.</summary>
    public bool IsFresh(Path path, Lived thread)
    {
        if (thread.Loop is not { } loop || path.Root is Root.This or Root.Static or Root.Parameter)
            return false;
        var root = path.Base;
        return root.Root switch
        {
            Root.Local => Body.Declared.TryGetValue(root, out var declared) && IsIn(declared),
            Root.Allocation => Body.Allocations.TryGetValue(root.Name, out var made) ? IsIn(made.Region) : CallThatMade(root.Name) is var call && loop.From <= call && call < loop.To,
            Root.Result => true,
            _ => false,
        };

        bool IsIn(Region region) => loop.Contains(region) || thread.Making?.Contains(region) == true;
    }

    /// <summary>The number of the call that gave the object back; it ends the object's name.</summary>
    private static int CallThatMade(string made)
    {
        var digits = made.Length;
        while (digits > 0 && char.IsDigit(made[digits - 1]))
            digits--;
        return int.TryParse(made.Substring(digits), out var number) ? number : -1;
    }

    /// <summary>Whether control that comes by the one place never comes by the other while it matters.</summary>
    private static bool Excluded(Region region, int number, Lived thread)
    {
        if (thread.Loop is null && region.Excludes(thread.Region) || thread.Loop?.Contains(region) != true && region.IsForFailureOf(thread.Number))
            return true;
        for (var arm = thread.Region; arm is not null; arm = arm.Parent)
            if (arm is { Kind: RegionKind.Arm, Exits: true } && number >= arm.To && !arm.Contains(region))
                return true;
        return false;
    }
}
