using System.Collections.Immutable;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Background;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Domain;

/// <summary>Something that a body does and that other threads can notice, at its place in the order of the walk.</summary>
/// <param name="Number">The place in that order; unique in the body.</param>
/// <param name="Region">The innermost region around it.</param>
/// <param name="Locks">What is certainly held there.</param>
/// <param name="Site">Where it stands.</param>
internal abstract record Event(int Number, Region Region, LockSet Locks, Site Site);

/// <summary>A use of memory.</summary>
internal sealed record Use(int Number, Region Region, Access Access) : Event(Number, Region, Access.Locks, Access.Site);

/// <summary>Who waits for the end of what a call gives back, as far as the call's own place tells.</summary>
internal enum Completion : byte
{
    /// <summary>There is nothing to wait for: it gives back no task.</summary>
    AtOnce,
    /// <summary>Not at once: the body goes on beside it.</summary>
    Later,
    /// <summary>The body, which blocks its thread meanwhile.</summary>
    Blocked,
    /// <summary>The body, which gives its thread back meanwhile.</summary>
    Awaited,
    /// <summary>The body's caller, who is given it.</summary>
    HandedOn,
}

/// <summary>A call of a body of the program, or of a delegate.</summary>
/// <param name="Method">The called method's id, or null for a delegate call.</param>
/// <param name="Delegate">The called delegate, or null.</param>
/// <param name="Receiver">The receiver; for a delegate null, since it brings its own.</param>
/// <param name="Arguments">The arguments in the order of the parameters, unknown ones null.</param>
/// <param name="Overridable">Whether overrides may be what runs.</param>
/// <param name="Completion">Who waits for a task that it gives back.</param>
internal sealed record Call(int Number, Region Region, LockSet Locks, Site Site,
    string? Method, Path? Delegate, Path? Receiver, IReadOnlyList<Path?> Arguments, bool Overridable, bool AfterAwait, bool AfterPause, Completion Completion = Completion.AtOnce) : Event(Number, Region, Locks, Site)
{
    /// <summary>Whether the code has come to the user interface's thread before, or has left it.</summary>
    public AccessKind Side { get; init; }
}

/// <summary>A thread of execution begins.</summary>
/// <param name="Kind">By what means.</param>
/// <param name="Target">The delegate it runs; where that is held by the handle, null.</param>
/// <param name="Handle">What it can be joined by, or null when nothing can.</param>
/// <param name="Arguments">What its delegate is called with.</param>
/// <param name="Many">Whether several run at once by this one event.</param>
/// <param name="Joined">Whether the event itself waits for the end: Parallel.For.</param>
/// <param name="Antecedent">The handle whose end it waits for, or null.</param>
internal sealed record Start(int Number, Region Region, LockSet Locks, Site Site,
    SpawnKind Kind, Path? Target, Path? Handle, IReadOnlyList<Path?> Arguments, bool Many, bool Joined, Path? Antecedent) : Event(Number, Region, Locks, Site)
{
    /// <summary>Whether the thread may be the user interface's: by its scheduler, or by the object that a timer synchronises with.</summary>
    public bool MayBeOfInterface { get; init; }

    /// <summary>How far it may be from running beside others, see <see cref="Bond"/>.</summary>
    public Bond Bond { get; init; }
}

/// <summary>A wait for the end of a thread of execution.</summary>
/// <param name="Handle">Which; <c>threads[*]</c> is all of the collection.</param>
/// <param name="Timed">Whether it may give up, and the code goes on without having looked.</param>
internal sealed record Wait(int Number, Region Region, LockSet Locks, Site Site, Path Handle, bool Timed) : Event(Number, Region, Locks, Site);

/// <summary>A value goes where others can find it.</summary>
internal sealed record Store(int Number, Region Region, LockSet Locks, Site Site, Path Target, Path Value) : Event(Number, Region, Locks, Site)
{
    /// <summary>Whether the value is a handler and the target an event.</summary>
    public bool IsSubscription => Value is { IsRoot: true, Root: Root.Delegate } && Target.Name.StartsWith("E:", StringComparison.Ordinal);
}

/// <summary>A collection is returned as it is, or as a view of it.</summary>
/// <param name="Value">The collection.</param>
internal sealed record Return(int Number, Region Region, LockSet Locks, Site Site, Path Value) : Event(Number, Region, Locks, Site);

/// <summary>A type of which there will be one object for all requests.</summary>
internal sealed record Registration(int Number, Region Region, LockSet Locks, Site Site, string Type) : Event(Number, Region, Locks, Site);

/// <summary>A signal is given or waited for: events, countdowns, completion sources.</summary>
internal sealed record Signal(int Number, Region Region, LockSet Locks, Site Site, Path Path, bool Given) : Event(Number, Region, Locks, Site)
{
    /// <summary>Whether it can be given once only: the end of a task that another completes.</summary>
    public bool IsPromise { get; init; }
}

/// <summary>A lock is taken.</summary>
internal sealed record Acquire(int Number, Region Region, LockSet Locks, Site Site, Path? Lock, LockMode Mode) : Event(Number, Region, Locks, Site);
