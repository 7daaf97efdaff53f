using System.Collections.Immutable;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Domain;

/// <summary>A thread of execution as the body that sees it names it: what it does, and what it can be joined by.</summary>
/// <param name="Kind">By what means it began.</param>
/// <param name="Site">Where it began.</param>
/// <param name="Target">The name of the body that it runs, for users.</param>
/// <param name="Many">Whether several of it can run at once.</param>
/// <param name="Uses">What it uses, in the names of the body at hand.</param>
/// <param name="Handles">All names of what it can be joined by.</param>
/// <param name="Unresolved">The delegate that it runs, or calls besides what it does itself, where the body's caller brings it; else null.</param>
/// <param name="Arguments">What an unresolved delegate is called with.</param>
/// <param name="Antecedents">Handles whose end it waits for.</param>
internal sealed record Spawned(SpawnKind Kind, Site Site, string Target, bool Many, ImmutableArray<Access> Uses, ImmutableHashSet<Path> Handles,
    Path? Unresolved, IReadOnlyList<Path?> Arguments, ImmutableHashSet<Path> Antecedents)
{
    /// <summary>Where the threads were started whose end it waits for.</summary>
    public ImmutableHashSet<Site> Follows { get; init; } = ImmutableHashSet<Site>.Empty;

    /// <summary>Of a thread that has ended: where those were started that ran beside it.</summary>
    public ImmutableHashSet<Site> Beside { get; init; } = ImmutableHashSet<Site>.Empty;

    /// <summary>What may keep it from running beside others.</summary>
    public Bond Bond { get; init; }

    /// <summary>How many bodies up from its start it is seen.</summary>
    public int Height { get; init; }

    /// <summary>Whether its starter gives the handle to its caller, who then decides what runs beside it.</summary>
    public bool IsHandedOut { get; init; }
}

/// <summary>What may keep a thread of execution from running beside others.</summary>
[Flags]
internal enum Bond : byte
{
    None = 0,
    /// <summary>It runs on the scheduler of the task that started it, which may run one task at a time.</summary>
    Ambient = 1,
    /// <summary>Who starts it has made sure to be the only one that does so for its object.</summary>
    Claimed = 2,
    /// <summary>Who starts it has made sure to be the only one in the program.</summary>
    Sole = 4,
}

/// <summary>What of a body is left out since there is more of it than is followed.</summary>
[Flags]
internal enum Cut : byte
{
    None = 0,
    /// <summary>Uses of memory, see <see cref="Summary.MaxUses"/>.</summary>
    Uses = 1,
    /// <summary>Threads, see <see cref="Summary.MaxSpawned"/>.</summary>
    Threads = 2,
    /// <summary>Delegates of its caller, see <see cref="Summary.MaxPending"/>.</summary>
    Delegates = 4,
}

/// <summary>A call of a delegate that the body's caller brings.</summary>
internal sealed record PendingCall(Path Delegate, LockSet Locks, IReadOnlyList<Path?> Arguments, Site Site, bool AfterAwait, AccessKind Side);

/// <summary>
/// What a call of a body does, in the body's own names: this, its parameters, static memory, captured variables. Composed
/// bottom-up over the call graph; each list is bounded, so that a summary of anything is small.
/// </summary>
internal sealed record Summary
{
    public const int MaxUses = 128;

    public const int MaxSpawned = 32;

    public const int MaxPending = 16;

    public const int MaxSignals = 16;

    /// <summary>A thread is not followed to callers further up: there, an order that we do not see is likelier than a race.</summary>
    public const int MaxHeight = 3;

    /// <summary>What it uses on the caller's thread.</summary>
    public ImmutableArray<Access> Uses { get; init; } = ImmutableArray<Access>.Empty;

    /// <summary>What still runs when it returns.</summary>
    public ImmutableArray<Spawned> Live { get; init; } = ImmutableArray<Spawned>.Empty;

    /// <summary>Threads that have ended, but of which only its caller knows what they ran.</summary>
    public ImmutableArray<Spawned> Ended { get; init; } = ImmutableArray<Spawned>.Empty;

    /// <summary>What has certainly ended when it returns.</summary>
    public ImmutableArray<Path> Joined { get; init; } = ImmutableArray<Path>.Empty;

    /// <summary>The signals that it gives, and those that it has certainly waited for when it returns.</summary>
    public ImmutableArray<(Path Signal, bool Given, bool IsPromise)> Signals { get; init; } = ImmutableArray<(Path, bool, bool)>.Empty;

    /// <summary>What it stores where.</summary>
    public ImmutableArray<(Path Target, Path Value)> Stores { get; init; } = ImmutableArray<(Path, Path)>.Empty;

    /// <summary>Delegates of the caller that it calls.</summary>
    public ImmutableArray<PendingCall> Pending { get; init; } = ImmutableArray<PendingCall>.Empty;

    /// <summary>What it returns; an object made inside is an allocation root.</summary>
    public Path? Returned { get; init; }

    /// <summary>What an object made inside and returned runs, when it is a thread or cold task.</summary>
    public Path? ReturnedDelegate { get; init; }

    public LockSet Acquired { get; init; } = LockSet.Empty;

    public ImmutableArray<Path> Released { get; init; } = ImmutableArray<Path>.Empty;

    /// <summary>What is left out since there is more of it than is followed.</summary>
    public Cut Cut { get; init; }
}
