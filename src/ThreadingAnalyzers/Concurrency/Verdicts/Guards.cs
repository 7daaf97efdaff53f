using System.Collections.Immutable;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>
/// Fields that a lock guards nearly everywhere, used without it here. The type itself says that several threads use the field:
/// that is why it locks. Each use is judged at the type's entries (callable members, the threads that it starts, its handlers of
/// others' events) with the locks of the whole way down; so a private method that is called only under the lock is guarded
/// (Engler et al., "Bugs as deviant behavior", 2001).
/// </summary>
internal sealed class Guards(ProgramFacts program, Callers callers, Func<string, Summary> summaries)
{
    /// <summary>A guard is one that at least so many places hold.</summary>
    private const int MinGuarded = 2;

    private static readonly ImmutableHashSet<string> Descriptions = ImmutableHashSet.Create(StringComparer.Ordinal, "ToString", "GetHashCode", "Equals");

    /// <summary>The findings of a type.</summary>
    public IEnumerable<Finding> Of(string type)
    {
        var all = program.ByType[type].SelectMany(Entries).ToList();
        var uses = all
            .Where(entry => IsOwn(entry.Use.Path) && !entry.Use.IsNote && !entry.Use.Has(AccessKind.Atomic | AccessKind.VolatileField | AccessKind.Service | AccessKind.Setting)).ToList();
        var data = uses.Where(entry => entry.Use.Has(AccessKind.Content)).Select(entry => entry.Use.Path).ToImmutableHashSet();
        var fields = uses.GroupBy(entry => (entry.Use.Path, Content: entry.Use.Has(AccessKind.Content))).Where(field => field.Any(entry => entry.Use.Locks.Guards)).Select(field => field.ToList()).ToList();
        var faithful = fields.Where(field => field[0].Use.Has(AccessKind.Content)).Select(GuardOfAll).OfType<Path>().ToLookup(guard => guard);
        foreach (var field in fields)
            foreach (var finding in OfField(field, data, faithful, all))
                yield return finding;
    }

    /// <summary>Whether it is memory of the type: a member, or the objects that are kept in one.</summary>
    private static bool IsOwn(Path path) => path is { Root: Root.This or Root.Static } and ({ Depth: 1 } or { Depth: 2, Name: Path.Element });

    /// <summary>Whether a lock can be there for the memory: one of the type, or the object itself; of objects that are kept in a member only that one is looked for.</summary>
    private static bool MayGuard(Path? guard, Path memory) => memory.Depth > 1 ? memory.Equals(guard) : guard is { Depth: 1, Root: Root.This or Root.Static } or { IsRoot: true, Root: Root.This };

    /// <summary>The lock that all members hold who change a collection or look into it; null where one does not, or where nobody does both.</summary>
    private static Path? GuardOfAll(List<(BodyFacts Entry, Access Use)> uses)
    {
        if (!uses.Exists(entry => entry.Use.IsWrite) || !uses.Exists(entry => !entry.Use.IsWrite) || uses.Exists(entry => entry.Use.Locks.HasUnknown))
            return null;
        return uses[0].Use.Locks.Locks.Select(held => held.Lock).FirstOrDefault(guard => guard is { Depth: 1 } && uses.TrueForAll(entry => Holds(entry.Use, guard)));
    }

    /// <summary>What runs when others enter the type by way of the body, and as which body.</summary>
    private IEnumerable<(BodyFacts Entry, Access Use)> Entries(BodyFacts body)
    {
        var summary = summaries(body.Id);
        if (body.Outer is null)
            foreach (var thread in summary.Live)
                foreach (var use in thread.Uses)
                    if (use.Locks.Guards || !IsInStep(use))
                        yield return (body, use);
        var isMember = body.IsOpenMember && !Descriptions.Contains(body.Name) && !(body.Kind == BodyKind.Method && ConcurrentCollections.IsNamedLocked(body.Name));
        if (!isMember && !program.HandlesEvents(body))
            yield break;
        foreach (var use in summary.Uses)
            if (use.Locks.Guards || !Phases.IsPhase(body) && !IsInStep(use))
                yield return (body, use);
    }

    private bool IsInStep(Access use) => program.Body(use.Body) is { } body && Phases.IsStep(body);

