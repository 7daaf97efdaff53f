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

    private readonly Dictionary<string, BodyFacts> bodies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<BodyFacts>> overrides = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(BodyFacts Body, Store Store)>> stores = new(StringComparer.Ordinal);

    private readonly HashSet<string> changed = new(StringComparer.Ordinal);
    private readonly HashSet<string> handles = new(StringComparer.Ordinal);
    private readonly HashSet<string> handlers = new(StringComparer.Ordinal);
    private readonly HashSet<string> given = new(StringComparer.Ordinal);
    private readonly HashSet<string> singletons = new(StringComparer.Ordinal);

    public ProgramFacts(IEnumerable<TextFacts> texts)
    {
        var types = ImmutableArray.CreateBuilder<TypeFacts>();
        var nameless = ImmutableArray.CreateBuilder<NamelessLock>();
        foreach (var text in texts)
        {
            types.AddRange(text.Types);
            nameless.AddRange(text.Nameless);
            foreach (var body in text.Bodies)
            {
                bodies[body.Id] = body;
                foreach (var overridden in body.Overrides)
                    At(overrides, overridden).Add(body);
                foreach (var @event in body.Events)
                    Note(body, @event);
            }
        }
        Nameless = nameless.ToImmutable();
        Types = types.GroupBy(type => type.Id).Select(group => group.First()).ToImmutableDictionary(type => type.Id, StringComparer.Ordinal);
        Bodies = bodies.Values.OrderBy(body => body.Id, StringComparer.Ordinal).ToImmutableArray();
        ByType = Bodies.ToLookup(body => body.Type, StringComparer.Ordinal);
        HasRequests = singletons.Count > 0 && Bodies.Any(body => body.Hosting != Hosting.None || body.Events.Any(@event => @event is Start { Kind: SpawnKind.Request }));
    }

    private void Note(BodyFacts body, Event @event)
    {
        switch (@event)
        {
            case Use { Access: var access } when (access.IsWrite || access.Has(AccessKind.Service)) && !IsConstruction(body, access):
                changed.Add(access.Path.Name);
                break;
            case Start { Handle: { } handle }: handles.Add(handle.Name); break;
            case Registration registration: singletons.Add(registration.Type); break;
            case Signal { Given: true } signal: given.Add(signal.Path.Name); break;
            case Store store when !store.Target.IsRoot && store.Target.Name != Path.Element:
                At(stores, store.Target.Name).Add((body, store));
                if (store.IsSubscription)
                    handlers.Add(store.Value.Name);
                if (store.Value.Root == Root.Result || store.Value is { IsRoot: true, Root: Root.Allocation } value && body.Allocations.TryGetValue(value.Name, out var made) && Effects.HandleKind(made.Type) is not null)
                    handles.Add(store.Target.Name);
                break;
        }
    }

    /// <summary>What a constructor writes in its own object nobody else sees, unless it starts a thread.</summary>
    private static bool IsConstruction(BodyFacts body, Access access) => body.Kind == BodyKind.StaticConstructor
        || body.Kind == BodyKind.Constructor && access.Path.Root != Root.Static && !body.Events.Any(@event => @event is Start);

    private static List<T> At<T>(Dictionary<string, List<T>> map, string key)
    {
        if (!map.TryGetValue(key, out var list))
            map[key] = list = [];
        return list;
    }

    /// <summary>Whether anything outside constructors changes the memory; a use of what never changes collides with nothing.</summary>
    public bool IsChanged(Access use) => use.IsNote || use.Path.IsRoot || use.Path.Name == Path.Element || changed.Contains(use.Path.Name);

    /// <summary>Whether the path can name a thread of execution: a member that one is stored in or started by, or something of a body's own.</summary>
    public bool MayBeHandle(Path path) => path.IsRoot || path.Name == Path.Element || path.Root is Root.Result or Root.Allocation || handles.Contains(path.Name);

    /// <summary>Whether anything in the program gives the signal.</summary>
    public bool IsGiven(Path signal) => signal.IsRoot || given.Contains(signal.Name);

    /// <summary>All bodies, in an order that does not depend on the order of the texts.</summary>
    public ImmutableArray<BodyFacts> Bodies { get; }

    public ILookup<string, BodyFacts> ByType { get; }

    public ImmutableDictionary<string, TypeFacts> Types { get; }

    /// <summary>Whether the body is subscribed to an event: whoever raises it runs it.</summary>
    public bool HandlesEvents(BodyFacts body) => handlers.Contains(body.Id);

    /// <summary>
    /// How a framework runs the body. Of a singleton that is registered with it, callers are many where there are requests;
    /// a program without any has mostly one thread that asks.
    /// </summary>
    public Hosting Hosted(BodyFacts body) => body.Hosting != Hosting.None ? body.Hosting
        : HasRequests && singletons.Contains(body.Type) && body is { Outer: null, IsCallable: true, IsStatic: false, Kind: BodyKind.Method or BodyKind.Accessor } ? Hosting.Shared : Hosting.None;

    private bool HasRequests { get; }

    /// <summary>Contracts that name no lock.</summary>
    public ImmutableArray<NamelessLock> Nameless { get; }

    public BodyFacts? Body(string id) => bodies.TryGetValue(id, out var body) ? body : null;

    /// <summary>The bodies that a call can run: the named one and its overrides, or only the named one when they are many.</summary>
    public IEnumerable<BodyFacts> Targets(string method, bool overridable)
    {
        var own = Body(method);
        if (overridable && overrides.TryGetValue(method, out var replacing) && replacing.Count + (own is null ? 0 : 1) <= MaxTargets)
            return own is null ? replacing : replacing.Prepend(own);
        return own is null ? [] : [own];
    }

    /// <summary>What bodies store in a member, anywhere in the program.</summary>
    public IEnumerable<(BodyFacts Body, Store Store)> StoresTo(string member) => stores.TryGetValue(member, out var list) ? list : [];

    /// <summary>The objects that a member is known to hold.</summary>
    public IEnumerable<Allocation> Held(string member) => StoresTo(member)
        .Where(store => store.Store.Value.Root == Root.Allocation && store.Store.Value.IsRoot)
        .Select(store => store.Body.Allocations.TryGetValue(store.Store.Value.Name, out var made) ? made : null)
        .OfType<Allocation>();

    /// <summary>Whether a lock lets one thread in at a time: a semaphore that is made with a larger count does not.</summary>
    public bool IsExclusive(Path @lock, BodyFacts body)
    {
        var made = @lock is { IsRoot: true, Root: Root.Allocation }
            ? body.Allocations.TryGetValue(@lock.Name, out var own) ? [own] : Enumerable.Empty<Allocation>()
            : Held(@lock.Name);
        return !made.Any(allocation => allocation.Type is KnownType.SemaphoreSlim or KnownType.Semaphore && int.TryParse(allocation.Constant, out var count) && count > 1);
    }

    /// <summary>The delegates that a member is known to hold, as an object with that path sees them.</summary>
    public IEnumerable<Path> Delegates(Path member)
    {
        foreach (var (body, store) in StoresTo(member.Name))
        {
            var value = store.Value is { IsRoot: true, Root: Root.Allocation } && body.Allocations.TryGetValue(store.Value.Name, out var made) ? made.Delegate : store.Value;
            if (value is not { IsRoot: true, Root: Root.Delegate })
                continue;
            // Only what is bound to the object that holds the member is known from here.
            if (value.Bound is null)
                yield return value;
            else if (value.Bound.Equals(Path.This) && Equals(store.Target.Parent, Path.This) && member.Parent is { } owner)
                yield return Path.Delegate(value.Name, owner);
        }
    }
}
