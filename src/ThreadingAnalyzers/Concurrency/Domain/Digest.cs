using System.Collections.Immutable;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Background;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Domain;

/// <summary>A method that a body calls.</summary>
/// <param name="Method">The number of its id.</param>
/// <param name="Overridable">Whether overrides may be what runs.</param>
internal readonly record struct Called(int Method, bool Overridable);

/// <summary>A path with the number of its last segment's name.</summary>
internal readonly record struct Numbered(int Name, Path Path);

/// <summary>What is stored in a member.</summary>
/// <param name="Target">The number of the member's id.</param>
/// <param name="Delegate">The delegate that is stored, or run by the object that is; null where it is not known.</param>
internal readonly record struct Stored(int Target, Store Store, Path? Delegate);

/// <summary>
/// What the linking of a program asks of a body. Made once with its facts, so that an edit elsewhere costs no look at its events and
/// no comparison of names; a program has very many, so it is packed.
/// </summary>
internal sealed class Digest
{
    public Digest(BodyFacts body, NameTable names)
    {
        Names = names;
        (Id, Type, Overrides) = (names.Number(body.Id), names.Number(body.Type), body.Overrides.Select(names.Number).ToImmutableArray());
        var noted = new Notes(body, names);
        (Starts, IsConcurrent, CountsAtomically, ServesRequests) = (noted.Starts, noted.IsConcurrent, noted.CountsAtomically, noted.ServesRequests);
        (Calls, CallsUnderLock, CallsLater) = (noted.Calls.ToImmutable(), noted.CallsUnderLock.ToImmutable(), noted.CallsLater.ToImmutable());
        (Runs, GivesAway) = (noted.Runs.ToImmutable(), noted.GivesAway.ToImmutable());
        (Used, UsedUnderLock, Changed) = (noted.Used.ToImmutable(), noted.UsedUnderLock.ToImmutable(), noted.Changed.ToImmutable());
        (Handles, Given, Taken) = (noted.Handles.ToImmutable(), noted.Given.ToImmutable(), noted.Taken.ToImmutable());
        (Handlers, Registered, Stores) = (noted.Handlers.ToImmutable(), noted.Registered.ToImmutable(), noted.Stores.ToImmutableArray());
        foreach (var store in Stores)
            Stamp += Hash.Of(Describe(body, store.Store));
        foreach (var handler in noted.HandlerNames.ToImmutable())
            Stamp += 5 * Hash.Of(Positionless(handler));
        foreach (var taken in Taken)
            Stamp += 3 * Hash.Mix(Hash.Of(taken), body.Type);
        MakesThreads = body.Allocations.Any(made => made.Value is { Type: KnownType.Thread, Delegate: not null });
    }

    /// <summary>What its numbers are of.</summary>
    public NameTable Names { get; }

    /// <summary>The number of the body's id.</summary>
    public int Id { get; }

    /// <summary>The number of its type's id.</summary>
    public int Type { get; }

    /// <summary>The numbers of the methods that it overrides or implements.</summary>
    public ImmutableArray<int> Overrides { get; }

    /// <summary>Whether it starts threads of execution.</summary>
    public bool Starts { get; }

    /// <summary>Whether it makes objects of class <c>Thread</c>, started here or not.</summary>
    public bool MakesThreads { get; }

    /// <summary>Whether what it does says that several threads come by: it starts some, takes locks, wants locks held, or uses controls off their thread.</summary>
    public bool IsConcurrent { get; }

    /// <summary>Whether it counts a number in one step, as only code needs to that several threads come by.</summary>
    public bool CountsAtomically { get; }

    /// <summary>Whether it gives a framework code to run for requests.</summary>
    public bool ServesRequests { get; }

    /// <summary>The methods that it calls.</summary>
    public ImmutableArray<Called> Calls { get; }

    /// <summary>Those that it calls under a lock.</summary>
    public ImmutableArray<Called> CallsUnderLock { get; }

    /// <summary>Those whose task it does not wait for at once.</summary>
    public ImmutableArray<Called> CallsLater { get; }

