using System.Collections.Immutable;
using System.Globalization;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Background;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>
/// Puts what a body calls in its place: callees' summaries in the body's own names, threads with their intervals, what outlives
/// the body as its summary. Compositional race analysis after RacerD (Blackshear et al., 2018) and RELAY (Voung et al., 2007).
/// </summary>
internal sealed class Composer
{
    /// <summary>A delegate is brought through so many others that call or start it, and so often in one body; it may be given to itself.</summary>
    private const int MaxDepth = 8, MaxBrought = 1024;

    private readonly ProgramFacts program;
    private readonly Relevance relevance;
    private readonly BodyFacts body;
    private readonly Func<BodyFacts, Summary> summaries;
    private readonly List<Placed> uses = [];
    private readonly List<Begun> threads = [];
    private readonly List<Awaited> waits = [];
    private readonly List<(Path Target, Path Value)> stores = [];
    private readonly List<PendingCall> pending = [];
    private readonly List<Signalled> signals = [];
    private readonly Dictionary<string, Path?> results = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Path?> madeByCallees = new(StringComparer.Ordinal);
    private readonly TakenLocks taken = new();
    private readonly Func<Path, Path?> rooted;
    private Cut cut;
    private int depth, brought;

    private Composer(ProgramFacts program, Relevance relevance, BodyFacts body, Func<BodyFacts, Summary> summaries)
    {
        this.program = program;
        this.relevance = relevance;
        this.body = body;
        this.summaries = summaries;
        Aliases = new Aliases(body);
        rooted = Rooted;
    }

    /// <summary>What members of the body's own objects are other names for.</summary>
    public Aliases Aliases { get; }

    /// <summary>Composes a body.</summary>
    public static (Frame Frame, Summary Summary) Compose(ProgramFacts program, Relevance relevance, BodyFacts body, Func<BodyFacts, Summary> summaries) =>
        new Composer(program, relevance, body, summaries).Compose();

    /// <summary>An object that a callee made and gave back, a new one at each call.</summary>
    public Path MadeByCallee(string result, Path? runs)
    {
        madeByCallees["call" + result] = runs;
        return Path.Of(Root.Allocation, "call" + result);
    }

    private (Frame, Summary) Compose()
    {
        foreach (var @event in body.Events)
        {
            switch (@event)
            {
                case Use use: Use(use); break;
                case Call call: Call(call); break;
                case Start start: Start(start); break;
                case Wait { Timed: false } wait when Name(wait.Handle) is { } handle && program.MayBeHandle(handle): waits.Add(new Awaited(handle, wait.Number, wait.Region)); break;
                case Store store: Store(store); break;
                case Signal signal when Name(signal.Path) is { } path && program.IsGiven(path): signals.Add(new Signalled(path, signal.Number, signal.Region, signal.Given, signal.IsPromise)); break;
            }
        }
        var lived = threads.ConvertAll(new Lifetimes(body, threads, waits, stores).Of).ConvertAll(Behind);
        var frame = new Frame(body, uses.ConvertAll(new Ordering(waits, signals, lived).Of), lived);
        return (frame, Summarize(frame));
    }

    private Lived Behind(Lived thread) => signals.Count == 0 || thread.Loop is not null ? thread
        : thread with { Behind = signals.Where(signal => !signal.Given && signal.Number < thread.Number && signal.Region.Contains(thread.Region)).Select(signal => signal.Signal).ToImmutableArray() };

    private void Use(Use use)
    {
        if (program.IsChanged(use.Access) && relevance.Matters(use.Access) && Name(use.Access) is { } path)
            Add(new Placed(use.Access with { Path = path, Locks = Locks(use.Access.Locks, use.Region) }, use.Number, use.Region));
    }

    private void Store(Store store)
    {
        if (Name(store.Target) is not { } target || Name(store.Value) is not { } value)
            return;
        stores.Add((target, value));
        Aliases.Store(target, value);
    }

