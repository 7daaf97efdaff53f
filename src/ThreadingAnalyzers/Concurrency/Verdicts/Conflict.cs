using System.Collections.Immutable;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>One end of a possible race: a use and who runs it.</summary>
/// <param name="Thread">The thread, or null for the code that starts it or any caller.</param>
internal readonly record struct End(Access Access, Spawned? Thread);

/// <summary>
/// The verdict on two uses that may happen at the same time: whether they collide, what that does under the .NET memory
/// model (dotnet/runtime, docs/design/specs/Memory-model.md), and how sure that is. A pure function of the two.
/// </summary>
internal static class Conflict
{
    /// <summary>More uses of one memory are not looked at: one finding a memory is said anyway.</summary>
    public const int MaxUses = 64;

    /// <summary>What is wrong with the pair, or null.</summary>
    /// <param name="proven">Whether both ends are known to meet, not only assumed to.</param>
    public static Finding? Judge(End first, End second, bool proven)
    {
        var (a, b) = (first.Access, second.Access);
        if (a.IsNote || b.IsNote)
            return RereadRaces.Judge(first, second);
        if (!Collide(a, b) || !SameMemory(a, b) || IsOfSomeElement(a) || a.Locks.Excludes(b.Locks) || HaveLikeLocks(a, b) || IsOrdered(first, second, proven)
            || IsOwnHandle(first) || IsOwnHandle(second) || IsDivided(first, second) || IsSameTimer(first.Thread, second.Thread) || IsStopped(first, second)
            || proven && (IsRaisedBeside(first, second) || IsRaisedBeside(second, first)))
            return null;

        var (primary, other) = IsBetter(second, first) ? (second, first) : (first, second);
        var (defect, confidence) = Harm(primary, other);
        // What is to be mended is the loop; the write is what everybody writes.
        if (defect == Defect.StopFlag && primary.Access.IsWrite)
            (primary, other) = (other, primary);
        if (first.Thread?.Kind == SpawnKind.Request && second.Thread?.Kind == SpawnKind.Request && defect > Defect.ConcurrentHost && defect != Defect.DifferentGuards)
            defect = Defect.ConcurrentHost;
        if (!proven && confidence == Confidence.High && defect is not (Defect.LostUpdate or Defect.UnsafeCollection or Defect.UnsafeObject or Defect.DifferentGuards or Defect.ImmutableLostUpdate or Defect.VolatileUpdate or Defect.RacyLazyInit or Defect.TornAccess or Defect.UnsafeLazy or Defect.StopFlag))
            confidence = Confidence.Medium;
        // After a wait for something unknown the other side may well be done; a loop that waits for a flag is not.
        if (confidence == Confidence.High && defect != Defect.StopFlag && (a.AfterPause && first.Thread is null || b.AfterPause && second.Thread is null))
            confidence = Confidence.Medium;
        // A flag that one thread raises and another looks at comes before or after, whichever; who waits for neither expects both.
        if (confidence == Confidence.High && defect == Defect.UnguardedWrite && proven && first.Thread is not null && second.Thread is not null && !ReferenceEquals(first.Thread, second.Thread) && primary.Access.Has(AccessKind.Constant) && !other.Access.IsWrite)
            confidence = Confidence.Medium;
        // What is only shown may miss one of a thousand.
        if (confidence == Confidence.High && defect == Defect.LostUpdate && !proven && Statistics.Holds(primary.Access.Path.Name, primary.Access.Path.Parent?.Name))
            confidence = Confidence.Medium;
        if (confidence == Confidence.High && (MayTakeTurns(first, proven) || MayTakeTurns(second, proven)))
            confidence = Confidence.Medium;
        return new Finding(defect, confidence, primary.Access.Path, primary.Access, other.Access, primary.Thread, other.Thread, other.Access.Locks.Locks.Where(held => held.Mode != LockMode.Confined).Select(held => held.Lock).FirstOrDefault());
    }

    /// <summary>What the uses of threads that run one body do to each other.</summary>
    /// <param name="uses">Uses of memory that the threads share.</param>
    /// <param name="thread">Any of them.</param>
    /// <param name="proven">Whether several are known to run at once, not only assumed to.</param>
    public static IEnumerable<Finding> Among(IEnumerable<Access> uses, Spawned thread, bool proven)
    {
        foreach (var memory in uses.GroupBy(use => use.Path))
        {
            var looked = memory.Take(MaxUses).ToList();
            foreach (var use in looked.Where(use => use.IsWrite || use.Has(AccessKind.Service)))
                foreach (var other in looked)
                    if (Judge(new End(use, thread), new End(other, thread), proven) is { } finding)
                        yield return finding;
        }
    }

