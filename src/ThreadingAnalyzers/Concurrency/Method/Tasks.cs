using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Background;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>How threads of execution begin: threads, tasks, parallel loops, timers, workers and callbacks.</summary>
internal sealed class Tasks(BodyWalk walk)
{
    /// <summary>Timers that do not repeat.</summary>
    private readonly HashSet<Path> single = [];

    /// <summary>Timers whose handlers an object of the user interface calls.</summary>
    private readonly HashSet<Path> marshalled = [];

    /// <summary>Variables that were awaited with a value of an earlier round.</summary>
    private readonly HashSet<ISymbol> earlier = new(SymbolEqualityComparer.Default);

    private bool mayBeOfInterface;

    private bool isAmbient;

    /// <summary>Whether the body runs tasks on schedulers of its own choice, or asks which one runs it.</summary>
    public bool NamesSchedulers { get; set; }

    private Recorder Recorder => walk.Recorder;

    /// <summary>Task.Run and its like, and the parallel loops: the delegates among the arguments are started.</summary>
    /// <param name="call">The call.</param>
    /// <param name="method">The method, or one of its overloads where it is not known which.</param>
    /// <param name="arguments">The values that it is given.</param>
    public Path? Start(IOperation call, IMethodSymbol method, Effect effect, Path? receiver, IEnumerable<IOperation> arguments)
    {
        Path? handle = null;
        if (!method.ReturnsVoid && effect.Kind == EffectKind.Start && walk.Types.Is(method.ReturnType, KnownType.Task))
            handle = walk.Creations.Allocate(call, KnownType.Task, []);
        var values = new List<(IOperation Operation, Path? Value)>();
        foreach (var argument in arguments)
            values.Add((argument.Unconverted(), walk.Visit(argument)));
        var state = effect.Spawn is SpawnKind.Parallel or SpawnKind.Request ? null : values.Skip(1).FirstOrDefault(value => value.Operation.Type is { TypeKind: not (TypeKind.Struct or TypeKind.Enum) }).Value;
        var many = effect.Spawn == SpawnKind.Request || effect.Spawn == SpawnKind.Parallel && !Waiting.RunsEachOnce(method);
        mayBeOfInterface = values.Any(value => Waiting.MayBeOfInterface(value.Operation));
        if (call is IInvocationOperation invocation && invocation.Arguments.Any(argument => Waiting.IsOwnScheduler(argument, walk.Types)))
        {
            NamesSchedulers |= !values.Any(value => Waiting.IsOfInterface(value.Operation));
            mayBeOfInterface = false;
            return handle;
        }
        isAmbient = Waiting.IsAmbient(method, walk.Types);
        foreach (var (operation, value) in values)
            foreach (var target in Delegates(operation, value))
                Add(call, effect.Spawn, target, handle, [state], many, effect.Kind == EffectKind.StartAndJoin, effect.Spawn == SpawnKind.Continuation ? receiver : null);
        mayBeOfInterface = isAmbient = false;
        return handle;
    }

    /// <summary>Thread.Start and Task.Start.</summary>
    public Path? StartOperand(IInvocationOperation invocation, Effect effect, Path? receiver)
    {
        var arguments = walk.Calls.Arguments(invocation.Arguments, invocation.TargetMethod.Parameters.Length);
        var isOwn = invocation.Arguments.Any(argument => Waiting.IsOwnScheduler(argument, walk.Types));
        NamesSchedulers |= isOwn;
        isAmbient = Waiting.IsAmbient(invocation.TargetMethod, walk.Types);
        if (receiver is not null && !isOwn)
            Add(invocation, effect.Spawn, null, receiver, arguments, many: false, joined: false, null);
        isAmbient = false;
        return null;
    }

    /// <summary>A timer runs from its creation on, unless it waits forever for a Change.</summary>
    /// <param name="given">The arguments in the order of the parameters.</param>
    /// <param name="values">Their values.</param>
    public void TimerMade(IOperation creation, Path made, IReadOnlyList<IOperation?> given, IReadOnlyList<Path?> values)
    {
        if (given.Count >= 4 && !IsNever(given[2]))
            Add(creation, SpawnKind.Timer, null, made, [values[1]], many: MayOverlap(given[3]), joined: false, null);
    }

