using System.Collections.Immutable;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>A thread of execution at the event that begins it, or calls what begins it.</summary>
/// <param name="Joined">Whether that event waits for its end.</param>
internal sealed record Begun(Spawned Spawned, int Number, Region Region, bool Joined);

/// <summary>A wait for the end of what the handle names.</summary>
internal sealed record Awaited(Path Handle, int Number, Region Region);

/// <summary>When the threads that a body begins end in it.</summary>
internal sealed class Lifetimes(IReadOnlyList<Begun> threads, IReadOnlyList<Awaited> waits, IReadOnlyList<(Path Target, Path Value)> stores)
{
    /// <summary>When a thread begins and ends in this frame.</summary>
    public Lived Of(Begun thread)
    {
        var handles = thread.Spawned.Handles;
        for (var grown = true; grown;)
        {
            // Where a handle is stored it can be joined too; and who waits for a continuation has waited for what it continues.
            var next = handles.Union(stores.Where(store => handles.Contains(store.Value)).Select(store => store.Target))
                .Union(threads.Where(other => other.Spawned.Antecedents.Overlaps(handles)).SelectMany(other => other.Spawned.Handles));
            grown = next.Count > handles.Count;
            handles = next;
        }
        var follows = threads.Where(other => other.Spawned.Handles.Overlaps(thread.Spawned.Antecedents)).Select(other => other.Spawned.Site);
        var spawned = thread.Spawned with { Handles = handles, Follows = thread.Spawned.Follows.Union(follows) };
        if (thread.Joined)
            return new Lived(spawned, thread.Number, thread.Region, thread.Number, thread.Number + 1, null, true);

        var join = waits.Where(wait => wait.Number > thread.Number && Ends(wait, handles, thread.Region)).OrderBy(wait => wait.Number).FirstOrDefault();
        var loop = thread.Region.OutermostLoopNotAround(join?.Region);
        return new Lived(spawned, thread.Number, thread.Region, loop?.From ?? thread.Number, join is null ? int.MaxValue : join.Number, loop, false);
    }

    /// <summary>
    /// Whether a wait ends every thread with one of the handles that the region begins: all handles of a collection, or the one
    /// handle of this round; and on every path that began one. A join in an arm counts where the handle is a member: its
    /// owner keeps a state that says whether there is one (a confessed guess for silence).
    /// </summary>
    private static bool Ends(Awaited wait, ImmutableHashSet<Path> handles, Region begins)
    {
        // A task that stands for several has them as its elements.
        if (wait.Handle.Then(Path.Element) is { } each && handles.Contains(each))
            return true;
        if (!handles.Contains(wait.Handle) && !(wait.Handle.Name == Path.Element && wait.Handle.Parent is { } whole && handles.Contains(whole)))
            return false;
        var ofAll = wait.Handle.Name == Path.Element;
        if (!ofAll && begins.OutermostLoopNotAround(wait.Region) is not null)
            return false;
        var arm = wait.Region.SelfAndOuter().FirstOrDefault(region => region.Kind == RegionKind.Arm && !region.Contains(begins));
        return arm is null || wait.Handle.Root is Root.This or Root.Static or Root.Parameter;
    }
}
