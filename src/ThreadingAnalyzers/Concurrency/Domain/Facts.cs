using System.Collections.Immutable;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Domain;

/// <summary>Which sort of body.</summary>
internal enum BodyKind : byte { Method, Constructor, StaticConstructor, Finalizer, Accessor, Lambda, Program }

/// <summary>Which thread runs a body, as far as its type tells.</summary>
internal enum Affinity : byte
{
    /// <summary>Whichever calls it.</summary>
    Any,
    /// <summary>The one thread of the user interface.</summary>
    UserInterface,
    /// <summary>Whichever the library of its base class likes, perhaps in turns.</summary>
    Library,
}

/// <summary>What is known of an object made in a body.</summary>
/// <param name="Type">Its known type.</param>
/// <param name="TypeId">Its type's documentation id.</param>
/// <param name="Delegate">Of a thread, cold task, timer or worker: what it runs.</param>
/// <param name="Constant">The first constant argument of its creation, e.g. a semaphore's count, or null.</param>
/// <param name="Region">Where it is made; inside a loop there is a new one in each iteration.</param>
/// <param name="Background">Of a thread, whether it is known to be a background thread.</param>
internal sealed record Allocation(KnownType Type, string TypeId, Path? Delegate, string? Constant, Region Region, Site Site, bool Background);

/// <summary>
/// What one body does that matters to other threads: the result of one walk over its operations. Symbol-free.
/// </summary>
internal sealed class BodyFacts
{
    private Digest? digest;

    /// <summary>The documentation id of a member; of a lambda or local function its text and position.</summary>
    public required string Id { get; init; }

    /// <summary>What users call it: <c>Run</c>, <c>lambda</c>.</summary>
    public required string Name { get; init; }

    public required BodyKind Kind { get; init; }

    /// <summary>The documentation id of the containing type.</summary>
    public required string Type { get; init; }

    /// <summary>The body it is nested in, for a lambda or local function.</summary>
    public string? Outer { get; init; }

    public required bool IsStatic { get; init; }

    /// <summary>Whether code outside the type can call it; an explicit interface implementation can be called too.</summary>
    public required bool IsCallable { get; init; }

    /// <summary>Whether it is a method, property or event of its own type that code outside that type can call.</summary>
    public bool IsOpenMember => Outer is null && IsCallable && Kind is BodyKind.Method or BodyKind.Accessor;

    /// <summary>Whether only code of the same assembly, or of its tests, can call it.</summary>
    public bool IsInternal { get; init; }

    public required bool IsAsync { get; init; }

    public required int Parameters { get; init; }

    /// <summary>Ids of the methods that this one overrides or implements.</summary>
    public required ImmutableArray<string> Overrides { get; init; }

    public required Affinity Affinity { get; init; }

    /// <summary>How a framework runs it.</summary>
    public required Hosting Hosting { get; init; }

    /// <summary>In the order of their numbers.</summary>
    public required ImmutableArray<Event> Events { get; init; }

    /// <summary>Objects made here, by the name of their <see cref="Root.Allocation"/>.</summary>
    public required ImmutableDictionary<string, Allocation> Allocations { get; init; }

    /// <summary>Captured locals that are assigned once, and what they then are: the same memory by another name.</summary>
    public required ImmutableDictionary<Path, Path> Aliases { get; init; }

    /// <summary>Captured locals of this body and the region that declares them; in a loop, each iteration has its own.</summary>
    public required ImmutableDictionary<Path, Region> Declared { get; init; }

    /// <summary>Memory that it hands to methods of the program by reference: they may write it.</summary>
    public ImmutableArray<Path> Lent { get; init; } = ImmutableArray<Path>.Empty;

    /// <summary>What it returns, or null.</summary>
    public Path? Returned { get; init; }

    /// <summary>Whether a part of what it does can come after it has returned: of an async body, or of one that hands on another's task.</summary>
    public required bool IsDeferred { get; init; }

    /// <summary>Locks held at every normal exit and not at the entry.</summary>
    public LockSet Acquired { get; init; } = LockSet.Empty;

    /// <summary>Locks that its contract, or an assertion at its beginning, wants its callers to hold.</summary>
    public ImmutableArray<Path> Required { get; init; } = ImmutableArray<Path>.Empty;

    /// <summary>Whether it runs tasks on schedulers of its own choice, or asks which one runs it.</summary>
    public bool NamesSchedulers { get; init; }

    /// <summary>Whether it takes or gives back locks by calls, not by statements: who calls it may hold one afterwards.</summary>
    public bool TakesByCall { get; init; }

    /// <summary>Locks released that were not taken here.</summary>
    public ImmutableArray<Path> Released { get; init; } = ImmutableArray<Path>.Empty;

    public required Region Region { get; init; }

    /// <summary>Where its name stands.</summary>
    public required Site Site { get; init; }

    /// <summary>The names by which it was linked before, or null.</summary>
    public NameTable? Names => digest?.Names;

    /// <summary>What the linking of a program asks of it, in the numbers of the program's names.</summary>
    public Digest DigestIn(NameTable names) => digest is { } known && known.Names == names ? known : digest = new Digest(this, names);

    /// <summary>Whether the walk gave up because the body was too large or too deep: then nothing is known of it.</summary>
    public bool IsOpaque { get; init; }
}

/// <summary>What a declared type is to other threads. Symbol-free.</summary>
internal sealed record TypeFacts(string Id, string Name, ImmutableArray<string> Bases, Affinity Affinity);

/// <summary>A contract that names a lock which its type does not have.</summary>
/// <param name="Name">The name as written.</param>
/// <param name="Site">Where it is written.</param>
internal sealed record NamelessLock(string Name, Site Site);

/// <summary>All facts of one source text.</summary>
internal sealed record TextFacts(Text Text, ImmutableArray<BodyFacts> Bodies, ImmutableArray<TypeFacts> Types, ImmutableArray<NamelessLock> Nameless);
