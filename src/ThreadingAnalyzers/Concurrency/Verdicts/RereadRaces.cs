using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>
/// Memory that is tested and then read again, while another thread may set it to null, or to something smaller, between the
/// two. A lock counts that is held from the test to the second read.
/// </summary>
internal sealed class RereadRaces(ProgramFacts program, Callers callers, Func<string, Summary> summaries)
{
    /// <summary>What is wrong with a second read and a write of another thread, or null.</summary>
    public static Finding? Judge(End first, End second)
    {
        var (read, write) = first.Access.IsNote ? (first, second) : (second, first);
        if (!Breaks(read.Access, write.Access) || Conflict.IsOfSomeElement(read.Access) || Conflict.IsSameTimer(read.Thread, write.Thread) || Conflict.IsOwnHandle(read)
            || Conflict.HaveLikeLocks(read.Access, write.Access) || Conflict.IsOrdered(read.Access, write.Access) || read.Access.Locks.Excludes(write.Access.Locks))
            return null;
        // A member that clears what it has tested is mostly called by one thread: the one that ends the object.
        var isUnsure = read.Access.Has(AccessKind.Sized) && !write.Access.Has(AccessKind.Null) || read.Access.Body == write.Access.Body || IsUnsure(read) || IsUnsure(write);
        return new Finding(Defect.RereadField, isUnsure ? Confidence.Medium : Confidence.High, read.Access.Path, read.Access, write.Access, read.Thread, write.Thread, null);
    }

    /// <summary>
    /// Fields that members set to null under a lock, and that another one tests before it takes that lock, and reads again under it:
    /// who takes it knows of the others. Where the second read is without it too, it may be of a time when nobody sets the field.
    /// </summary>
    public IEnumerable<Finding> Of(string type)
    {
        var uses = program.ByType[type].SelectMany(Entries).Where(entry => entry.Use.Path is { Depth: 1, Root: Root.This or Root.Static }).ToList();
        foreach (var field in uses.GroupBy(entry => entry.Use.Path))
        {
            var writes = field.Where(entry => entry.Use.Has(AccessKind.Null) && entry.Use.Locks.Guards && !entry.Use.Locks.HasUnknown).ToList();
            foreach (var (entry, read) in field.Where(entry => entry.Use.Has(AccessKind.Reread) && entry.Use.Locks.IsEmpty))
            {
                var held = field.Where(other => other.Entry == entry && !other.Use.IsNote && other.Use.Site == read.Site).Select(other => other.Use.Locks).FirstOrDefault();
                // What is asked under the lock may be set together with the field.
                if (held is { HasUnknown: false } && writes.Find(other => other.Use.Body != read.Body && held.Excludes(other.Use.Locks)) is { Use: { } late } && !callers.AllHold(entry, guard: null)
                    && !uses.Exists(asked => asked.Entry == entry && asked.Use.Has(AccessKind.Test | AccessKind.Poll) && asked.Use.Locks.Excludes(late.Locks) && asked.Use.IsBefore(read)))
                    yield return Told(read with { Locks = held }, late, Confidence.High);
                else if (!read.Has(AccessKind.Sized) && !Phases.IsPhase(entry) && writes.Find(other => !Phases.IsPhase(other.Entry)) is { Use: { } write })
                    yield return Told(read, write, Confidence.Medium);
            }
        }
    }

    private static Finding Told(Access read, Access write, Confidence confidence) => new(Defect.RereadField, confidence, read.Path, read, write, null, null, write.Locks.Locks.FirstOrDefault(held => read.Locks.IsEmpty || read.Locks.Locks.Any(mine => Equals(mine.Lock, held.Lock))).Lock);

    private IEnumerable<(BodyFacts Entry, Access Use)> Entries(BodyFacts body) => body.IsOpenMember || program.HandlesEvents(body) ? summaries(body.Id).Uses.Select(use => (body, use)) : [];

    /// <summary>Events that a thread of the frame tests and then reads again to raise them: whoever has the object removes handlers.</summary>
    public static IEnumerable<Finding> Events(Frame frame) =>
        from lived in frame.Threads
        where lived.Spawned.Kind is not (Api.SpawnKind.Async or Api.SpawnKind.Sequence)
        from use in lived.Spawned.Uses
        where use.Has(AccessKind.Reread) && IsEvent(use.Path)
        select new Finding(Defect.RacyEventInvoke, Confidence.High, use.Path, use, use, lived.Spawned, null, null);

    private static bool IsEvent(Path path) => path.Name.StartsWith("E:", StringComparison.Ordinal);

    private static bool Breaks(Access read, Access write) =>
        read.Has(AccessKind.Reread) && !write.IsNote && write.IsWrite && !write.Has(AccessKind.Content | AccessKind.Lazy) && read.Path.Equals(write.Path)
        && (write.Has(AccessKind.Null) || read.Has(AccessKind.Sized));

    /// <summary>Whether the end may never meet the other: it waits for something unknown before, or an order that we do not see is likely.</summary>
    private static bool IsUnsure(End end) =>
        end.Thread is null ? end.Access.AfterPause : end.Thread.Kind is Api.SpawnKind.Async or Api.SpawnKind.Sequence;
}
