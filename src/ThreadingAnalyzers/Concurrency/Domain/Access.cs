using System.Collections.Immutable;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Domain;

/// <summary>How memory is used, and how that use is defended.</summary>
[Flags]
internal enum AccessKind
{
    None = 0,
    Read = 1,
    Write = 2,
    /// <summary>A write of a value computed from the memory's own: <c>n++</c>, <c>n += x</c>, <c>n = f(n)</c>.</summary>
    Update = 4,
    /// <summary>Of what a collection holds, not of the reference to it.</summary>
    Content = 8,
    /// <summary>Of an object that is documented not to be thread-safe, by one of its members.</summary>
    Service = 16,
    /// <summary>Through <c>Interlocked</c>.</summary>
    Atomic = 32,
    /// <summary>Through <c>Volatile</c> or of a volatile field.</summary>
    Volatile = 64,
    /// <summary>A write that happens only where the memory is null: <c>x ??= v</c>, <c>if (x == null) x = v</c>.</summary>
    Lazy = 128,
    /// <summary>In the condition of a loop.</summary>
    Poll = 256,
    /// <summary>In another condition.</summary>
    Test = 512,
    /// <summary>Of a value that the processor does not move in one piece: decimal, Guid, a tuple, a struct of several words.</summary>
    Wide = 1024,
    /// <summary>Of an array or list element whose index is different for each instance of the thread.</summary>
    Disjoint = 2048,
    /// <summary>A write of a value that is as good as any other writer's: a constant, the exception just caught.</summary>
    Constant = 4096,
    /// <summary>In an enumeration, which a concurrent change breaks.</summary>
    Enumeration = 8192,
    /// <summary>A write by immutable-collection style: <c>map = map.Add(k, v)</c>.</summary>
    Immutable = 16384,
    /// <summary>Of a volatile field's declaration; kept apart from <see cref="Volatile"/> calls so that an update of it can be told.</summary>
    VolatileField = 32768,
    /// <summary>A lazy write of which a second one does harm: of what must be disposed, runs or is subscribed.</summary>
    Once = 65536,
    /// <summary>Of a part of an object of which it is not known whether two uses mean the same: a property of a library's type, an element under a computed index.</summary>
    Setting = 131072,
    /// <summary>A second read of what was tested before, to use what it holds; its locks are those that are held from the test on.</summary>
    Reread = 262144,
    /// <summary>With <see cref="Reread"/>: what was tested is how many elements there are. With <see cref="Content"/>: that is all that is asked.</summary>
    Sized = 524288,
    /// <summary>A write of null, or of what may be null.</summary>
    Null = 1048576,
    /// <summary>Of an object that only its own thread may use: a control of a user interface.</summary>
    Affine = 2097152,
    /// <summary>Of something that a contract wants a lock held for; the path is the lock's.</summary>
    Required = 4194304,
    /// <summary>Where the code has made sure that it runs on the user interface's thread.</summary>
    OnInterface = 8388608,
    /// <summary>After an await that gave the user interface's thread up.</summary>
    OffInterface = 16777216,
    /// <summary>With <see cref="Poll"/> or <see cref="Test"/>: it ends a loop in which nothing keeps the compiler from reading the memory once, ahead of the loop.</summary>
    Spin = 33554432,
    /// <summary>With <see cref="Service"/>: of a value that is made when it is first asked for, with no care for threads.</summary>
    Deferred = 67108864,
    /// <summary>Under a lock that is a member of an object of the body's own: it excludes nobody else.</summary>
    OwnLock = 134217728,
    /// <summary>After the end of threads that the body began and that use the memory.</summary>
    Settled = 268435456,
    /// <summary>Of an element under a computed index: two such uses may be of two elements, but who goes through all meets it.</summary>
    Some = 536870912,
    /// <summary>In a comparison by order: the value matters, not only whether there is one.</summary>
    Compared = 1073741824,
    /// <summary>After an await that gave the context up, so on a thread of the pool.</summary>
    Pooled = int.MinValue,
}