    /// <summary>Where a context is captured, what follows an await runs in its turn, and who calls often awaits before calling again.</summary>
    private static bool MayTakeTurns(End end, bool proven) => end.Thread is { Kind: SpawnKind.Async } && !(proven && end.Access.Has(AccessKind.Pooled));

    /// <summary>A thread that reads where it is itself kept: a timer that disposes of itself.</summary>
    internal static bool IsOwnHandle(End end) => end.Thread is { } thread && thread.Handles.Contains(end.Access.Path);

    /// <summary>One timer that is set in two places, or one source of events: its callbacks come one after the other.</summary>
    internal static bool IsSameTimer(Spawned? first, Spawned? second) =>
        first is { Kind: SpawnKind.Timer or SpawnKind.Event or SpawnKind.Callback } && second?.Kind == first.Kind && !ReferenceEquals(first, second) && first.Handles.Overlaps(second.Handles);

    /// <summary>Two callbacks of a timer that each have stopped it before: only who comes within a moment meets the other there.</summary>
    private static bool IsStopped(End first, End second) => first.Thread is { Kind: SpawnKind.Timer } timer && ReferenceEquals(timer, second.Thread)
        && first.Access.After.Any(timer.Handles.Contains) && second.Access.After.Any(timer.Handles.Contains);

    /// <summary>A handler and the code that attaches it: when its events begin and end is said elsewhere, often by the last event itself.</summary>
    private static bool IsRaisedBeside(End handler, End starter) => handler.Thread is { Kind: SpawnKind.Event } && starter.Thread is null;

    /// <summary>Memory of an object in a collection: which one of them is not known, so two uses may be of two.</summary>
    internal static bool IsOfSomeElement(Access use)
    {
        var isLast = !use.Has(AccessKind.Content | AccessKind.Service);
        for (var path = use.Path; !path.IsRoot; path = path.Parent!, isLast = false)
            if (path.Name == Path.Element && !isLast)
                return true;
        return false;
    }

    /// <summary>The same lock field of what may be one object by two names guards the objects' own memory; static memory it does not.</summary>
    internal static bool HaveLikeLocks(Access a, Access b) => a.Path.Root != Root.Static && !a.Locks.IsEmpty && !b.Locks.IsEmpty
        && a.Locks.Locks.Any(mine => mine.Lock is { IsRoot: false } && b.Locks.Locks.Any(theirs => theirs.Lock is { IsRoot: false } other && other.Name == mine.Lock.Name
            && (mine.Mode == LockMode.Exclusive || theirs.Mode == LockMode.Exclusive)));

    /// <summary>Threads that divide an array between them: each has its own elements, and of a computed index nothing is known; but who goes through all of it meets those of the others.</summary>
    private static bool IsDivided(End first, End second) => first.Thread is not null && second.Thread is not null
        && (first.Access.Has(AccessKind.Disjoint) || second.Access.Has(AccessKind.Disjoint)) && !first.Access.Has(AccessKind.Enumeration) && !second.Access.Has(AccessKind.Enumeration);

    private static bool SameMemory(Access a, Access b) =>
        ((a.Kind ^ b.Kind) & (AccessKind.Content | AccessKind.Service)) == 0 && a.Path.Equals(b.Path)
        && (a.Index is null || b.Index is null || a.Index == b.Index);

    private static bool Collide(Access a, Access b)
    {
        if (a.Has(AccessKind.Service))
            return true;
        if (!a.IsWrite && !b.IsWrite || a.Has(AccessKind.Atomic | AccessKind.Setting) || b.Has(AccessKind.Atomic | AccessKind.Setting))
            return false;
        // Two uses under computed indices may be of two elements; who goes through all of them meets each.
        if (a.Has(AccessKind.Some) && !b.Has(AccessKind.Enumeration) || b.Has(AccessKind.Some) && !a.Has(AccessKind.Enumeration))
            return false;
        // Who initialises lazily does it again at worst, and mostly that is harmless.
        return !(a.Has(AccessKind.Lazy) || b.Has(AccessKind.Lazy)) || IsMadeTwice(a, b);
    }

