using ThreadingAnalyzers.Concurrency.Domain;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>Uses of one memory in one body that a caller need not tell apart: the same kind under the same locks.</summary>
internal sealed class SameUse : IEqualityComparer<Access>
{
    public static readonly SameUse Instance = new();

    /// <inheritdoc/>
    public bool Equals(Access? x, Access? y) => ReferenceEquals(x, y)
        || x is not null && y is not null && x.Kind == y.Kind && x.Body == y.Body && x.AfterAwait == y.AfterAwait && x.AfterPause == y.AfterPause && x.Index == y.Index
            && x.Path.Equals(y.Path) && x.Locks.Locks.Length == y.Locks.Locks.Length && x.Locks.Locks.All(mine => y.Locks.Locks.Any(theirs => Equals(mine.Lock, theirs.Lock) && mine.Mode == theirs.Mode))
            && x.After.Length == y.After.Length && x.Before.Length == y.Before.Length
            && (!x.IsNote || x.Site == y.Site);

    /// <inheritdoc/>
    public int GetHashCode(Access use) => (use.Path.GetHashCode() * 31 + (int)use.Kind) * 31 + StringComparer.Ordinal.GetHashCode(use.Body);
}
