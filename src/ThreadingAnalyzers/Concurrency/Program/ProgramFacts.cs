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

    private readonly Dictionary<string, Member> members = new(StringComparer.Ordinal);
    private readonly Dictionary<BodyFacts, int> numbers;
    private readonly Dictionary<string, List<(BodyFacts Body, Store Store)>> stores = new(StringComparer.Ordinal);
    private readonly HashSet<string> delegating = new(StringComparer.Ordinal);
    private readonly List<BodyFacts> ordered = [];
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);
    private readonly HashSet<string> handles = new(StringComparer.Ordinal);
    private readonly HashSet<string> handlers = new(StringComparer.Ordinal);
    private readonly HashSet<string> given = new(StringComparer.Ordinal);
    private readonly HashSet<string> singletons = new(StringComparer.Ordinal);
    private ulong? stamp;

    public ProgramFacts(IEnumerable<TextFacts> texts)
    {
        var types = new Dictionary<string, TypeFacts>(StringComparer.Ordinal);
        var nameless = ImmutableArray.CreateBuilder<NamelessLock>();
        // In an order that does not depend on the order of the texts.
        foreach (var text in texts.OrderBy(text => text.Text.Path, StringComparer.Ordinal))
        {
            nameless.AddRange(text.Nameless);
            foreach (var type in text.Types)
                if (!types.ContainsKey(type.Id))
                    types.Add(type.Id, type);
            foreach (var body in text.Bodies)
                // Of what broken code declares twice, the first.
                if (At(members, body.Id) is { Body: null } member)
                {
                    member.Body = body;
                    ordered.Add(body);
                }
        }
        Nameless = nameless.ToImmutable();
        Types = types;
        ByType = ordered.ToLookup(body => body.Type, StringComparer.Ordinal);
        numbers = new(ordered.Count);
        foreach (var body in ordered)
        {
            numbers.Add(body, numbers.Count);
            Link(body, body.Digest);
        }
        HasRequests = singletons.Count > 0 && ordered.Exists(body => body.Hosting.IsForRequests() || body.Digest.ServesRequests);
    }

    private void Link(BodyFacts body, Digest digest)
    {
        foreach (var overridden in body.Overrides)
            (At(members, overridden).Replacing ??= []).Add(body);
        foreach (var called in digest.Calls)
            if ((At(members, called.Method).Callers ??= []) is var callers && (callers.Count == 0 || callers[callers.Count - 1] != body))
                callers.Add(body);
        changed.UnionWith(digest.Changed);
        handles.UnionWith(digest.Handles);
        given.UnionWith(digest.Given);
        handlers.UnionWith(digest.Handlers);
        singletons.UnionWith(digest.Registered);
        foreach (var store in digest.Stores)
        {
            At(stores, store.Target.Name).Add((body, store));
            if (DelegateIn(body, store) is not null)
                delegating.Add(store.Target.Name);
        }
    }

    private static T At<T>(Dictionary<string, T> map, string key)
        where T : new()
    {
        if (!map.TryGetValue(key, out var value))
            map[key] = value = new();
        return value;
    }

    /// <summary>
    /// A hash of all that a composition asks besides bodies and summaries: which members are changed, hold handles, give signals,
    /// what is stored in them, who handles events and which locks are taken where. Positions are not in it: who finds a delegate by one asks for its summary too.
    /// </summary>
    public ulong Stamp => stamp ??= Hash.Of(changed) ^ 3 * Hash.Of(handles) ^ 5 * Hash.Of(given) ^ 13 * Hash.Of(handlers.Select(Digest.Positionless)) ^ 17 * Hash.Of(singletons)
        ^ 7 * ordered.Aggregate(0UL, (sum, body) => sum + body.Digest.Stamp);

    /// <summary>Whether anything outside constructors changes the memory; a use of what never changes collides with nothing.</summary>
    public bool IsChanged(Access use) => use.IsNote || use.Path.IsRoot || use.Path.Name == Path.Element || changed.Contains(use.Path.Name);

    /// <summary>Whether the path can name a thread of execution: a member that one is stored in or started by, or something of a body's own.</summary>
    public bool MayBeHandle(Path path) => path.IsRoot || path.Name == Path.Element || path.Root is Root.Result or Root.Allocation || handles.Contains(path.Name);

    /// <summary>Whether some code runs tasks on schedulers of its own choice, or asks which one runs it.</summary>
    public bool NamesSchedulers => ordered.Any(body => body.NamesSchedulers);

    /// <summary>Whether anything in the program gives the signal.</summary>
    public bool IsGiven(Path signal) => signal.IsRoot || given.Contains(signal.Name);

    /// <summary>All bodies, in an order that does not depend on the order of the texts.</summary>
    public IReadOnlyList<BodyFacts> Bodies => ordered;

    /// <summary>The bodies of each type.</summary>
    public ILookup<string, BodyFacts> ByType { get; }

    /// <summary>The types by their ids.</summary>
    public IReadOnlyDictionary<string, TypeFacts> Types { get; }

    /// <summary>Whether the body is subscribed to an event: whoever raises it runs it.</summary>
    public bool HandlesEvents(BodyFacts body) => handlers.Contains(body.Id);

    /// <summary>
    /// How a framework runs the body. Of a singleton that is registered with it, callers are many where there are requests;
    /// a program without any has mostly one thread that asks.
    /// </summary>
    public Hosting Hosted(BodyFacts body) => body.Hosting != Hosting.None ? body.Hosting
        : HasRequests && singletons.Contains(body.Type) && body is { IsOpenMember: true, IsStatic: false } ? Hosting.Shared : Hosting.None;

    private bool HasRequests { get; }

    /// <summary>Contracts that name no lock.</summary>
    public ImmutableArray<NamelessLock> Nameless { get; }

    public BodyFacts? Body(string id) => members.TryGetValue(id, out var member) ? member.Body : null;

    /// <summary>The place of one of <see cref="Bodies"/> among them; -1 for another program's.</summary>
    public int NumberOf(BodyFacts body) => numbers.TryGetValue(body, out var number) ? number : -1;

    /// <summary>Who calls what the id names.</summary>
    public IReadOnlyList<BodyFacts> CallersOf(string id) => members.TryGetValue(id, out var member) && member.Callers is { } callers ? callers : [];

    /// <summary>The bodies that a call can run: the named one and its overrides, or only the named one when they are many.</summary>
    public IEnumerable<BodyFacts> Targets(string method, bool overridable)
    {
        if (!members.TryGetValue(method, out var member))
            return [];
        var own = member.Body;
        if (overridable && member.Replacing is { } replacing && replacing.Count + (own is null ? 0 : 1) <= MaxTargets)
            return own is null ? replacing : replacing.Prepend(own);
        return member.Alone;
    }

    /// <summary>What bodies store in a member, anywhere in the program.</summary>
    public IEnumerable<(BodyFacts Body, Store Store)> StoresTo(string member) => stores.TryGetValue(member, out var list) ? list : [];

    /// <summary>The objects that a member is known to hold.</summary>
    public IEnumerable<Allocation> Held(string member) => StoresTo(member)
        .Where(store => store.Store.Value.Root == Root.Allocation && store.Store.Value.IsRoot)
        .Select(store => store.Body.Allocations.TryGetValue(store.Store.Value.Name, out var made) ? made : null)
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
    public bool MayHoldDelegates(Path member) => delegating.Contains(member.Name);

    /// <summary>The delegates that a member is known to hold, as an object with that path sees them.</summary>
    public IEnumerable<Path> Delegates(Path member)
    {
        foreach (var (body, store) in StoresTo(member.Name))
        {
            if (DelegateIn(body, store) is not { } value)
                continue;
            // Only what is bound to the object that holds the member is known from here.
            if (value.Bound is null)
                yield return value;
            else if (value.Bound.Equals(Path.This) && Equals(store.Target.Parent, Path.This) && member.Parent is { } owner)
                yield return Path.Delegate(value.Name, owner);
        }
    }

    /// <summary>The delegate that is stored, or run by the object that is; null where it is not known.</summary>
    private static Path? DelegateIn(BodyFacts body, Store store)
    {
        var value = store.Value is { IsRoot: true, Root: Root.Allocation } && body.Allocations.TryGetValue(store.Value.Name, out var made) ? made.Delegate : store.Value;
        return value is { IsRoot: true, Root: Root.Delegate } ? value : null;
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

        /// <summary>Who calls it by this name.</summary>
        public List<BodyFacts>? Callers { get; set; }
    }
}
