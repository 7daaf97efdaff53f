using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Background;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Domain;

/// <summary>A method that a body calls.</summary>
/// <param name="Method">Its id.</param>
/// <param name="Overridable">Whether overrides may be what runs.</param>
internal readonly record struct Called(string Method, bool Overridable);

/// <summary>
/// What the linking of a program asks of a body. Made once with its facts, so that an edit elsewhere costs no look at its events.
/// </summary>
internal sealed class Digest
{
    public Digest(BodyFacts body)
    {
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
                Used.Add(lent.Name);
                Changed.Add(lent.Name);
            }
    }

    /// <summary>Whether it starts threads of execution.</summary>
    public bool Starts { get; private set; }

    /// <summary>Whether what it does says that several threads come by: it starts some, takes locks, wants locks held, or uses controls off their thread.</summary>
    public bool IsConcurrent { get; private set; }

    /// <summary>Whether it counts a number in one step, as only code needs to that several threads come by.</summary>
    public bool CountsAtomically { get; private set; }

    /// <summary>Whether it gives a framework code to run for requests.</summary>
    public bool ServesRequests { get; private set; }

    /// <summary>The methods that it calls.</summary>
    public HashSet<Called> Calls { get; } = [];

    /// <summary>Those that it calls under a lock.</summary>
    public HashSet<Called> CallsUnderLock { get; } = [];

    /// <summary>Those whose task it does not wait for at once.</summary>
    public HashSet<Called> CallsLater { get; } = [];

    /// <summary>Delegates, or members that may hold some, that it calls or starts.</summary>
    public HashSet<Path> Runs { get; } = [];

    /// <summary>Delegates, or members that may hold some, that it starts, stores or hands to other code.</summary>
    public HashSet<Path> GivesAway { get; } = [];

    /// <summary>The last segments of what it uses; a root alone is nobody else's.</summary>
    public HashSet<string> Used { get; } = new(StringComparer.Ordinal);

    /// <summary>Those that it uses under a lock.</summary>
    public HashSet<string> UsedUnderLock { get; } = new(StringComparer.Ordinal);

    /// <summary>Those that it changes, except what a constructor writes in its own object: nobody else sees that, unless it starts a thread.</summary>
    public HashSet<string> Changed { get; } = new(StringComparer.Ordinal);

    /// <summary>The last segments of what it starts threads by.</summary>
    public HashSet<string> Handles { get; } = new(StringComparer.Ordinal);

    /// <summary>The members that hold locks which it takes.</summary>
    public HashSet<string> Taken { get; } = new(StringComparer.Ordinal);

    /// <summary>The bodies that it subscribes to events.</summary>
    public HashSet<string> Handlers { get; } = new(StringComparer.Ordinal);

    /// <summary>The types that it registers as singletons.</summary>
    public HashSet<string> Registered { get; } = new(StringComparer.Ordinal);

    /// <summary>What it stores in members.</summary>
    public List<Store> Stores { get; } = [];

    private void Note(BodyFacts body, Event @event, bool construction)
    {
        switch (@event)
        {
            case Use { Access: { IsNote: true } note }:
                IsConcurrent |= note.Has(AccessKind.Required) || note.Has(AccessKind.Affine) && note.Has(AccessKind.OffInterface);
                break;
            case Use { Access: { Path.IsRoot: false } access }:
                Used.Add(access.Path.Name);
                CountsAtomically |= access.Has(AccessKind.Atomic) && access.Has(AccessKind.Update);
                if (!access.Locks.IsEmpty)
                    UsedUnderLock.Add(access.Path.Name);
                if ((access.IsWrite || access.Has(AccessKind.Service)) && !(construction && (body.Kind == BodyKind.StaticConstructor || access.Path.Root != Root.Static)))
                    Changed.Add(access.Path.Name);
                break;
            case Call call:
                IsConcurrent |= call.Side == AccessKind.OffInterface;
                if (call.Method is { } method)
                    Note(call, new Called(method, call.Overridable));
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
                        Handles.Add(handle.Name);
                    if (MayHoldDelegates(handle))
                        Runs.Add(handle);
                }
                break;
            case Acquire acquire:
                IsConcurrent = true;
                if (acquire.Lock is { IsRoot: false } taken)
                    Taken.Add(taken.Name);
                break;
            case Registration registration:
                Registered.Add(registration.Type);
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
        Runs.Add(run);
        if (call.Completion == Completion.Later && run.IsRoot)
            CallsLater.Add(new Called(run.Name, true));
    }

    private void Note(BodyFacts body, Store store)
    {
        Stores.Add(store);
        if (store.IsSubscription)
            Handlers.Add(store.Value.Name);
        if (store.Value.Root == Root.Result || store.Value is { IsRoot: true, Root: Root.Allocation } value && body.Allocations.TryGetValue(value.Name, out var made) && Effects.HandleKind(made.Type) is not null)
            Handles.Add(store.Target.Name);
    }

    private void Give(Path? value)
    {
        if (value is not null && MayHoldDelegates(value))
            GivesAway.Add(value);
    }

    private static bool MayHoldDelegates(Path path) => path.IsRoot ? path.Root == Root.Delegate : path.Name != Path.Element;
}