    private void Call(Call call)
    {
        var arguments = call.Arguments.Select(Name).ToArray();
        var result = call.Number.ToString(CultureInfo.InvariantCulture);
        if (call.Method is { } method)
        {
            var targets = program.Targets(method, call.Overridable).ToList();
            targets.ForEach(target => Apply(target, Name(call.Receiver), arguments, call, result));
            // Code that is not known may wait for the handles that it is given.
            if (targets.Count == 0)
                waits.AddRange(arguments.OfType<Path>().Select(handle => new Awaited(handle, call.Number, call.Region)));
            return;
        }
        if (Name(call.Delegate) is not { } called)
            return;
        if (IsCallers(called) && pending.Count <= Summary.MaxPending)
            pending.Add(new PendingCall(called, Locks(call.Locks, call.Region), arguments, call.Site, call.AfterAwait, call.Side));
        Bring(called, (target, bound) => Apply(target, bound, arguments, call, result));
    }

    /// <summary>What a call of the target does happens here.</summary>
    private void Apply(BodyFacts target, Path? receiver, IReadOnlyList<Path?> arguments, Call call, string result)
    {
        var summary = summaries(target);
        var mapping = new Mapping(this, receiver, arguments, summary, result);
        var locks = Locks(call.Locks, call.Region);
        var later = ImmutableArray.CreateBuilder<Access>();
        foreach (var use in summary.Uses)
        {
            if (uses.Count == Summary.MaxUses && !(use.AfterAwait && call.Completion == Completion.Later))
            {
                cut |= Cut.Uses;
                continue;
            }
            if (mapping.Map(use, locks, call) is not { } mapped)
                continue;
            if (!use.AfterAwait || call.Completion is Completion.AtOnce or Completion.Blocked)
                Add(new Placed(mapped, call.Number, call.Region));
            else if (call.Completion == Completion.Later)
                later.Add(mapped with { Locks = mapping.Renamed(use.Locks) });
            else
                Add(new Placed(mapped.AfterAwait ? mapped : mapped with { AfterAwait = true }, call.Number, call.Region));
        }
        // Code of the user interface goes on there after an await, where its caller is too.
        if (later.Count > 0 && target.Affinity != Affinity.UserInterface)
            AddThread(new Spawned(call.Delegate is not null && call.Region.Kind == RegionKind.Loop && target is { Kind: BodyKind.Lambda, Affinity: Affinity.Any } ? SpawnKind.Sequence : SpawnKind.Async, call.Site, target.Name, false, later.ToImmutable(), ImmutableHashSet.Create(Path.Of(Root.Result, result)), null, [], ImmutableHashSet<Path>.Empty), call, false);
        foreach (var wanted in mapping.Required(target, locks, call.Site, body.Id))
            Add(new Placed(wanted, call.Number, call.Region));
        // What a constructor fills, the thread that it starts finds there.
        foreach (var (storedAt, value) in summary.Stores)
            if (storedAt.Rebase(mapping.Rename) is { } at && value.Rebase(mapping.Rename) is { } what)
                Store(new Store(call.Number, call.Region, call.Locks, call.Site, at, what));
        AddThreads(summary, mapping, call, many: false);
        foreach (var joined in summary.Joined)
            if (joined.Rebase(mapping.Rename) is { } handle)
                waits.Add(new Awaited(handle, call.Number, call.Region));
        foreach (var wait in summary.Pending)
            if (wait.Delegate.Rebase(mapping.Rename) is { } @delegate && pending.Count + uses.Count < Summary.MaxUses)
                Pending(@delegate, wait, mapping, call);
        foreach (var released in summary.Released)
            if (released.Rebase(mapping.Rename) is { } gone)
                taken.GiveBack(gone, call.Region);
        foreach (var acquired in summary.Acquired.Locks)
            taken.Take(acquired with { Lock = acquired.Lock?.Rebase(mapping.Rename), Acquisition = call.Number }, call.Region);
        results[result] = results.TryGetValue(result, out var known) && !Equals(known, mapping.Returned) ? null : mapping.Returned;
    }

