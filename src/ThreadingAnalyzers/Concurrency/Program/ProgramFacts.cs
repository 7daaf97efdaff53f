using System.Collections.Immutable;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>The facts of all texts of a program, linked: which body a call can mean, and what memory can hold.</summary>
internal sealed class ProgramFacts
{
    /// <summary>A virtual call with more targets is taken for a call of what it names.</summary>
    public const int MaxTargets = 4;

    private readonly NameTable names;
    private readonly Member?[] members;
    private readonly Said[] said;
    private readonly Digest[] digests;
    private readonly Dictionary<BodyFacts, int> numbers;
    private readonly List<BodyFacts> ordered;

    public ProgramFacts(IEnumerable<TextFacts> texts)
    {
        // In an order that does not depend on the order of the texts.
        var sorted = texts.OrderBy(text => text.Text.Path, StringComparer.Ordinal).ToList();
        var bodies = sorted.SelectMany(text => text.Bodies).ToList();
        names = bodies.Select(body => body.Names).FirstOrDefault(known => known is { IsWorn: false }) ?? new NameTable();
        var all = bodies.ConvertAll(body => body.DigestIn(names));
        names.Fill();
        Stamp = names.Seed;
        (members, said, ordered) = (new Member?[names.Count], new Said[names.Count], new(all.Count));
        numbers = new(all.Count);
        for (var i = 0; i < all.Count; i++)
            // Of what broken code declares twice, the first.
            if (At(all[i].Id) is { Body: null } member)
            {
                member.Body = bodies[i];
                numbers.Add(bodies[i], ordered.Count);
                all[ordered.Count] = all[i];
                ordered.Add(bodies[i]);
            }
        digests = all.Take(ordered.Count).ToArray();
        for (var i = 0; i < digests.Length; i++)
            Link(ordered[i], digests[i]);
        Nameless = sorted.SelectMany(text => text.Nameless).ToImmutableArray();
        var types = new Dictionary<string, TypeFacts>(StringComparer.Ordinal);
        foreach (var type in sorted.SelectMany(text => text.Types))
            if (!types.ContainsKey(type.Id))
                types.Add(type.Id, type);
        Types = types;
        HasRequests = said.Any(what => (what & Said.Singleton) != 0) && ordered.Exists(body => body.Hosting.IsForRequests() || body.DigestIn(names).ServesRequests);
    }

    private void Link(BodyFacts body, Digest digest)
    {
        (At(digest.Type).Inside ??= []).Add(body);
        foreach (var overridden in digest.Overrides)
            (At(overridden).Replacing ??= []).Add(body);
        foreach (var called in digest.Calls)
            if ((At(called.Method).Callers ??= []) is var callers && (callers.Count == 0 || callers[callers.Count - 1] != body))
                callers.Add(body);
        Say(digest.Changed, Said.Changed);
        Say(digest.Handles, Said.Handle);
        Say(digest.Given, Said.Given);
        Say(digest.Registered, Said.Singleton);
        foreach (var handler in digest.Handlers)
            said[handler] |= Said.Handler;
        foreach (var store in digest.Stores)
        {
            (At(store.Target).Stores ??= []).Add((body, store));
            if (store.Delegate is not null)
                said[store.Target] |= Said.Delegates;
        }
        Stamp += digest.Stamp;
    }

    private void Say(ImmutableArray<int> about, Said what)
    {
        foreach (var name in about)
            if ((said[name] & what) == 0)
            {
                said[name] |= what;
                Stamp += Hash.Of(((ulong)what << 32) + (ulong)name);
            }
    }

    private Member At(int name) => members[name] ??= new Member();

    private Member? At(string name) => names.Find(name) is var number && number >= 0 && number < members.Length ? members[number] : null;

    private bool IsSaid(string name, Said what) => names.Find(name) is var number && number >= 0 && number < said.Length && (said[number] & what) != 0;

    /// <summary>
    /// A hash of all that a composition asks besides bodies and summaries: which members are changed, hold handles, give signals,
    /// what is stored in them, who handles events and which locks are taken where. Positions are not in it: who finds a delegate by one asks for its summary too.
    /// </summary>
    public ulong Stamp { get; private set; }