    /// <summary>Two lazy initialisations of what must be made once, or one whose value is seen half written.</summary>
    private static bool IsMadeTwice(Access a, Access b) =>
        a.Has(AccessKind.Lazy) && b.Has(AccessKind.Lazy) && (a.Has(AccessKind.Once) || b.Has(AccessKind.Once))
        || a.Has(AccessKind.Wide) && (a.Has(AccessKind.Lazy) || b.Has(AccessKind.Lazy));

    /// <summary>Whether a signal lies between the two, if each happens once.</summary>
    internal static bool IsOrdered(Access a, Access b) => Meet(a.Before, b.After) || Meet(b.Before, a.After);

    /// <summary>
    /// Whether a signal lies between the two. Of rounds it orders the first use only: the next one of who gives it meets the
    /// last one of who waits for it, unless that one gives a signal back.
    /// </summary>
    private static bool IsOrdered(End first, End second, bool proven)
    {
        var (ahead, back) = (Meet(first.Access.Before, second.Access.After), Meet(second.Access.Before, first.Access.After));
        return ahead && back || ahead && !IsInRounds(first, second, proven) || back && !IsInRounds(second, first, proven);
    }

    /// <summary>Whether who gives the signal may use the memory again while who waits for it, again and again, still does.</summary>
    private static bool IsInRounds(End giver, End waiter, bool proven) => (waiter.Access.Rounds & Rounds.AtEnd) != 0 || (waiter.Access.Rounds & Rounds.Awaited) != 0
        && ((giver.Access.Rounds & Rounds.Given) != 0 || giver.Thread is { Many: true } || giver.Thread is null && !proven);

    private static bool Meet(ImmutableArray<Path> given, ImmutableArray<Path> waitedFor) => !given.IsEmpty && !waitedFor.IsEmpty && given.Any(waitedFor.Contains);

    /// <summary>The unguarded end is to be mended; else the write; else what runs on the other thread.</summary>
    private static bool IsBetter(End candidate, End current)
    {
        var (a, b) = (candidate.Access, current.Access);
        if (a.Locks.IsEmpty != b.Locks.IsEmpty)
            return a.Locks.IsEmpty;
        if (a.IsWrite != b.IsWrite)
            return a.IsWrite;
        return candidate.Thread is not null && current.Thread is null;
    }

    private static (Defect, Confidence) Harm(End primary, End other)
    {
        var (a, b) = (primary.Access, other.Access);
        var isTimer = primary.Thread is { Kind: SpawnKind.Timer } && ReferenceEquals(primary.Thread, other.Thread);
        if (a.Has(AccessKind.Lazy) || b.Has(AccessKind.Lazy))
            return (Defect.RacyLazyInit, Confidence.High);
        if (a.Has(AccessKind.VolatileField))
            return a.Has(AccessKind.Update) && b.IsWrite || b.Has(AccessKind.Update) && a.IsWrite ? (Defect.VolatileUpdate, Confidence.High) : (Defect.UnguardedWrite, Confidence.Low);
        if (a.Has(AccessKind.Immutable) && b.IsWrite || b.Has(AccessKind.Immutable) && a.IsWrite)
            return (Defect.ImmutableLostUpdate, Confidence.High);
        if (isTimer && (a.Has(AccessKind.Update | AccessKind.Content) || b.Has(AccessKind.Update | AccessKind.Content)))
            return (Defect.OverlappingTimer, Confidence.High);
        if (a.Has(AccessKind.Service))
            return (a.Has(AccessKind.Deferred) ? Defect.UnsafeLazy : IsAsync(primary) && IsAsync(other) ? Defect.UnsafeTasks : Defect.UnsafeObject, Confidence.High);
        if ((Polled(a, b) ?? Polled(b, a)) is { } polled)
            return (Defect.StopFlag, polled);
        if (a.Has(AccessKind.Content))
            return (Guarded(a, b) ? Defect.DifferentGuards : Defect.UnsafeCollection, Confidence.High);
        if (a.Has(AccessKind.Update) && b.IsWrite || b.Has(AccessKind.Update) && a.IsWrite)
            return (Guarded(a, b) ? Defect.DifferentGuards : Defect.LostUpdate, Confidence.High);
        if (a.Has(AccessKind.Wide) || b.Has(AccessKind.Wide))
            // To meet itself in the middle of a value, a callback must take longer than its period to the moment.
            return (Defect.TornAccess, isTimer ? Confidence.Medium : Confidence.High);
        // A callback comes again before it has ended only where it takes longer than its period; a word that it then writes twice is no harm.
        if (isTimer || a.Has(AccessKind.Constant) && b.Has(AccessKind.Constant))
            return (Defect.UnguardedWrite, Confidence.Low);
        if (Guarded(a, b))
            return (Defect.DifferentGuards, a.IsWrite && b.IsWrite ? Confidence.High : Confidence.Low);
        return (Defect.UnguardedWrite, PlainWrite(a, b));
    }

