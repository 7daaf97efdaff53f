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

    private readonly List<BodyFacts> ordered = [];
    private ulong? stamp;
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);
    private readonly HashSet<string> handles = new(StringComparer.Ordinal);
    private readonly HashSet<string> handlers = new(StringComparer.Ordinal);
    private readonly HashSet<string> given = new(StringComparer.Ordinal);
    private readonly HashSet<string> singletons = new(StringComparer.Ordinal);

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
            {
                // Of what broken code declares twice, the first.
                if (bodies.ContainsKey(body.Id))
                    continue;
                bodies.Add(body.Id, body);
                ordered.Add(body);
            }
        }
        Nameless = nameless.ToImmutable();
        Types = types;
        ByType = ordered.ToLookup(body => body.Type, StringComparer.Ordinal);
        foreach (var body in ordered)
        {
            foreach (var overridden in body.Overrides)
                At(overrides, overridden).Add(body);
            changed.UnionWith(body.Digest.Changed);
            handles.UnionWith(body.Digest.Handles);
            given.UnionWith(body.Digest.Given);
            handlers.UnionWith(body.Digest.Handlers);
            singletons.UnionWith(body.Digest.Registered);
            foreach (var store in body.Digest.Stores)
                At(stores, store.Target.Name).Add((body, store));
        }
        HasRequests = singletons.Count > 0 && ordered.Exists(body => body.Hosting.IsForRequests() || body.Digest.ServesRequests);
    }

    private static List<T> At<T>(Dictionary<string, List<T>> map, string key)
    {
        if (!map.TryGetValue(key, out var list))
            map[key] = list = [];
        return list;
    }

    /// <summary>
    /// A hash of all that a composition asks besides bodies and summaries: which members are changed, hold handles, give signals,
    /// what is stored in them, who handles events and which locks are taken where. Positions are not in it: who finds a delegate by one asks for its summary too.
    /// </summary>
    public ulong Stamp => stamp ??= Hash.Of(changed) ^ 3 * Hash.Of(handles) ^ 5 * Hash.Of(given) ^ 7 * Hash.Of(stores.SelectMany(member => member.Value.Select(Describe)))
        ^ 13 * Hash.Of(handlers.Select(Positionless)) ^ 17 * Hash.Of(singletons) ^ 19 * Hash.Of(ordered.SelectMany(body => body.Digest.Taken.Select(taken => $"{taken} {body.Type}")));

    private static string Describe((BodyFacts Body, Store Store) store)
    {
        var (target, value) = (store.Store.Target, store.Store.Value);
        if (!value.IsRoot || value.Root is not (Root.Allocation or Root.Delegate))
            return target.Name;
        return value.Root == Root.Allocation && store.Body.Allocations.TryGetValue(value.Name, out var made)
            ? $"{target.Name}={made.Type} {made.Constant} {(made.Delegate is null ? "" : Positionless(made.Delegate.Name))}"
            : $"{target.Name}={Positionless(value.Name)}";
    }

    private static string Positionless(string name) => name.IndexOf('@') is var at && at >= 0 ? name.Substring(0, at) : name;

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

    /// <summary>Whether a lock lets one thread in at a time: a semaphore of several places does not, and one that is made with none is a signal.</summary>
    public bool IsExclusive(Path @lock, BodyFacts body)
    {
        var made = @lock is { IsRoot: true, Root: Root.Allocation }
            ? body.Allocations.TryGetValue(@lock.Name, out var own) ? [own] : Enumerable.Empty<Allocation>()
            : Held(@lock.Name);
        return !made.Any(allocation => allocation.Type is KnownType.SemaphoreSlim or KnownType.Semaphore && int.TryParse(allocation.Constant, out var count) && count != 1);
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