/// <summary>Which signals around a use come again and again, in a loop around both.</summary>
[Flags]
internal enum Rounds : byte
{
    None = 0,
    /// <summary>One that is given after it.</summary>
    Given = 1,
    /// <summary>One that is waited for before it.</summary>
    Awaited = 2,
    /// <summary>All that are waited for before it are waited for at the end of the round: the first round does not.</summary>
    AtEnd = 4,
}

/// <summary>A source text that facts speak of; stands for a syntax tree without keeping its compilation alive.</summary>
internal sealed class Text(string path)
{
    public string Path { get; } = path;
}

/// <summary>A place in a source text.</summary>
internal readonly record struct Site(Text Text, int Start, int Length)
{
    /// <summary>Whether it is part of the other.</summary>
    public bool IsIn(Site other) => Text == other.Text && Start >= other.Start && Start + Length <= other.Start + other.Length;

    public override string ToString() => $"{System.IO.Path.GetFileName(Text.Path)}@{Start}";
}

/// <summary>The calls through which something was reached, the outermost first.</summary>
internal sealed record Chain(Site Call, Chain? Inner)
{
    /// <summary>What is further down is not followed up to here: there, an order that we do not see is likelier than a race.</summary>
    public const int MaxLength = 4;

    /// <summary>How many calls.</summary>
    public int Length { get; } = (Inner?.Length ?? 0) + 1;
}

/// <summary>
/// A use of memory with its whole defence, so that a verdict is a function of two of them (RacerD: Blackshear et al., 2018).
/// </summary>
/// <param name="Path">What is used, as the body at hand names it.</param>
/// <param name="Kind">How.</param>
/// <param name="Locks">What is certainly held.</param>
/// <param name="Site">Where.</param>
/// <param name="Body">The id of the body where it stands.</param>
/// <param name="Chain">How the body at hand comes there, null when it stands in it.</param>
/// <param name="Index">The constant index of an element access, or null.</param>
/// <param name="AfterAwait">Whether it comes after the first await of an async body, so the caller may have gone on.</param>
internal sealed record Access(Path Path, AccessKind Kind, LockSet Locks, Site Site, string Body, Chain? Chain = null, string? Index = null, bool AfterAwait = false)
{
    /// <summary>The handles that were joined, and the signals waited for, before.</summary>
    public ImmutableArray<Path> After { get; init; } = ImmutableArray<Path>.Empty;

    /// <summary>Whether it comes after a pause or a wait for something unknown.</summary>
    public bool AfterPause { get; init; }

    /// <summary>The signals that are given after.</summary>
    public ImmutableArray<Path> Before { get; init; } = ImmutableArray<Path>.Empty;

    /// <summary>The members of the same object that are written one right after the other with it, or read in one statement, in that order and itself among them.</summary>
    public ImmutableArray<string> Fellows { get; init; } = ImmutableArray<string>.Empty;

    /// <summary>Whether these signals come in rounds; promises never do.</summary>
    public Rounds Rounds { get; init; }

    /// <summary>Whether a body that does both comes here first, itself or through a call, as far as their places tell.</summary>
    public bool IsBefore(Access other)
    {
        var (mine, theirs) = (Chain, other.Chain);
        while (mine is not null && theirs is not null && mine.Call == theirs.Call)
            (mine, theirs) = (mine.Inner, theirs.Inner);
        var (first, second) = (mine?.Call ?? Site, theirs?.Call ?? other.Site);
        return first.Text == second.Text && first.Start < second.Start;
    }

    /// <summary>Whether it is of a member that holds a value, and not of the object that the path names.</summary>
    public bool IsOfMember => !Path.IsRoot && !IsNote && !Has(AccessKind.Content | AccessKind.Service);

    public bool IsWrite => (Kind & (AccessKind.Write | AccessKind.Update)) != 0;

    /// <summary>Whether it is noted beside the plain use of the memory, for a verdict of its own.</summary>
    public bool IsNote => (Kind & (AccessKind.Reread | AccessKind.Affine | AccessKind.Required)) != 0;

    public bool Has(AccessKind kind) => (Kind & kind) != 0;
}