    private void Pending(Path @delegate, PendingCall wait, Mapping mapping, Call call)
    {
        var arguments = wait.Arguments.Select(argument => argument?.Rebase(mapping.Rename)).ToArray();
        var inner = call with { Method = null, Delegate = @delegate, Arguments = arguments, Locks = wait.Locks.Rebase(mapping.Rename).Under(call.Locks), Receiver = null, Side = wait.Side | call.Side };
        Bring(@delegate, (target, bound) => Apply(target, bound, arguments, inner, "pending" + call.Number.ToString(CultureInfo.InvariantCulture)));
        if (IsCallers(@delegate))
            pending.Add(wait with { Delegate = @delegate, Arguments = arguments, Locks = inner.Locks });
    }

    /// <summary>Does something with each body that the delegate may run, and the object that it runs on; false where none is known.</summary>
    private bool Bring(Path @delegate, Action<BodyFacts, Path?> apply)
    {
        if (depth == MaxDepth || brought == MaxBrought)
            return false;
        (depth, brought) = (depth + 1, brought + 1);
        var targets = Values(@delegate).SelectMany(value => program.Targets(value.Name, overridable: true).Select(target => (target, value.Bound))).ToList();
        targets.ForEach(known => apply(known.target, known.Bound));
        depth--;
        return targets.Count > 0;
    }

    /// <summary>Whether the caller brings the delegate: as an argument, or in a variable of the body around this one.</summary>
    private bool IsCallers(Path @delegate) => @delegate.Root == Root.Parameter || @delegate is { IsRoot: true, Root: Root.Local } && !body.Declared.ContainsKey(@delegate);

    private void Start(Start start)
    {
        var handle = Name(start.Handle);
        var arguments = start.Arguments.Select(Name).ToArray();
        var handles = handle is null ? ImmutableHashSet<Path>.Empty : ImmutableHashSet.Create(handle);
        var antecedents = Name(start.Antecedent) is { } antecedent ? ImmutableHashSet.Create(antecedent) : ImmutableHashSet<Path>.Empty;
        var target = start.Target is null ? handle is null ? null : Runs(handle) : Name(start.Target);
        if (target is not null)
            AddThread(new Spawned(start.Kind, start.Site, "a delegate", start.Many, ImmutableArray<Access>.Empty, handles, target, arguments, antecedents) { Bond = start.Bond }, start, start.Joined);
    }

    /// <summary>The thread runs the body, besides what it does already; what it starts in turn, and does not wait for, lives on.</summary>
    private void Run(BodyFacts run, Path? receiver, Spawned thread, Event at, bool joined)
    {
        var summary = summaries(run);
        var mapping = new Mapping(this, receiver, thread.Arguments, summary, "t" + at.Number.ToString(CultureInfo.InvariantCulture));
        var begun = thread with { Target = run.Name, Uses = thread.Uses.AddRange(mapping.OfThread(summary.Uses, at)), Unresolved = null, Arguments = [] };
        // What it does under a lock that only its starter knows is not followed, nor are several delegates.
        if (summary.Pending is [{ Locks.IsEmpty: true } only] && only.Delegate.Rebase(mapping.Rename) is { } brought)
            AddThread(begun with { Unresolved = brought, Arguments = only.Arguments.Select(argument => argument?.Rebase(mapping.Rename)).ToArray() }, at, joined);
        else
            AddThread(begun, at, joined);
        AddThreads(summary, mapping, at, thread.Many);
    }

    private void AddThreads(Summary begun, Mapping mapping, Event at, bool many)
    {
        foreach (var (thread, hasEnded) in begun.Live.Select(live => (live, false)).Concat(begun.Ended.Select(ended => (ended, true))))
            AddThread(mapping.Map(thread) with { Many = thread.Many || many }, at, hasEnded);
    }

    private void Add(Placed use)
    {
        if (uses.Count < Summary.MaxUses)
            uses.Add(use);
        else
            cut |= Cut.Uses;
    }

