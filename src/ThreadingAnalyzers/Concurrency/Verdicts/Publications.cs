using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>
/// Objects that a field names before they are filled, and flags that are set before what they stand for. That others look
/// meanwhile is taken from the type itself: it locks while it fills, and reads the field somewhere without that lock; one of its
/// threads fills what its callers read; or the field is volatile (Bacon et al., "The 'Double-Checked Locking is Broken' Declaration").
/// </summary>
internal sealed class Publications(ProgramFacts program, Callers callers, Func<string, Summary> summaries)
{
    /// <summary>What a body publishes before it is filled.</summary>
    public static IEnumerable<Early> In(Frame frame)
    {
        if (frame.Body.Kind is BodyKind.Constructor or BodyKind.StaticConstructor)
            yield break;
        foreach (var @event in frame.Body.Events)
            if (@event is Store { Target: { Depth: 1, Root: Root.This or Root.Static }, Value: { IsRoot: true, Root: Root.Allocation } } store && Of(frame, store) is { } early)
                yield return early;
        foreach (var flag in frame.Uses)
            if (flag.Access is { Chain: null, Path: { Depth: 1, Root: Root.This or Root.Static } } && flag.Access.Has(AccessKind.Constant) && flag.Access.Has(AccessKind.Lazy) && OfFlag(frame, flag) is { } early)
                yield return early;
    }

    /// <summary>The findings of a type of which some members publish early.</summary>
    public IEnumerable<Finding> Of(string type, IReadOnlyCollection<Early> candidates)
    {
        if (candidates.Count == 0)
            yield break;
        var members = program.ByType[type].Where(body => body.IsOpenMember).ToList();
        foreach (var candidate in candidates)
        {
            var (published, _, seen, tested) = candidate;
            // A flag that members ask which do not come here may as well say what is wanted, or that the code is at work.
            var isAskedOutside = tested.Outside || members.Select(member => summaries(member.Id).Uses).Any(uses => (published.Path.Equals(seen) || uses.Any(use => use.Site == published.Site))
                && uses.Any(use => use.Has(AccessKind.Test) && use.Path.Equals(published.Path) && !use.Locks.Excludes(published.Locks)));
            // A flag that nobody asks without the lock may be set when it likes.
            if ((isAskedOutside || published.Path.Equals(seen)) && (WithMembers(candidate, members) ?? WithThreads(candidate, program.ByType[type], members) ?? WithReaders(candidate, members)) is { } finding)
                yield return isAskedOutside && tested.Inside ? finding with { Defect = Defect.PublishedInDoubleCheck } : finding;
        }
    }

    /// <summary>An object that is stored and then filled, both in one run of one block.</summary>
    private static Early? Of(Frame frame, Store store)
    {
        Access? published = null;
        foreach (var use in frame.Uses)
        {
            if (use.Access.Chain is null && use.Number < store.Number && use.Region == store.Region && use.Access.Path.Equals(store.Target) && use.Access.IsWrite && !use.Access.Has(AccessKind.Content | AccessKind.Atomic))
                published = use.Access;
            else if (published is not null && use.Number > store.Number && use.Access.IsWrite && store.Region.Contains(use.Region) && IsFilled(use.Access, store))
                return IsGrown(frame, store) ? null : new Early(published, use.Access, store.Target, AreTested(frame, published, store.Number));
            else if (published is not null && use.Number > store.Number && use.Access.IsWrite && use.Access.Path.Equals(store.Target) && !use.Access.Has(AccessKind.Content))
                return null;
        }
        return null;
    }

    /// <summary>Whether the body puts something in where the object is there already, too: then it grows all the time, and who looks has to expect that.</summary>
    private static bool IsGrown(Frame frame, Store store) => frame.Uses.Any(use => use.Access.Chain is null && use.Access.IsWrite && use.Access.Has(AccessKind.Content) && use.Access.Path.Equals(store.Target) && !store.Region.Contains(use.Region));

