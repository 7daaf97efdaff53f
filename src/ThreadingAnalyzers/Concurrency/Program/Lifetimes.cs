using System.Collections.Immutable;
using ThreadingAnalyzers.Concurrency.Background;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>A thread of execution at the event that begins it, or calls what begins it.</summary>
/// <param name="Joined">Whether that event waits for its end.</param>
internal sealed record Begun(Spawned Spawned, int Number, Region Region, bool Joined);

/// <summary>A wait for the end of what the handle names.</summary>
internal sealed record Awaited(Path Handle, int Number, Region Region);

/// <summary>When the threads that a body begins end in it.</summary>
internal sealed class Lifetimes(BodyFacts body, IReadOnlyList<Begun> threads, IReadOnlyList<Awaited> waits, IReadOnlyList<(Path Target, Path Value)> stores)
{
    /// <summary>When a thread begins and ends in this frame.</summary>
    public Lived Of(Begun thread)
    {
        var handles = AllHandles(thread.Spawned.Handles);
        var spawned = thread.Spawned with { Handles = handles };
        if (!spawned.Antecedents.IsEmpty)
            spawned = spawned with { Follows = spawned.Follows.Union(threads.Where(other => other.Spawned.Handles.Overlaps(spawned.Antecedents)).Select(other => other.Spawned.Site)) };
        if (thread.Joined)
            return new Lived(spawned, thread.Number, thread.Region, thread.Number, thread.Number + 1, null, null, true);

        Awaited? join = null;
        foreach (var wait in waits)
            if (wait.Number > thread.Number && wait.Number < (join?.Number ?? int.MaxValue) && Ends(wait, handles, thread.Region))
                join = wait;
        var loop = thread.Region.OutermostLoopNotAround(join?.Region);
        return new Lived(spawned, thread.Number, thread.Region, loop?.From ?? thread.Number, join is null ? int.MaxValue : join.Number, loop, LoopThatMakes(handles, thread.Region), false);
    }

    /// <summary>The loop that makes the threads which another loop then starts, or null.</summary>
    private Region? LoopThatMakes(ImmutableHashSet<Path> handles, Region starts)
    {
        foreach (var (target, value) in stores)
            if (value is { IsRoot: true, Root: Root.Allocation } && handles.Contains(target)
                && body.Allocations.TryGetValue(value.Name, out var made) && made.Region.OutermostLoopNotAround(starts) is { } loop)
                return loop;
        return null;
    }

    /// <summary>Where a handle is stored it can be joined too; and who waits for a continuation has waited for what it continues.</summary>
    private ImmutableHashSet<Path> AllHandles(ImmutableHashSet<Path> handles)
    {
        if (handles.IsEmpty)
            return handles;
        for (var known = 0; known < handles.Count;)
        {
            known = handles.Count;
            foreach (var (target, value) in stores)
                if (handles.Contains(value))
                    handles = handles.Add(target);
            foreach (var other in threads)
                if (!other.Spawned.Antecedents.IsEmpty && other.Spawned.Antecedents.Overlaps(handles))
                    handles = handles.Union(other.Spawned.Handles);
        }
        return handles;
    }

    /// <summary>
    /// Whether a wait ends every thread with one of the handles that the region begins: all handles of a collection, or the one
    /// handle of this round; and on every path that began one. A join in an arm counts where the handle is a member: its
    /// owner keeps a state that says whether there is one (a confessed guess for silence).
    /// </summary>
    private static bool Ends(Awaited wait, ImmutableHashSet<Path> handles, Region begins)
    {
        if (handles.IsEmpty)
            return false;
        // A task that stands for several has them as its elements.
        if (wait.Handle.Then(Path.Element) is { } each && handles.Contains(each))
            return true;
        if (!handles.Contains(wait.Handle) && !(wait.Handle.Name == Path.Element && wait.Handle.Parent is { } whole && handles.Contains(whole)))
            return false;
        var ofAll = wait.Handle.Name == Path.Element;
        if (!ofAll && begins.OutermostLoopNotAround(wait.Region) is not null)
            return false;
        return wait.Handle.Root is Root.This or Root.Static or Root.Parameter
            || !wait.Region.SelfAndOuter().Any(region => region.Kind == RegionKind.Arm && !region.Contains(begins));
    }
}