    /// <summary>How sure it is that a loop which reads the memory plainly misses the write; null where it does not ask for it to end.</summary>
    private static Confidence? Polled(Access read, Access write) =>
        read.IsWrite || !write.IsWrite || !read.Locks.IsEmpty ? null
        : read.Has(AccessKind.Spin) ? Confidence.High
        : read.Has(AccessKind.Poll) && write.Has(AccessKind.Constant) && !write.Has(AccessKind.Update) ? Confidence.Medium
        : null;

    /// <summary>Whether the lock belongs to the object that has the memory, is that object, or is static in its type.</summary>
    private static bool IsOfOwner(Path @lock, Path memory) => @lock.Root == Root.Static && memory.Root == Root.Static
        ? DeclaringType(@lock) == DeclaringType(memory)
        : @lock.Root == Root.Static || @lock.Parent is not { } owner || memory.StartsWith(owner);

    /// <summary>The type of the static field that the path begins at.</summary>
    public static string DeclaringType(Path path)
    {
        while (path.Depth > 1)
            path = path.Parent!;
        return path.Name.Substring(0, Math.Max(path.Name.LastIndexOf('.'), 0));
    }

    /// <summary>Whether the end is an async operation that nobody has awaited yet, or the code that started it.</summary>
    private static bool IsAsync(End end) => end.Thread is null or { Kind: SpawnKind.Async or SpawnKind.Sequence };

    private static bool Guarded(Access a, Access b) => IsGuarded(a) && IsGuarded(b);

    private static bool IsGuarded(Access use) => use.Locks.Guards || use.Has(AccessKind.OwnLock);

    /// <summary>Whether one writes several members of an object together that the other reads together; of these the first is told. What a member refers to may be another object by then.</summary>
    private static bool IsHalfOfPair(Access write, Access read) => write.IsWrite && !read.IsWrite && write.Path.Depth == 1 && write.Fellows.Length > 1 && read.Fellows.Length > 1
        && write.Fellows.FirstOrDefault(read.Fellows.Contains) == write.Path.Name && write.Fellows.Count(read.Fellows.Contains) > 1;

    /// <summary>Whether the use only asks if something has come yet; who compares a variable's value by order goes by the value.</summary>
    private static bool IsAsked(Access use) => use.Has(AccessKind.Poll) || use.Has(AccessKind.Test) && !use.Has(AccessKind.Compared);

    /// <summary>
    /// A plain word is never torn, so what hurts is order: a result that is read before it is there. That is certain for a
    /// captured variable, which nobody shares by chance; a field is often a snapshot that may be old.
    /// </summary>
    private static Confidence PlainWrite(Access a, Access b)
    {
        if (IsAsked(a) || IsAsked(b))
            return Confidence.Low;
        if (IsHalfOfPair(a, b) || IsHalfOfPair(b, a))
            return Confidence.High;
        // Flags of which more and more are set are asked how many there are by now.
        if (a.IsWrite && a.Has(AccessKind.Constant) && a.Has(AccessKind.Disjoint) || b.IsWrite && b.Has(AccessKind.Constant) && b.Has(AccessKind.Disjoint))
            return Confidence.Medium;
        // What is filled element by element and gone through at the same time is neither the old nor the new.
        if (a.Has(AccessKind.Some) || b.Has(AccessKind.Some) || (a.Has(AccessKind.Disjoint) || b.Has(AccessKind.Disjoint)) && (a.Has(AccessKind.Enumeration) || b.Has(AccessKind.Enumeration)))
            return Confidence.High;
        if (a.Path is { IsRoot: true, Root: Root.Local } or { Depth: 1, Name: Path.Element, Root: Root.Local or Root.Allocation })
            return Confidence.High;
        // Who locks on one side means the other side to lock too, if the lock is one of the memory's owner.
        if (a.IsWrite && !a.Has(AccessKind.Constant) && !a.Locks.Guards && b.Locks.Locks.Any(held => held.Lock is null || IsOfOwner(held.Lock, b.Path)))
            return Confidence.High;
        if (a.Has(AccessKind.Constant) || b.Has(AccessKind.Constant))
            return Confidence.Low;
        return a.IsWrite && b.IsWrite ? Confidence.Medium : Confidence.Low;
    }
}