    private static bool IsFilled(Access use, Store store)
    {
        var owner = use.Path.StartsWith(store.Target) ? store.Target : use.Path.StartsWith(store.Value) ? store.Value : null;
        if (owner is null || use.Has(AccessKind.Atomic | AccessKind.VolatileField | AccessKind.Lazy | AccessKind.Some))
            return false;
        // An object with a lock of its own looks after itself.
        return (use.Path.Depth > owner.Depth || use.Has(AccessKind.Content | AccessKind.Service)) && !use.Locks.Locks.Any(held => held.Lock?.Equals(owner) != true && held.Lock?.StartsWith(owner) != false);
    }

    /// <summary>A flag that is tested, and set under a lock before the data that it speaks of.</summary>
    private static Early? OfFlag(Frame frame, Placed flag)
    {
        var tested = flag.Access.Locks.IsEmpty ? default : AreTested(frame, flag.Access, flag.Number);
        if (tested is { Inside: false, Outside: false })
            return null;
        foreach (var data in frame.Uses)
            if (data.Number > flag.Number && flag.Region.Contains(data.Region) && data.Access.IsWrite && data.Access.Path is { Root: Root.This or Root.Static, IsRoot: false }
                && !data.Access.Path.StartsWith(flag.Access.Path) && !data.Access.Has(AccessKind.Atomic | AccessKind.Lazy | AccessKind.Constant) && data.Access.Locks.Excludes(flag.Access.Locks))
                return new Early(flag.Access, data.Access, data.Access.Path, tested);
        return null;
    }

    /// <summary>Whether the body tests the memory before it sets it: under the lock, and without it.</summary>
    private static (bool Inside, bool Outside) AreTested(Frame frame, Access published, int number)
    {
        var tests = frame.Uses.Where(use => use.Number < number && use.Access.Has(AccessKind.Test) && use.Access.Path.Equals(published.Path)).ToLookup(use => use.Access.Locks.Excludes(published.Locks));
        return (tests.Contains(true), tests.Contains(false));
    }

    /// <summary>The type fills under a lock and looks without it.</summary>
    private Finding? WithMembers(Early candidate, List<BodyFacts> members)
    {
        var (published, filled, seen, _) = candidate;
        var uses = members.Select(member => (Member: member, summaries(member.Id).Uses)).ToList();
        // A flag that another member takes back says what is wanted of the object, not that something is there.
        if (!published.Path.Equals(seen) && uses.Any(member => Phases.IsStep(member.Member) && member.Uses.Any(use => use.Path.Equals(published.Path) && use.IsWrite && use.Has(AccessKind.Constant) && use.Body != published.Body)))
            return null;
        foreach (var (publisher, publishing) in uses)
        {
            var there = publishing.FirstOrDefault(use => use.Site == published.Site && use.IsWrite && !use.Locks.IsEmpty);
            // A lock of one object guards nothing that all objects share.
            if (there is null || there.Path.Root == Root.Static && there.Locks.Locks.All(held => held.Lock is { Root: not Root.Static }))
                continue;
            var locks = there.Locks.Locks.Where(held => !published.Locks.Locks.Any(own => Equals(own.Lock, held.Lock))).Aggregate(filled.Locks, (all, held) => all.With(held));
            foreach (var (reader, reading) in uses)
            {
                // Who comes by the lock first finds all filled.
                var passed = reading.FirstOrDefault(use => use.Site == published.Site && use.IsWrite);
                if (published.Path.Equals(seen) && passed is null && LooksUnderLock(reading, seen, read => read.Locks.Excludes(locks) || Conflict.HaveLikeLocks(read, filled)))
                    continue;
                foreach (var read in reading)
                    if (!read.IsWrite && read.Path.StartsWith(seen) && !read.Locks.Excludes(locks) && !read.AfterAwait
                        && (passed is null || !published.Path.Equals(seen) || read.Has(AccessKind.Test) && read.IsBefore(passed)))
                        return Found(candidate, there, read.Has(AccessKind.Test) && !(Phases.IsPhase(publisher) && Phases.IsStep(reader)) || !published.Path.Equals(seen) || (read.Path.Depth > seen.Depth || read.Has(AccessKind.Content)) && !Phases.IsPhase(publisher) && !Phases.IsPhase(reader) ? Confidence.High : Confidence.Medium, null);
            }
        }
        return null;
    }