    /// <summary>The numbers of the names that digests speak of.</summary>
    public NameTable Names => names;

    /// <summary>Whether anything outside constructors changes the memory; a use of what never changes collides with nothing.</summary>
    public bool IsChanged(Access use) => use.IsNote || use.Path.IsRoot || use.Path.Name == Path.Element || IsSaid(use.Path.Name, Said.Changed);

    /// <summary>Whether the path can name a thread of execution: a member that one is stored in or started by, or something of a body's own.</summary>
    public bool MayBeHandle(Path path) => path.IsRoot || path.Name == Path.Element || path.Root is Root.Result or Root.Allocation || IsSaid(path.Name, Said.Handle);

    /// <summary>Whether some code runs tasks on schedulers of its own choice, or asks which one runs it.</summary>
    public bool NamesSchedulers => ordered.Any(body => body.NamesSchedulers);

    /// <summary>Whether anything in the program gives the signal.</summary>
    public bool IsGiven(Path signal) => signal.IsRoot || IsSaid(signal.Name, Said.Given);

    /// <summary>All bodies, in an order that does not depend on the order of the texts.</summary>
    public IReadOnlyList<BodyFacts> Bodies => ordered;

    /// <summary>The bodies of each type.</summary>
    public ByTypes ByType => new(this);

    /// <summary>The types by their ids.</summary>
    public IReadOnlyDictionary<string, TypeFacts> Types { get; }

    /// <summary>Whether the body is subscribed to an event: whoever raises it runs it.</summary>
    public bool HandlesEvents(BodyFacts body) => IsSaid(body.Id, Said.Handler);

    /// <summary>
    /// How a framework runs the body. Of a singleton that is registered with it, callers are many where there are requests;
    /// a program without any has mostly one thread that asks.
    /// </summary>
    public Hosting Hosted(BodyFacts body) => body.Hosting != Hosting.None ? body.Hosting
        : HasRequests && IsSaid(body.Type, Said.Singleton) && body is { IsOpenMember: true, IsStatic: false } ? Hosting.Shared : Hosting.None;

    private bool HasRequests { get; }

    /// <summary>Contracts that name no lock.</summary>
    public ImmutableArray<NamelessLock> Nameless { get; }

    /// <summary>Whether the member is one of a type of this program.</summary>
    public bool IsOfProgram(string member)
    {
        var name = member.IndexOf('(') is var end and >= 0 ? member.Substring(0, end) : member;
        return name.LastIndexOf('.') is var dot and > 2 && Types.ContainsKey("T:" + name.Substring(2, dot - 2));
    }

    public BodyFacts? Body(string id) => At(id)?.Body;

    /// <summary>The body whose id has the number, or null.</summary>
    public BodyFacts? Body(int id) => members[id]?.Body;

    /// <summary>What the body says to the linking of this program.</summary>
    public Digest DigestOf(BodyFacts body) => body.DigestIn(names);

    /// <summary>What the body with the number says.</summary>
    public Digest DigestOf(int number) => digests[number];

    /// <summary>The place of one of <see cref="Bodies"/> among them; -1 for another program's.</summary>
    public int NumberOf(BodyFacts body) => numbers.TryGetValue(body, out var number) ? number : -1;

    /// <summary>Who calls what the id names.</summary>
    public IReadOnlyList<BodyFacts> CallersOf(string id) => At(id)?.Callers is { } callers ? callers : [];

    /// <summary>The bodies that a call can run: the named one and its overrides, or only the named one when they are many.</summary>
    public IEnumerable<BodyFacts> Targets(string method, bool overridable) => Targets(At(method), overridable);

    /// <summary>The same for the number of an id.</summary>
    public IEnumerable<BodyFacts> Targets(int method, bool overridable) => Targets(members[method], overridable);

    private static IEnumerable<BodyFacts> Targets(Member? member, bool overridable)
    {
        if (member is null)
            return [];
        var own = member.Body;
        if (overridable && member.Replacing is { } replacing && replacing.Count + (own is null ? 0 : 1) <= MaxTargets)
            return own is null ? replacing : replacing.Prepend(own);
        return member.Alone;
    }