    /// <summary>Delegates, or members that may hold some, that it calls or starts.</summary>
    public ImmutableArray<Numbered> Runs { get; }

    /// <summary>Delegates, or members that may hold some, that it starts, stores or hands to other code.</summary>
    public ImmutableArray<Numbered> GivesAway { get; }

    /// <summary>The last segments of what it uses; a root alone is nobody else's.</summary>
    public ImmutableArray<int> Used { get; }

    /// <summary>Those that it uses under a lock.</summary>
    public ImmutableArray<int> UsedUnderLock { get; }

    /// <summary>Those that it changes, except what a constructor writes in its own object: nobody else sees that, unless it starts a thread.</summary>
    public ImmutableArray<int> Changed { get; }

    /// <summary>The last segments of what it starts threads by.</summary>
    public ImmutableArray<int> Handles { get; }

    /// <summary>The last segments of signals that it gives.</summary>
    public ImmutableArray<int> Given { get; }

    /// <summary>The members that hold locks which it takes.</summary>
    public ImmutableArray<string> Taken { get; }

    /// <summary>The bodies that it subscribes to events.</summary>
    public ImmutableArray<int> Handlers { get; }

    /// <summary>The types that it registers as singletons.</summary>
    public ImmutableArray<int> Registered { get; }

    /// <summary>What it stores in members.</summary>
    public ImmutableArray<Stored> Stores { get; }

    /// <summary>A hash of what it stores and which locks it takes, not of where it does so.</summary>
    public ulong Stamp { get; }

    /// <summary>The name of a body without its place in the text.</summary>
    public static string Positionless(string name) => name.IndexOf('@') is var at && at >= 0 ? name.Substring(0, at) : name;

    private static string Describe(BodyFacts body, Store store)
    {
        var (target, value) = (store.Target, store.Value);
        if (!value.IsRoot || value.Root is not (Root.Allocation or Root.Delegate))
            return target.Name;
        return value.Root == Root.Allocation && body.Allocations.TryGetValue(value.Name, out var made)
            ? $"{target.Name}={made.Type} {made.Constant} {(made.Delegate is null ? "" : Positionless(made.Delegate.Name))}"
            : $"{target.Name}={Positionless(value.Name)}";
    }

    /// <summary>The digest as it is made.</summary>
    private sealed class Notes
    {
        public Distinct<Called> Calls, CallsUnderLock, CallsLater;
        public Distinct<Numbered> Runs, GivesAway;
        public Distinct<int> Used, UsedUnderLock, Changed, Handles, Given, Handlers, Registered;
        public Distinct<string> Taken, HandlerNames;
        public readonly List<Stored> Stores = [];
        private readonly NameTable names;

        public Notes(BodyFacts body, NameTable names)
        {
            this.names = names;
            var construction = body.Kind == BodyKind.StaticConstructor || body.Kind == BodyKind.Constructor && !body.Events.Any(@event => @event is Start);
            IsConcurrent = !body.Required.IsEmpty;
            foreach (var @event in body.Events)
                Note(body, @event, construction);
            foreach (var made in body.Allocations.Values)
                Give(made.Delegate);
            Give(body.Returned);
            foreach (var lent in body.Lent)
                if (!lent.IsRoot)
                {
                    Used.Add(names.Number(lent.Name));
                    Changed.Add(names.Number(lent.Name));
                }
        }

        public bool Starts { get; private set; }

        public bool IsConcurrent { get; private set; }

        public bool CountsAtomically { get; private set; }

        public bool ServesRequests { get; private set; }