    private void AddThread(Spawned spawned, Event at, bool joined)
    {
        if (spawned.Unresolved is { } unresolved && !IsCallers(unresolved))
        {
            if (Bring(unresolved, (run, bound) => Run(run, bound, spawned, at, joined)) || spawned.Uses.IsEmpty)
                return;
            spawned = spawned with { Unresolved = null };
        }
        if (threads.Count < Summary.MaxSpawned)
            threads.Add(new Begun(spawned, at.Number, at.Region, joined));
        else
            cut |= Cut.Threads;
    }

    private Summary Summarize(Frame frame)
    {
        var returned = Name(body.Returned);
        var outcome = new Outcome(frame);
        return new Summary
        {
            Uses = outcome.Uses(),
            Live = outcome.Live(returned),
            Ended = outcome.Ended(),
            Joined = waits.Where(wait => outcome.IsVisible(wait.Handle) && (wait.Handle.Root is Root.This or Root.Static || !wait.Region.IsInArm)).Select(wait => wait.Handle).Distinct().ToImmutableArray(),
            Stores = stores.Where(store => outcome.IsVisible(store.Target) && (store.Value.Root == Root.Delegate || outcome.IsVisible(store.Value))).Distinct().Take(Summary.MaxSpawned).ToImmutableArray(),
            Pending = pending.Count == 0 ? ImmutableArray<PendingCall>.Empty : pending.Take(Summary.MaxPending).ToImmutableArray(),
            Returned = returned,
            ReturnedDelegate = returned is { IsRoot: true, Root: Root.Allocation } ? Runs(returned) : null,
            Acquired = Locks(body.Acquired, body.Region),
            Released = body.Released.Select(Name).OfType<Path>().ToImmutableArray(),
            Cut = cut | outcome.Cut | (pending.Count > Summary.MaxPending ? Cut.Delegates : Cut.None),
        };
    }

    /// <summary>The locks by their names here, those that callees took and kept too, without those that let several in.</summary>
    private LockSet Locks(LockSet locks, Region region)
    {
        var named = taken.With(locks.Rebase(rooted), region);
        foreach (var held in named.Locks)
            if (held.Lock is { } path && !program.IsExclusive(path, body))
                named = named.Without(path);
        return named;
    }

    /// <summary>The best name for a path: aliases and results followed.</summary>
    private Path? Name(Path? path) => path?.Rebase(rooted) is { } named ? Aliases.Followed(named) : null;

    /// <summary>The best name for the memory that is used.</summary>
    private Path? Name(Access access) => access.Path.Rebase(rooted) is { } named ? Aliases.Followed(named, access) : null;

    /// <summary>What a root of the body is by its best name.</summary>
    public Path? Rooted(Path root)
    {
        switch (root.Root)
        {
            case Root.Result: return results.TryGetValue(root.Name, out var returned) && returned is not null ? returned : root;
            case Root.Local: return body.Aliases.TryGetValue(root, out var value) && !value.Equals(root) ? value.Rebase(rooted) : root;
            case Root.Delegate: return root.Bound is null ? root : Path.Delegate(root.Name, Name(root.Bound));
            default: return root;
        }
    }

    /// <summary>What a thread or cold task runs that the handle names.</summary>
    private Path? Runs(Path handle)
    {
        if (handle is { IsRoot: true, Root: Root.Allocation })
            return madeByCallees.TryGetValue(handle.Name, out var made) ? made : body.Allocations.TryGetValue(handle.Name, out var own) ? Name(own.Delegate) : null;
        var stored = stores.Where(store => store.Target.Equals(handle)).Select(store => store.Value).LastOrDefault();
        return stored is not null && !stored.Equals(handle) && stored.Root == Root.Allocation ? Runs(stored) : handle;
    }

    /// <summary>The delegates that a path can be.</summary>
    private IEnumerable<Path> Values(Path path) => path is { IsRoot: true, Root: Root.Delegate } ? [path]
        : (stores.Where(store => store.Target.Equals(path) && store.Value is { IsRoot: true, Root: Root.Delegate }).Select(store => store.Value).ToList() is var here && here.Count > 0 || path.IsRoot ? here : program.Delegates(path)).Take(ProgramFacts.MaxTargets);
}