    private IEnumerable<Finding> OfField(List<(BodyFacts Entry, Access Use)> uses, ImmutableHashSet<Path> data, ILookup<Path, Path> faithful, List<(BodyFacts Entry, Access Use)> all)
    {
        var guard = uses.SelectMany(entry => entry.Use.Locks.Locks)
            .Where(held => held.Mode != LockMode.Confined && MayGuard(held.Lock, uses[0].Use.Path))
            .GroupBy(held => held.Lock!).OrderByDescending(locks => locks.Count()).ThenBy(locks => locks.Key.ToString(), StringComparer.Ordinal).FirstOrDefault()?.Key;
        if (guard is null || uses.Any(entry => entry.Use.Locks.HasUnknown))
            yield break;

        var guarded = uses.Where(entry => Holds(entry.Use, guard)).Select(entry => entry.Use).GroupBy(use => use.Site).Select(site => site.First()).ToList();
        // Who reads after he has waited for those who wrote reads what they have left.
        uses = uses.FindAll(entry => entry.Use.IsWrite || entry.Use.Locks.Guards || !entry.Use.Has(AccessKind.Settled));
        // An entry that comes by a place with the lock and without it knows by itself when it holds the lock; one that calls itself under the lock does not.
        var decided = uses.Where(entry => Holds(entry.Use, guard) && (entry.Use.Chain is null || entry.Use.Body != entry.Entry.Id)).Select(entry => (entry.Entry, entry.Use.Site)).ToImmutableHashSet();
        var bare = uses.Where(entry => !Holds(entry.Use, guard) && !decided.Contains((entry.Entry, entry.Use.Site)) && !callers.AllHold(entry.Entry, guard.Name)).Select(entry => entry.Use).GroupBy(use => use.Site).Select(site => site.First()).ToList();
        var excuses = new Excuses(guard, all, uses, callers, program.Body);
        bare.RemoveAll(excuses.Has);
        // Who makes the lock anew begins: nobody else has it yet.
        bare.RemoveAll(use => !use.Path.Equals(guard) && all.Exists(entry => entry.Use.Body == use.Body && entry.Use.IsWrite && entry.Use.Path.Equals(guard) && !entry.Use.Has(AccessKind.Content)));
        // Who holds another lock there means to guard it too, so of those there may be many; but who closes shuts the door by a flag first.
        var others = bare.Where(use => use.Locks.Guards && use.Has(AccessKind.Content | AccessKind.Update)).ToList();
        if (IsOfPhases(uses.Where(entry => Holds(entry.Use, guard))) || IsOfPhases(uses.Where(entry => entry.Use.Locks.Guards && !Holds(entry.Use, guard))))
            others.Clear();
        var evidence = guarded.Count + others.Count;
        // Who asks a collection whether there is something and then takes it has forgotten the lock once; a number that one member uses all along may be its own business.
        var forgotten = guarded.Exists(use => use.Has(AccessKind.Content)) ? Intent.Members(bare.Except(others)) : bare.Count - others.Count;
        if (guarded.Count < MinGuarded || guarded.Count < 2 * forgotten)
        {
            var meant = Meant(guard, uses, guarded, bare, data, faithful[guard].Take(MinGuarded).Count() == MinGuarded);
            (evidence, bare) = meant.Count > 0 ? (MinGuarded, meant.Union(others).ToList()) : (evidence, others);
        }
        if (evidence < MinGuarded || !guarded.Concat(others).Any(use => use.IsWrite))
            yield break;
        // A static lock that one member alone takes guards what that member does with shared state, not the fields of its object.
        if (guard.Root == Root.Static && guarded[0].Path.Root == Root.This && guarded.All(use => use.Body == guarded[0].Body))
            yield break;
        var isWeak = IsOfControl(uses, guard, data) || IsHeldForOther(guard, guarded, data) || uses.TrueForAll(entry => !entry.Use.IsWrite || Phases.IsPreparation(entry.Entry));
        // What one member alone uses it may change where it likes, under a lock that it takes for something else.
        var isOfOne = uses.TrueForAll(entry => entry.Entry == uses[0].Entry);
        foreach (var use in bare)
            // Of two locks that are held one in the other, the other one may be the guard.
            if (guarded.Where(other => !other.Locks.Excludes(use.Locks)).OrderByDescending(other => other.Site != use.Site).ThenByDescending(other => other.IsWrite).FirstOrDefault() is { } witness && (use.IsWrite || witness.IsWrite) && Harmful(use, guarded) is { } confidence)
                yield return new Finding(use.Locks.Guards ? Defect.DifferentGuards : Defect.InconsistentGuard,
                    confidence == Confidence.High && (isWeak || isOfOne && bare.Exists(other => other.IsWrite && other.Body == use.Body) || IsReady(use, guarded)) ? Confidence.Medium : confidence, use.Path, use, witness, null, null, guard);
    }

    /// <summary>Whether the lock is a collection that guards itself, and those who hold it here only call the code that uses this memory.</summary>
    private bool IsHeldForOther(Path guard, List<Access> guarded, ImmutableHashSet<Path> data) => (data.Contains(guard) || program.Held(guard.Name).Any(IsSequence)) && !guarded.Exists(use => use.Path.Equals(guard) || Own(use) is { } own && Holds(own, guard));