    /// <summary>What bodies store in a member, anywhere in the program.</summary>
    public IReadOnlyList<(BodyFacts Body, Stored Stored)> StoresTo(string member) => At(member)?.Stores is { } stores ? stores : [];

    /// <summary>The objects that a member is known to hold.</summary>
    public IEnumerable<Allocation> Held(string member) => StoresTo(member)
        .Where(store => store.Stored.Store.Value is { IsRoot: true, Root: Root.Allocation })
        .Select(store => store.Body.Allocations.TryGetValue(store.Stored.Store.Value.Name, out var made) ? made : null)
        .OfType<Allocation>();

    /// <summary>Whether a lock lets one thread in at a time: a semaphore of several places does not, and one that is made with none is a signal.</summary>
    public bool IsExclusive(Path @lock, BodyFacts body)
    {
        var made = @lock is { IsRoot: true, Root: Root.Allocation }
            ? body.Allocations.TryGetValue(@lock.Name, out var own) ? [own] : Enumerable.Empty<Allocation>()
            : Held(@lock.Name);
        return !made.Any(allocation => allocation.Type is KnownType.SemaphoreSlim or KnownType.Semaphore && int.TryParse(allocation.Constant, out var count) && count != 1);
    }

    /// <summary>Whether the member is known to hold delegates, of some object.</summary>
    public bool MayHoldDelegates(Numbered member) => (said[member.Name] & Said.Delegates) != 0;

    /// <summary>The delegates that a member is known to hold, as an object with that path sees them.</summary>
    public IEnumerable<Path> Delegates(Path member)
    {
        foreach (var (_, stored) in StoresTo(member.Name))
        {
            if (stored.Delegate is not { } value)
                continue;
            // Only what is bound to the object that holds the member is known from here.
            if (value.Bound is null)
                yield return value;
            else if (value.Bound.Equals(Path.This) && Equals(stored.Store.Target.Parent, Path.This) && member.Parent is { } owner)
                yield return Path.Delegate(value.Name, owner);
        }
    }

    /// <summary>The bodies of a program by the ids of their types.</summary>
    internal readonly struct ByTypes(ProgramFacts program)
    {
        /// <summary>The bodies of a type, none for one that is not known.</summary>
        public IReadOnlyList<BodyFacts> this[string type] => program.At(type)?.Inside is { } inside ? inside : [];

        /// <summary>Whether the type has bodies here.</summary>
        public bool Contains(string type) => this[type].Count > 0;
    }

    /// <summary>What the bodies of a program say of a name.</summary>
    [Flags]
    private enum Said : byte
    {
        None = 0,
        /// <summary>Something outside constructors changes the member.</summary>
        Changed = 1,
        /// <summary>The member can name a thread of execution.</summary>
        Handle = 2,
        /// <summary>The signal is given.</summary>
        Given = 4,
        /// <summary>The type is registered as a singleton.</summary>
        Singleton = 8,
        /// <summary>The body is subscribed to an event.</summary>
        Handler = 16,
        /// <summary>The member is known to hold delegates.</summary>
        Delegates = 32,
    }

    /// <summary>What a program has of one id.</summary>
    private sealed class Member
    {
        private BodyFacts? body;

        /// <summary>What it names; null for what has no body here.</summary>
        public BodyFacts? Body
        {
            get => body;
            set
            {
                body = value;
                Alone = value is null ? [] : [value];
            }
        }

        /// <summary>That alone.</summary>
        public BodyFacts[] Alone { get; private set; } = [];

        /// <summary>What overrides or implements it.</summary>
        public List<BodyFacts>? Replacing { get; set; }

        /// <summary>What is stored in it, and by whom.</summary>
        public List<(BodyFacts Body, Stored Stored)>? Stores { get; set; }

        /// <summary>The bodies of the type that it names.</summary>
        public List<BodyFacts>? Inside { get; set; }

        /// <summary>Who calls it by this name.</summary>
        public List<BodyFacts>? Callers { get; set; }
    }
}
