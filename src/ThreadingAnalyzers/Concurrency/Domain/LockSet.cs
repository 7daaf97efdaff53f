using System.Collections.Immutable;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Domain;

/// <summary>A lock that is held.</summary>
/// <param name="Lock">The object locked; null for a lock that is not known which, and then it may be any.</param>
/// <param name="Mode">What it excludes.</param>
/// <param name="Acquisition">The number of the event that took it: two accesses under one acquisition are one atomic step.</param>
internal readonly record struct Held(Path? Lock, LockMode Mode, int Acquisition);

/// <summary>
/// The locks that are held at a place on every path to it: a must set, so where paths meet the sets are intersected
/// (Savage et al., "Eraser", 1997; relative lock sets: Voung et al., "RELAY", 2007).
/// <code>
///        {}            nothing is known to be held
///     /  |  \
///   {a} {b} {c}        more locks, fewer conflicts
///     \  |  /
///      {a,b,c}
/// </code>
/// </summary>
internal sealed class LockSet
{
    private LockSet(ImmutableArray<Held> held)
    {
        Locks = held;
        HasUnknown = held.Any(held => held.Lock is null);
    }

    /// <summary>Nothing held.</summary>
    public static LockSet Empty { get; } = new(ImmutableArray<Held>.Empty);

    /// <summary>The locks, in the order of their acquisition.</summary>
    public ImmutableArray<Held> Locks { get; }

    /// <summary>Whether nothing is known to be held.</summary>
    public bool IsEmpty => Locks.IsEmpty;

    /// <summary>Whether a lock is held, not only a thread known.</summary>
    public bool Guards => Locks.Any(held => held.Mode != LockMode.Confined);

    /// <summary>Whether a lock is held of which it is not known which.</summary>
    public bool HasUnknown { get; }

    /// <summary>With one lock more.</summary>
    public LockSet With(Held held) => new(Locks.Add(held));

    /// <summary>Without the youngest acquisition of that lock; of an unknown lock, without the youngest unknown one.</summary>
    public LockSet Without(Path? @lock)
    {
        for (var i = Locks.Length - 1; i >= 0; i--)
            if (Equals(Locks[i].Lock, @lock))
                return Locks.Length == 1 ? Empty : new LockSet(Locks.RemoveAt(i));
        return this;
    }

    /// <summary>With the locks taken in between only as if they were held: what is done under them is apart, but that proves no guard.</summary>
    public LockSet Assuming(LockSet before, LockSet after) =>
        after.Locks.Where(held => !before.Locks.Contains(held)).Aggregate(Intersect(before), (locks, held) => locks.With(held with { Mode = LockMode.Confined }));

    /// <summary>What is held on both of two paths.</summary>
    public LockSet Intersect(LockSet other)
    {
        if (ReferenceEquals(this, other) || IsEmpty)
            return this;
        return other.IsEmpty ? Empty : new LockSet(Locks.RemoveAll(held => !other.Locks.Any(theirs => Equals(theirs.Lock, held.Lock) && theirs.Mode == held.Mode)));
    }

    /// <summary>The locks that were held at both of two places and never given back between them.</summary>
    public LockSet Kept(LockSet since) => IsEmpty || since.IsEmpty ? Empty : new LockSet(Locks.RemoveAll(held => !since.Locks.Contains(held)));

    /// <summary>What is held when code with this set runs under the other.</summary>
    public LockSet Under(LockSet outer) => outer.IsEmpty ? this : IsEmpty ? outer : new LockSet(outer.Locks.AddRange(Locks));

    /// <summary>The set as another body sees it; a lock that has no name there becomes an unknown one.</summary>
    public LockSet Rebase(Func<Path, Path?> map) =>
        IsEmpty ? this : new LockSet(Locks.Select(held => held with { Lock = held.Lock?.Rebase(map) }).ToImmutableArray());

    /// <summary>The set with a better name for each lock; one that has none becomes an unknown one.</summary>
    public LockSet Named(Func<Path, Path?> name) =>
        IsEmpty ? this : new LockSet(Locks.Select(held => held with { Lock = held.Lock is { } known ? name(known) : null }).ToImmutableArray());

    /// <summary>
    /// Whether two accesses can never happen at the same time because of a lock: one that both hold, not both in read mode,
    /// or one that is unknown. An access in read mode excludes no other reader, but a write made under it is no read.
    /// </summary>
    public bool Excludes(LockSet other)
    {
        if (IsEmpty && other.IsEmpty)
            return false;
        foreach (var mine in Locks)
            foreach (var theirs in other.Locks)
                if ((mine.Lock is null || theirs.Lock is null || mine.Lock.Equals(theirs.Lock)) && (mine.Mode != LockMode.Read || theirs.Mode != LockMode.Read))
                    return true;
        return HasUnknown || other.HasUnknown;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{{{string.Join(", ", Locks.Select(held => held.Lock?.ToString() ?? "?"))}}}";
}