    /// <summary>Whether who asks without the lock if there is an object takes the lock before he looks what it holds: then all of it is there.</summary>
    private static bool LooksUnderLock(IEnumerable<Access> uses, Path seen, Func<Access, bool> isUnder)
    {
        var inside = uses.Where(use => use.Path.StartsWith(seen) && (use.Path.Depth > seen.Depth || use.Has(AccessKind.Content))).ToList();
        return inside.Count > 0 && inside.TrueForAll(use => isUnder(use) || inside.Exists(first => isUnder(first) && first.IsBefore(use)));
    }

    /// <summary>A thread of the type fills what the type's callers read.</summary>
    private Finding? WithThreads(Early candidate, IEnumerable<BodyFacts> starters, List<BodyFacts> members)
    {
        var running = starters.SelectMany(starter => summaries(starter.Id).Live.Select(thread => (Starter: starter, Thread: thread))).ToList();
        foreach (var (starter, thread) in running)
            if (thread.Uses.FirstOrDefault(use => use.Site == candidate.Published.Site) is { } there
                && (members.Any(member => member != starter && !Phases.IsPhase(member) && (Looks(candidate, there, thread, summaries(member.Id).Uses) || Gives(member, candidate)))
                    || running.Any(other => other.Thread.Site != thread.Site && other.Starter == starter && Looks(candidate, there, thread, other.Thread.Uses))))
                return Found(candidate, there, Confidence.High, thread);
        return null;
    }

    /// <summary>The field is volatile: others look at any time, without a lock.</summary>
    private Finding? WithReaders(Early candidate, List<BodyFacts> members) =>
        candidate.Published.Has(AccessKind.VolatileField) && candidate.Published.Path.Equals(candidate.Seen) && program.Body(candidate.Published.Body) is { } publisher && !Phases.IsPhase(publisher) && !callers.AllBegin(publisher)
        && members.Any(member => member.Id != publisher.Id && !Phases.IsPhase(member) && (Looks(candidate, candidate.Published, null, summaries(member.Id).Uses.Where(use => use.Body != publisher.Id)) || Gives(member, candidate)))
            ? Found(candidate, candidate.Published, Confidence.High, null) : null;

    /// <summary>Whether the member gives away the object, whose collections others then look into at any time.</summary>
    private static bool Gives(BodyFacts member, Early candidate) => candidate.Filled.Has(AccessKind.Content) && candidate.Published.Path.Equals(candidate.Seen) && candidate.Seen.Equals(member.Returned);

    /// <summary>Whether one of the uses looks into what is published, by the thread if one does it, at any time.</summary>
    private static bool Looks(Early candidate, Access published, Spawned? thread, IEnumerable<Access> uses) => uses.Any(use => !use.IsWrite && (use.Path.Depth > candidate.Seen.Depth || use.Has(AccessKind.Content))
        && use.Path.StartsWith(candidate.Seen) && !use.Locks.Excludes(published.Locks) && thread?.Handles.Overlaps(use.After) != true && !Conflict.IsOrdered(use, candidate.Filled));

    private static Finding Found(Early candidate, Access published, Confidence confidence, Spawned? thread) =>
        new(Defect.PublishedEarly, confidence, candidate.Published.Path, published, candidate.Filled, thread, null, null);
}

/// <summary>An object that others can see before it is filled.</summary>
/// <param name="Published">The write that lets others see it.</param>
/// <param name="Filled">What is done to it afterwards.</param>
/// <param name="Seen">What others look at: the object, or the data that a flag speaks of.</param>
/// <param name="Tested">Whether the same body tests it before: under the lock of the write, and without it.</param>
internal sealed record Early(Access Published, Access Filled, Path Seen, (bool Inside, bool Outside) Tested);
