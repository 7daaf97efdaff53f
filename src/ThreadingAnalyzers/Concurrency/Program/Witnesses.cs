using System.Collections.Immutable;
using ThreadingAnalyzers.Concurrency.Domain;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>
/// Uses of memory as a caller sees them. Uses of one memory that are alike in all that a verdict looks at are one to it; of two
/// bodies one each is kept, so that a finding can name a second place.
/// </summary>
internal sealed class Witnesses(int capacity)
{
    private readonly Dictionary<Access, (string First, bool HasSecond)> alike = new(Alike.Instance);
    private readonly ImmutableArray<Access>.Builder kept = ImmutableArray.CreateBuilder<Access>();

    /// <summary>How many are kept.</summary>
    public int Count => kept.Count;

    /// <summary>Whether a use of its own kind was left out since there was no room.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Keeps the use unless there are enough like it.</summary>
    public void Add(Access use)
    {
        var isKnown = alike.TryGetValue(use, out var known);
        if (isKnown && (known.HasSecond || known.First == use.Body))
            return;
        if (kept.Count == capacity)
        {
            IsCut = true;
            return;
        }
        alike[use] = isKnown ? (known.First, true) : (use.Body, false);
        kept.Add(use);
    }

    /// <summary>Those that were kept, in their order.</summary>
    public ImmutableArray<Access> ToImmutable() => kept.ToImmutable();

    private sealed class Alike : IEqualityComparer<Access>
    {
        public static readonly Alike Instance = new();

        /// <inheritdoc/>
        public bool Equals(Access? x, Access? y) => ReferenceEquals(x, y)
            || x is not null && y is not null && x.Kind == y.Kind && x.AfterAwait == y.AfterAwait && x.AfterPause == y.AfterPause && x.Index == y.Index
                && x.Path.Equals(y.Path) && HoldTheSame(x.Locks, y.Locks) && x.After.Length == y.After.Length && x.Before.Length == y.Before.Length && x.Rounds == y.Rounds && x.Fellows.SequenceEqual(y.Fellows)
                // A note speaks of its own place.
                && (!x.IsNote || x.Site == y.Site);

        /// <inheritdoc/>
        public int GetHashCode(Access use) => use.Path.GetHashCode() * 31 + (int)use.Kind;

        private static bool HoldTheSame(LockSet x, LockSet y)
        {
            if (ReferenceEquals(x, y))
                return true;
            if (x.Locks.Length != y.Locks.Length)
                return false;
            foreach (var mine in x.Locks)
                if (!y.Locks.Any(theirs => mine.Mode == theirs.Mode && Equals(mine.Lock, theirs.Lock)))
                    return false;
            return true;
        }
    }
}