        private void Note(BodyFacts body, Event @event, bool construction)
        {
            switch (@event)
            {
                case Use { Access: { IsNote: true } note }:
                    IsConcurrent |= note.Has(AccessKind.Required) || note.Has(AccessKind.Affine) && note.Has(AccessKind.OffInterface);
                    break;
                case Use { Access: { Path.IsRoot: false } access }:
                    Used.Add(names.Number(access.Path.Name));
                    CountsAtomically |= access.Has(AccessKind.Atomic) && access.Has(AccessKind.Update);
                    if (!access.Locks.IsEmpty)
                        UsedUnderLock.Add(names.Number(access.Path.Name));
                    if ((access.IsWrite || access.Has(AccessKind.Service)) && !(construction && (body.Kind == BodyKind.StaticConstructor || access.Path.Root != Root.Static)))
                        Changed.Add(names.Number(access.Path.Name));
                    break;
                case Call call:
                    IsConcurrent |= call.Side == AccessKind.OffInterface;
                    if (call.Method is { } method)
                        Note(call, new Called(names.Number(method), call.Overridable));
                    else
                        Run(call);
                    foreach (var argument in call.Arguments)
                        Give(argument);
                    break;
                case Start start:
                    Starts = IsConcurrent = true;
                    ServesRequests |= start.Kind == SpawnKind.Request;
                    Give(start.Target);
                    if (start.Handle is { } handle)
                    {
                        if (!handle.IsRoot)
                            Handles.Add(names.Number(handle.Name));
                        if (MayHoldDelegates(handle))
                            Runs.Add(new Numbered(names.Number(handle.Name), handle));
                    }
                    break;
                case Acquire acquire:
                    IsConcurrent = true;
                    if (acquire.Lock is { IsRoot: false } taken)
                        Taken.Add(taken.Name);
                    break;
                case Registration registration:
                    Registered.Add(names.Number(registration.Type));
                    break;
                case Signal { Given: true, Path: { IsRoot: false } signal }:
                    Given.Add(names.Number(signal.Name));
                    break;
                case Store store:
                    Give(store.Value);
                    if (!store.Target.IsRoot && store.Target.Name != Path.Element)
                        Note(body, store);
                    break;
            }
        }

        private void Note(Call call, Called called)
        {
            Calls.Add(called);
            if (!call.Locks.IsEmpty)
                CallsUnderLock.Add(called);
            if (call.Completion == Completion.Later)
                CallsLater.Add(called);
        }

        private void Run(Call call)
        {
            if (call.Delegate is not { } run || !MayHoldDelegates(run))
                return;
            Runs.Add(new Numbered(names.Number(run.Name), run));
            if (call.Completion == Completion.Later && run.IsRoot)
                CallsLater.Add(new Called(names.Number(run.Name), true));
        }

        private void Note(BodyFacts body, Store store)
        {
            Stores.Add(new Stored(names.Number(store.Target.Name), store, DelegateIn(body, store)));
            if (store.IsSubscription)
            {
                Handlers.Add(names.Number(store.Value.Name));
                HandlerNames.Add(store.Value.Name);
            }
            if (store.Value.Root == Root.Result || store.Value is { IsRoot: true, Root: Root.Allocation } value && body.Allocations.TryGetValue(value.Name, out var made) && Effects.HandleKind(made.Type) is not null)
                Handles.Add(names.Number(store.Target.Name));
        }

        private static Path? DelegateIn(BodyFacts body, Store store)
        {
            var value = store.Value is { IsRoot: true, Root: Root.Allocation } && body.Allocations.TryGetValue(store.Value.Name, out var made) ? made.Delegate : store.Value;
            return value is { IsRoot: true, Root: Root.Delegate } ? value : null;
        }

        private void Give(Path? value)
        {
            if (value is not null && MayHoldDelegates(value))
                GivesAway.Add(new Numbered(names.Number(value.Name), value));
        }

        private static bool MayHoldDelegates(Path path) => path.IsRoot ? path.Root == Root.Delegate : path.Name != Path.Element;
    }

    /// <summary>Items in their order, each once; of most there are none.</summary>
    private struct Distinct<T>
    {
        private HashSet<T>? items;

        public void Add(T item) => (items ??= []).Add(item);

        public readonly ImmutableArray<T> ToImmutable() => items is null ? ImmutableArray<T>.Empty : items.ToImmutableArray();
    }
}
