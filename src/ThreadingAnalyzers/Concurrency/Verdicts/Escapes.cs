using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>
/// Collections that a lock guards and that a member gives away as they are, or as a view that reads them later: whoever gets
/// one uses it without the lock. What is never changed once others see it may go anywhere (copy on write).
/// </summary>
internal sealed class Escapes(ProgramFacts program, Callers callers, Func<string, Summary> summaries)
{
    private ILookup<string, string>? lockers;

    /// <summary>The findings of a type.</summary>
    public IEnumerable<Finding> Of(string type)
    {
        var members = program.ByType[type].Where(body => body.IsOpenMember).ToList();
        foreach (var member in program.ByType[type].Where(body => body is { Outer: null, Kind: BodyKind.Method or BodyKind.Accessor }))
            foreach (var @event in member.Events)
                if (@event is Return escape && Judge(escape, member, members) is { } finding)
                    yield return finding;
    }

    /// <summary>What the type does with the collection: its callable members, and the threads that it leaves running.</summary>
    private IEnumerable<Access> Uses(Path collection, string type, List<BodyFacts> members) => members
        .SelectMany(body => summaries(body.Id).Uses.Where(use => !use.Locks.IsEmpty || !Phases.IsPhase(body)))
        .Where(use => IsOf(use, collection)).Concat(UsesOfThreads(collection, type));

    /// <summary>What the threads do with it that the type leaves running, and its handlers of others' events.</summary>
    private IEnumerable<Access> UsesOfThreads(Path collection, string type) => program.ByType[type].Where(body => body.Outer is null).SelectMany(body => summaries(body.Id).Live).SelectMany(thread => thread.Uses)
        .Concat(program.ByType[type].Where(body => !body.IsOpenMember && program.HandlesEvents(body)).SelectMany(body => summaries(body.Id).Uses))
        .Where(use => IsOf(use, collection));

    private static bool IsOf(Access use, Path collection) => use.Has(AccessKind.Content) && use.Path.Equals(collection);

    private Finding? Judge(Return escape, BodyFacts member, List<BodyFacts> members)
    {
        var uses = Uses(escape.Value, member.Type, members).Where(use => !use.Site.IsIn(escape.Site))
            .GroupBy(use => use.Site).Select(site => site.First()).ToList();
        if (uses.FirstOrDefault(use => use.IsWrite && !use.Locks.IsEmpty) is not { } changed || uses.Any(use => use.Locks.HasUnknown)
            || changed.Locks.Locks.Select(held => held.Lock).FirstOrDefault(held => held is { Depth: 1, Root: Root.This or Root.Static }) is not { } guard)
            return null;
        if (IsFilledOnce(escape.Value, uses))
            return null;
        var guarded = uses.Count(use => use.Locks.Locks.Any(held => guard.Equals(held.Lock)));
        var isHeld = escape.Locks.Locks.Any(held => guard.Equals(held.Lock));
        // A member that only the type itself calls hands out its lock's collection by a lock of its own, or means the caller's.
        if (!member.IsOpenMember && !isHeld)
            return null;
        // Who waits for something first may have waited for all that change it.
        if (!isHeld && member.Events.TakeWhile(@event => @event != escape).Any(@event => @event is Wait or Signal { Given: false }))
            return null;
        // Who returns it under the lock knows that it needs one; without, the habit must show, or a thread that changes it.
        var needed = UsesOfThreads(escape.Value, member.Type).Any(use => use.IsWrite && use.Locks.Locks.Any(held => guard.Equals(held.Lock))) ? 1 : 2;
        if (2 * (uses.Count - guarded) > guarded || !isHeld && (guarded < needed || uses.Any(use => use.IsWrite && use.Locks.IsEmpty) || IsUsedBare(escape, member)) || guard.Equals(escape.Value) || IsShared(guard, member, members) || callers.AllHold(member, guard: null))
            return null;
        var here = new Access(escape.Value, AccessKind.Read, escape.Locks, escape.Site, member.Id);
        return new Finding(Defect.EscapingGuardedState, Confidence.High, escape.Value, here, changed, null, null, guard);
    }

    /// <summary>Whether it is changed only where one body has found that it is not there yet, and makes it.</summary>
    private bool IsFilledOnce(Path collection, List<Access> uses)
    {
        var changes = uses.FindAll(use => use.IsWrite);
        if (program.Body(changes[0].Body) is not { } body || changes.Exists(change => change.Body != body.Id))
            return false;
        var made = body.Events.OfType<Use>().Where(use => use.Access.Path.Equals(collection) && use.Access.Has(AccessKind.Lazy)).ToList();
        return made.Exists(lazy => changes.TrueForAll(change => body.Events.Any(@event => @event is Use { Access: var use } && use.Site == change.Site && lazy.Region.Contains(@event.Region))));
    }

    /// <summary>A query that begins to read without the lock is a missing lock first of all.</summary>
    private static bool IsUsedBare(Return escape, BodyFacts member) =>
        member.Events.Any(@event => @event is Use { Access: var use } && use.Has(AccessKind.Content) && use.Locks.IsEmpty && use.Site.IsIn(escape.Site));

    /// <summary>Whether others can take the lock too: the type gives it away, or code of another type locks it.</summary>
    private bool IsShared(Path guard, BodyFacts member, List<BodyFacts> members)
    {
        lockers ??= program.Bodies.SelectMany(body => program.DigestOf(body).Taken.Select(taken => (Name: taken, body.Type))).Distinct().ToLookup(taken => taken.Name, taken => taken.Type, StringComparer.Ordinal);
        return members.Any(body => guard.Equals(body.Returned)) || lockers[guard.Name].Any(type => type != member.Type && !type.StartsWith(member.Type + ".", StringComparison.Ordinal) && !member.Type.StartsWith(type + ".", StringComparison.Ordinal));
    }
}