    /// <summary>Handlers of events that are raised on other threads.</summary>
    /// <returns>Whether the event is one of them.</returns>
    public bool Subscribed(IEventSymbol @event, Path? source, Path? handler, IOperation assignment)
    {
        var kind = Waiting.Raises(@event, walk.Types);
        if (kind is null || handler is null)
            return false;
        // What a process raises when it ends comes beside what it raises before.
        var handle = kind == SpawnKind.Event && walk.Types[@event.ContainingType] == KnownType.Process ? Raised(source, @event) : source;
        if (source is null || !marshalled.Contains(source))
            Add(assignment, kind.Value, handler, handle, [], many: kind == SpawnKind.Timer && (source is null || !single.Contains(source)) && !IsMadeSingle(assignment), joined: false, null);
        return true;
    }

    /// <summary>What an operation begins that calls back on a thread of the pool when it has ended; of one object it does so again and again, one after the other.</summary>
    public void CallsBack(IOperation call, IOperation given, Path? callback, Path? receiver)
    {
        if (callback is not null && Waiting.IsCallback(given.Type))
            Add(call, SpawnKind.Callback, callback, receiver?.Then("callbacks"), [], many: false, joined: false, null);
    }

    /// <summary>The thread that raises the event, by a name that is not the event's: what the event holds has its own.</summary>
    private Path? Raised(Path? source, IEventSymbol @event) => source?.Then("thread of " + walk.Names.Id(@event));

    // A field's initializer is another body than the one that subscribes; what this body puts into the field has its own.
    private static bool IsMadeSingle(IOperation assignment)
    {
        if (assignment is not IEventAssignmentOperation { EventReference: IEventReferenceOperation { Instance: { } timer } })
            return false;
        var made = timer.Source() is IObjectCreationOperation creation ? [creation]
            : assignment.Root().Descendants().OfType<ISimpleAssignmentOperation>().Where(put => put.Target.IsSameAs(timer)).Select(put => put.Value.Unconverted()).ToList();
        return made.Count > 0 && made.TrueForAll(value => value is IObjectCreationOperation { Initializer: { } initial } && initial.Initializers.OfType<ISimpleAssignmentOperation>().Any(set => Timers.FiresOnce(set.Target)));
    }

    /// <summary>A property of a handle changes how it runs: a timer that does not repeat cannot overlap itself.</summary>
    public void PropertySet(IPropertyReferenceOperation property, Path? receiver)
    {
        if (receiver is not null && Waiting.IsSynchronizing(property.Property))
        {
            marshalled.Add(receiver);
            for (var i = 0; i < Recorder.Events.Count; i++)
                if (Recorder.Events[i] is Start { Kind: SpawnKind.Timer } start && receiver.Equals(start.Handle))
                    Recorder.Events[i] = start with { MayBeOfInterface = true };
        }
        if (receiver is null || property.Parent is not IAssignmentOperation { Value.ConstantValue: { HasValue: true, Value: bool value } })
            return;
        if (Waiting.IsAutoReset(property.Property) && !value && single.Add(receiver))
            for (var i = 0; i < Recorder.Events.Count; i++)
                if (Recorder.Events[i] is Start { Kind: SpawnKind.Timer } start && receiver.Equals(start.Handle))
                    Recorder.Events[i] = start with { Many = false };
        if (Waiting.IsBackground(property.Property) && receiver.Root == Root.Allocation && walk.Allocations.TryGetValue(receiver.Name, out var thread))
            walk.Allocations[receiver.Name] = thread with { Background = value };
    }