    /// <summary>Whether the object is of a type of the program that loops go through.</summary>
    private bool IsSequence(Allocation made) => program.ByType[made.TypeId].Any(body => Containers.IsEnumerator(body.Name));

    /// <summary>Whether the body changes the memory before it starts what runs beside it, and takes the lock for it nowhere.</summary>
    private bool IsReady(Access use, List<Access> guarded) => use.IsWrite && program.Body(use.Body) is { } body && !guarded.Exists(other => other.Body == use.Body)
        && body.Events.SkipWhile(@event => @event.Site != use.Site).Any(@event => @event is Start { Joined: false, Kind: not SpawnKind.Async });

    /// <summary>The use as its own body sees it.</summary>
    private Access? Own(Access use) => program.Body(use.Body)?.Events.OfType<Use>().Select(@event => @event.Access).FirstOrDefault(own => own.Site == use.Site && own.IsWrite == use.IsWrite);

    /// <summary>
    /// Whether it is a member of a control, all of whose members run on its own thread, unless the type starts one that comes there;
    /// and the lock is not an object that is there to be locked, so it may be held for what it is.
    /// </summary>
    private bool IsOfControl(List<(BodyFacts Entry, Access Use)> uses, Path guard, ImmutableHashSet<Path> data)
    {
        if (uses[0].Use.Path.Root != Root.This || !guard.IsRoot && !data.Contains(guard) || !program.Types.TryGetValue(uses[0].Entry.Type, out var type) || type.Affinity != Affinity.UserInterface)
            return false;
        var running = program.ByType[type.Id].SelectMany(body => summaries(body.Id).Live).SelectMany(thread => thread.Uses).Select(use => use.Site).ToImmutableHashSet();
        return !uses.Exists(entry => running.Contains(entry.Use.Site));
    }

    /// <summary>The places that miss a lock of which one place only tells what it is there for.</summary>
    private List<Access> Meant(Path guard, List<(BodyFacts Entry, Access Use)> uses, List<Access> guarded, List<Access> bare, ImmutableHashSet<Path> data, bool guardsOthers)
    {
        if (!IsMeantFor(guard, guarded[0].Path, data) || IsOfPhases(uses.Where(entry => Holds(entry.Use, guard) && entry.Use.IsWrite)))
            return [];
        // Who calls a member that nobody outside sees, and in which phase, the program knows better than one place.
        var alone = bare.FindAll(use => uses.Exists(entry => entry.Use.Site == use.Site && !Holds(entry.Use, guard) && (!entry.Entry.IsInternal || guarded.Exists(other => other.Body == use.Body && other.Site != use.Site)) && !callers.AllHold(entry.Entry, guard: null)));
        return new Intent(guard, uses, guarded, guardsOthers).Missed(alone);
    }

    /// <summary>Whether the lock is there for the memory: it is the memory itself, or an object of the same type that holds no data.</summary>
    private static bool IsMeantFor(Path guard, Path memory, ImmutableHashSet<Path> data) => guard.Equals(memory) || guard.IsRoot || !data.Contains(guard) && Conflict.DeclaringType(guard) == Conflict.DeclaringType(memory);

    public static bool Holds(Access use, Path guard) => use.Locks.Locks.Any(held => guard.Equals(held.Lock) || held.Mode == LockMode.Confined);

    private static bool IsOfPhases(IEnumerable<(BodyFacts Entry, Access Use)> uses) => uses.All(entry => Phases.IsPhase(entry.Entry));

    /// <summary>A plain write of a word hurts who computes under the lock: what he writes is then of the old value, or lost.</summary>
    private static Confidence? Harmful(Access use, List<Access> guarded)
    {
        if (use.Has(AccessKind.Lazy))
            return null;
        // A count that is a moment old is as good as one that changes the next moment.
        if (!use.IsWrite && use.Has(AccessKind.Content) && use.Has(AccessKind.Sized))
            return Confidence.Medium;
        // Who looks before he takes the lock looks again under it; a look that fails costs a lock.
        if (!use.IsWrite && !use.Has(AccessKind.Content) && guarded.Any(other => other.Body == use.Body && !other.IsWrite && use.Has(AccessKind.Test) == other.Has(AccessKind.Test)))
            return Confidence.Medium;
        if (use.Has(AccessKind.Content) || use.Has(AccessKind.Update) || use.Has(AccessKind.Wide))
            return Confidence.High;
        var isComputed = guarded.Any(other => other.Has(AccessKind.Update)) && !guarded.Any(other => other.Site == use.Site);
        return !use.IsWrite ? Confidence.Low : isComputed ? Confidence.High : Confidence.Medium;
    }
}