    /// <summary>A timer that is disposed or stopped calls back no more; a worker's end is waited for.</summary>
    public void Stopped(IInvocationOperation invocation, Path? receiver)
    {
        foreach (var ended in Waiting.Ends(invocation.TargetMethod, walk.Types))
            if (Raised(receiver, ended) is { } raised)
                walk.Calls.Join(raised, timed: false, invocation.Syntax);
        if (Waiting.Begins(invocation.TargetMethod, walk.Types) is { } begun && walk.Memory.Member(receiver, begun) is { } handlers)
            Add(invocation, SpawnKind.Event, handlers, Raised(receiver, begun), [], many: false, joined: false, null);
        if (!Waiting.StopsTimer(invocation.TargetMethod))
            return;
        var type = walk.Types[invocation.Instance?.Unconverted().Type];
        if (type is not (KnownType.Timer or KnownType.TimersTimer or KnownType.Watcher) || receiver is null)
            return;
        if (Waiting.IsChange(invocation.TargetMethod) && !IsNever(Argument(invocation, 0)))
            Add(invocation, SpawnKind.Timer, null, receiver, [], many: MayOverlap(Argument(invocation, 1)), joined: false, null);
        else
            walk.Calls.Join(receiver, timed: false, invocation.Syntax);
    }

    /// <summary>A variable is awaited of which it is not known what it holds: what an earlier round of a loop began.</summary>
    public void AwaitedUnknown(IOperation awaited)
    {
        if (awaited.Unconverted() is ILocalReferenceOperation { Local: var local })
            earlier.Add(local);
    }

    /// <summary>A variable takes a value: a task in one that is awaited before in the loop ends before the next one begins.</summary>
    public Path? Kept(ISimpleAssignmentOperation assignment, Path? value)
    {
        if (earlier.Count > 0 && assignment.Target is ILocalReferenceOperation { Local: var local } && earlier.Contains(local) && value is not null && Recorder.State.Handles.Contains(value))
            Recorder.Region.IsOnce = true;
        return value;
    }

    /// <summary>The task that ends when all of its arguments have.</summary>
    public Path? Combined(IInvocationOperation invocation, IReadOnlyList<Path?> arguments)
    {
        if (arguments is not [{ } tasks, ..])
            return null;
        var task = walk.Creations.Allocate(invocation, KnownType.Task, []);
        if (tasks.Then(Path.Element) is { } each)
        {
            walk.Calls.Combine(task, [each]);
            Recorder.Store(task.Then(Path.Element), each, invocation.Syntax);
        }
        return task;
    }

    private void Add(IOperation operation, SpawnKind kind, Path? target, Path? handle, IReadOnlyList<Path?> arguments, bool many, bool joined, Path? antecedent)
    {
        if (handle is { Root: Root.Allocation })
            Recorder.State = Recorder.State with { Handles = Recorder.State.Handles.Add(handle) };
        Recorder.Add(number => new Start(number, Recorder.Region, Recorder.State.Locks, Recorder.Site(operation.Syntax), kind, target, handle, arguments, many, joined, antecedent)
            { MayBeOfInterface = mayBeOfInterface || handle is not null && marshalled.Contains(handle), Bond = (isAmbient ? Bond.Ambient : Bond.None) | Recorder.State.Claim });
    }

    /// <summary>The delegates that an argument is: itself, or the elements of a params array.</summary>
    private IEnumerable<Path> Delegates(IOperation argument, Path? value)
    {
        if (argument.Type?.TypeKind == TypeKind.Delegate || value?.Root == Root.Delegate)
        {
            if (value is not null)
                yield return value;
        }
        else if (value?.Root == Root.Allocation && argument.Type is IArrayTypeSymbol { ElementType.TypeKind: TypeKind.Delegate } or INamedTypeSymbol { TypeArguments: [{ TypeKind: TypeKind.Delegate }] })
        {
            foreach (var element in Recorder.Events.OfType<Store>().Where(store => Equals(store.Target.Parent, value)).Select(store => store.Value).ToList())
                yield return element;
        }
    }

    private static IOperation? Argument(IInvocationOperation call, int ordinal) => call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == ordinal)?.Value;

    private static bool IsNever(IOperation? due) => due is not null && PoolMembers.IsNever(due);

    private static bool MayOverlap(IOperation? period) => period is null || !PoolMembers.IsNoPeriod(period) && !PoolMembers.IsLongPeriod(period);
}
