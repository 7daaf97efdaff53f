using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Background;
using ThreadingAnalyzers.Concurrency.Collections;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Signals;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>What calls, creations, delegates and awaits do: the transfer of everything that the Api tables describe.</summary>
internal sealed class Calls(BodyWalk walk)
{
    /// <summary>Tasks that end when all of some others have.</summary>
    private readonly Dictionary<Path, IReadOnlyList<Path>> combined = [];

    /// <summary>How threads of execution begin.</summary>
    public Tasks Tasks { get; } = new(walk);

    private Recorder Recorder => walk.Recorder;

    public Path? Invocation(IInvocationOperation invocation)
    {
        var method = invocation.TargetMethod;
        if (method.MethodKind == MethodKind.DelegateInvoke)
            return CallDelegate(walk.Visit(invocation.Instance), invocation);
        if (Waiting.IsAssertion(method) && invocation.Arguments is [{ Value: var condition }, ..] && walk.Locking.TakenWhenTrue(condition.Unconverted()) is { } asserted)
        {
            walk.Obligations.Asserted(asserted);
            return null;
        }

        if (Hosts.Singleton(method) is { } single)
            Recorder.Add(number => new Registration(number, Recorder.Region, Recorder.State.Locks, Recorder.Site(invocation.Syntax), walk.Names.Id(single)));
        var receiver = walk.Visit(invocation.Instance);
        walk.Affinities.Note(method, invocation.Instance, receiver, invocation.Syntax);
        walk.Affinities.Verified(method);
        var effect = Effects.Of(method, invocation.Instance?.Unconverted().Type, walk.Types);
        return effect.Kind switch
        {
            EffectKind.None => walk.Locking.Named(invocation, receiver, Asked(method, InSource(method) ? CallMethod(method, receiver, invocation) : Opaque(invocation, receiver))),
            EffectKind.CallNow => walk.Sequences.CallNow(invocation, method, invocation.Instance, [.. invocation.Arguments.Select(argument => argument.Value)], receiver),
            EffectKind.Start or EffectKind.StartAndJoin => Tasks.Start(invocation, method, effect, receiver, invocation.Arguments.Select(argument => argument.Value)),
            EffectKind.StartOperand => Tasks.StartOperand(invocation, effect, receiver),
            _ => walk.Locking.Synchronize(invocation, effect, receiver),
        };
    }

    private Path? Asked(IMethodSymbol method, Path? result)
    {
        if (Waiting.AsksUntil(method))
            Pause();
        return result;
    }

    public Path? MethodGroup(IMethodReferenceOperation method) =>
        // 'new ThreadStart(work)' means the method 'Invoke' of the delegate.
        method.Method.MethodKind == MethodKind.DelegateInvoke ? walk.Visit(method.Instance)
        : Path.Delegate(walk.Names.Id(method.Method), method.Method.IsStatic ? null : method.Instance is { } instance ? walk.Visit(instance) : Path.This);

    public Path? Lambda(IAnonymousFunctionOperation lambda)
    {
        walk.Nested.Add(lambda);
        return Path.Delegate(walk.Names.Id(lambda.Symbol), Path.This);
    }

    public Path? Await(IAwaitOperation await)
    {
        var handle = walk.Visit(await.Operation);
        if (handle is null)
            Tasks.AwaitedUnknown(await.Operation);
        Join(handle, timed: false, await.Syntax);
        Recorder.State = Recorder.State with { AfterAwait = true };
        walk.Affinities.Awaited(await.Operation);
        return handle;
    }

    public void Subscribe(IEventAssignmentOperation assignment)
    {
        var handler = walk.Visit(assignment.HandlerValue);
        if (assignment.EventReference is not IEventReferenceOperation { Event: var @event } reference)
            return;
        var source = walk.Visit(reference.Instance);
        if (assignment.Adds)
            walk.Initializations.Subscribed();
        if (assignment.Adds && Tasks.Subscribed(@event, source, handler, assignment))
            return;
        if (assignment.Adds)
            Recorder.Store(walk.Memory.Member(source, @event), handler, assignment.Syntax);
    }

    /// <summary>A property that is not memory: a getter of the program is called, one of the framework has its meaning.</summary>
    public Path? Getter(IPropertyReferenceOperation property, Path? receiver)
    {
        var symbol = property.Property;
        if (InSource(symbol) && symbol.GetMethod is { } getter)
            return Call(getter, receiver, [], property.Syntax, IsVirtualCall(symbol, property.Instance));
        if (Waiting.IsResult(symbol, walk.Types))
        {
            Join(receiver, timed: false, property.Syntax);
            return receiver;
        }
        if (Waiting.TellsEnd(symbol, walk.Types) is { } isEnd)
            walk.Attempts.Asked(property, receiver, isEnd, isPolled: true);
        if (Waiting.IsCurrentScheduler(symbol, walk.Types))
            Tasks.NamesSchedulers = true;
        if (Waiting.IsPromise(symbol, walk.Types) && receiver is not null)
            return receiver.Then(PromiseSegment);
        // What a thread keeps for itself is nobody else's memory.
        if (walk.Types[symbol.ContainingType] is KnownType.ThreadLocal or KnownType.AsyncLocal)
            return null;
        if (Deferred.IsUnsafe(property, walk.Types))
            Recorder.Use(receiver, AccessKind.Read | AccessKind.Service | AccessKind.Deferred, property.Syntax);
        else if (!Containers.IsOutside(symbol))
            walk.Sequences.Content(receiver, walk.TypeOf(property.Instance), AccessKind.Read | (Values.IsForSize(property) ? AccessKind.Sized : 0), property.Syntax);
        if (Containers.IsOfElements(symbol, walk.Types))
            return receiver;
        return symbol.IsIndexer ? receiver?.Then(Path.Element) : symbol.IsStatic ? null : receiver?.Then(walk.Names.Id(symbol));
    }

    /// <summary>A write of a property that is not memory.</summary>
    public void Setter(IPropertyReferenceOperation property, Path? receiver, Path? value, bool update)
    {
        IReadOnlyList<Path?> arguments = [.. property.Arguments.Select(argument => walk.Visit(argument.Value))];
        if (InSource(property.Property) && property.Property.SetMethod is { } setter)
        {
            if (update && property.Property.GetMethod is { } getter)
                Call(getter, receiver, arguments, property.Syntax, IsVirtualCall(property.Property, property.Instance));
            Call(setter, receiver, [.. arguments, value], property.Syntax, IsVirtualCall(property.Property, property.Instance));
            return;
        }
        if (!property.Property.IsIndexer)
        {
            Tasks.PropertySet(property, receiver);
            Recorder.Use(property.Property.IsStatic ? null : receiver?.Then(walk.Names.Id(property.Property)), AccessKind.Write | AccessKind.Setting, property.Syntax);
            return;
        }
        var type = walk.TypeOf(property.Instance);
        // Lists replace an element in place: no structure changes that another thread could stumble over.
        if (!Containers.IsElementwise(type, walk.Types))
            walk.Sequences.Content(receiver, type, AccessKind.Write | (update ? AccessKind.Update : 0), property.Syntax);
        else if (update && walk.Elements.IsOfData(property.Arguments.Select(argument => argument.Value).ToImmutableArray()))
            Recorder.Use(receiver?.Then(Path.Element), AccessKind.Write | AccessKind.Update, property.Syntax);
        Recorder.Store(receiver?.Then(Path.Element), value, property.Syntax);
    }

    /// <summary>Waits for a handle; for a task that stands for several, for each of them.</summary>
    public void Join(Path? handle, bool timed, SyntaxNode syntax)
    {
        if (handle is null)
        {
            Pause();
            return;
        }
        if (combined.TryGetValue(handle, out var parts))
            foreach (var part in parts)
                Recorder.Add(number => new Wait(number, Recorder.Region, Recorder.State.Locks, Recorder.Site(syntax), part, timed));
        Recorder.Add(number => new Wait(number, Recorder.Region, Recorder.State.Locks, Recorder.Site(syntax), handle, timed));
        if (handle is { Name: PromiseSegment, Parent: { } source })
            Recorder.Add(number => new Signal(number, Recorder.Region, Recorder.State.Locks, Recorder.Site(syntax), source, false) { IsPromise = true });
    }

    /// <summary>The values of arguments by the ordinals of their parameters.</summary>
    public IReadOnlyList<Path?> Arguments(ImmutableArray<IArgumentOperation> arguments, int count)
    {
        var values = new Path?[count];
        foreach (var argument in arguments)
        {
            // A reference that is handed on is no use yet.
            var value = argument.Parameter?.RefKind != RefKind.Ref ? walk.Visit(argument.Value)
                : InSource(argument.Parameter) ? walk.Memory.Lent(argument.Value) : walk.Locking.Silently(argument.Value);
            if (argument.Parameter is { Ordinal: var ordinal } && ordinal < count)
                values[ordinal] = value;
            // What a method does with a reference is not known; it may be as atomic as Interlocked.
            if (argument.Parameter?.RefKind is RefKind.Out)
                walk.Writes.Write(argument.Value, null, AccessKind.Write, argument.Value);
        }
        return [.. values];
    }

    /// <summary>A call of a method of the program.</summary>
    public Path Call(IMethodSymbol method, Path? receiver, IReadOnlyList<Path?> arguments, SyntaxNode syntax, bool overridable, Completion completion = Completion.AtOnce)
    {
        var number = Recorder.Add(number => new Call(number, Recorder.Region, Recorder.State.Locks, Recorder.Site(syntax),
            walk.Names.Id(method), null, method.MethodKind == MethodKind.LocalFunction ? Path.This : receiver, arguments, overridable, Recorder.State.AfterAwait, Recorder.State.AfterPause, completion));
        return Result(number);
    }

    /// <summary>Remembers that a task stands for several.</summary>
    public void Combine(Path task, IReadOnlyList<Path> parts) => combined[task] = parts;

    /// <summary>The body returns what one of its calls gave back: its caller decides when to wait for that.</summary>
    public void HandOn(Path? returned)
    {
        if (returned is not { IsRoot: true, Root: Root.Result })
            return;
        for (var i = 0; i < Recorder.Events.Count; i++)
            if (Recorder.Events[i] is Call { Completion: Completion.Later } call && Result(call.Number).Equals(returned))
                Recorder.Events[i] = call with { Completion = Completion.HandedOn };
    }

    private static Path Result(int number) => Path.Of(Root.Result, number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The segment of the task that a completion source completes.</summary>
    private const string PromiseSegment = "promise";

    public static bool InSource(ISymbol symbol) => symbol.OriginalDefinition.Locations.Any(location => location.IsInSource);

    private static bool IsVirtualCall(ISymbol member, IOperation? instance) =>
        (member.IsVirtual || member.IsAbstract || member.IsOverride || member.ContainingType.TypeKind == TypeKind.Interface)
        && !(instance?.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.BaseExpressionSyntax);

    private Path? CallDelegate(Path? @delegate, IInvocationOperation invocation)
    {
        var arguments = Arguments(invocation.Arguments, invocation.TargetMethod.Parameters.Length);
        if (@delegate is null)
            return null;
        var number = Recorder.Add(number => new Call(number, Recorder.Region, Recorder.State.Locks, Recorder.Site(invocation.Syntax), null, @delegate, null, arguments, false, Recorder.State.AfterAwait, Recorder.State.AfterPause, Completions.Of(invocation, walk)));
        return Result(number);
    }

    private Path? CallMethod(IMethodSymbol method, Path? receiver, IInvocationOperation invocation)
    {
        var arguments = Arguments(invocation.Arguments, method.Parameters.Length);
        walk.Obligations.RunImmediately(invocation, arguments);
        if (walk.Locking.HeldForDelegates(invocation, receiver) is { } held)
        {
            var before = Recorder.State;
            Recorder.State = before.Taking(held);
            var result = Call(method, receiver, arguments, invocation.Syntax, IsVirtualCall(method, invocation.Instance), Completions.Of(invocation, walk));
            Recorder.State = before;
            return result;
        }
        if (!walk.Obligations.IsOfUnsafe(method, invocation.Instance))
            return Call(method, receiver, arguments, invocation.Syntax, IsVirtualCall(method, invocation.Instance), Completions.Of(invocation, walk));
        // Its contract says all that matters to others.
        walk.Sequences.Content(receiver, invocation.Instance!.Unconverted().Type, AccessKind.Read, invocation.Syntax);
        return null;
    }

    /// <summary>A call of the framework, or of a library, that starts nothing: it may read or change a collection, or pass a task on.</summary>
    private Path? Opaque(IInvocationOperation invocation, Path? receiver)
    {
        var method = invocation.TargetMethod;
        var arguments = Arguments(invocation.Arguments, method.Parameters.Length);
        if (Waiting.IsWhenAll(method, walk.Types) && Tasks.Combined(invocation, arguments) is { } task)
            return task;
        if (Waiting.PassesOn(method))
            return receiver ?? arguments.FirstOrDefault();
        if (Waiting.IsGetResult(method))
        {
            Join(receiver, timed: false, invocation.Syntax);
            return receiver;
        }
        walk.Obligations.RunImmediately(invocation, arguments);
        Tasks.Stopped(invocation, receiver);
        var type = walk.TypeOf(invocation.Instance);
        if (!SynchronizedWrapper.LocksEachCall(invocation.Instance) && !Containers.IsForAll(invocation.Instance))
            walk.Sequences.Content(receiver, type, Containers.Mutates(method) ? AccessKind.Write : AccessKind.Read, invocation.Syntax);
        if (Containers.Inserts(method) && arguments.LastOrDefault() is { } added)
            Recorder.Store(receiver?.Then(Path.Element), added, invocation.Syntax);
        // A thread or task may be the key under which something is known of it.
        else if (Containers.Inserts(method) && type is not null && walk.Types[type.OriginalDefinition] is KnownType.Collection or KnownType.SafeCollection && HandleAmong(invocation, arguments) is { } key)
            Recorder.Store(receiver?.Then(Path.Element), key, invocation.Syntax);
        else
            Passed(invocation, arguments);
        foreach (var argument in invocation.Arguments)
            if (argument.Parameter is { Ordinal: var ordinal } && ordinal < arguments.Count)
                Tasks.CallsBack(invocation, argument.Value, arguments[ordinal], receiver);
        Enumerated(invocation.Arguments, arguments);
        if (Containers.GivesOne(method) && walk.Sequences.Handle(invocation, receiver ?? arguments.FirstOrDefault()) is { } handle)
            return handle;
        return walk.Sequences.Flow(invocation, method, receiver ?? arguments.FirstOrDefault());
    }

    /// <summary>Code that is not known reads the collections that it is given.</summary>
    public void Enumerated(ImmutableArray<IArgumentOperation> arguments, IReadOnlyList<Path?> values)
    {
        foreach (var argument in arguments)
            if (argument.Parameter is { RefKind: RefKind.None, Ordinal: var ordinal } && ordinal < values.Count && walk.TypeOf(argument.Value) is { } type && Containers.IsUnsafeCollection(type, walk.Types))
                walk.Sequences.Content(values[ordinal], type, AccessKind.Read | AccessKind.Enumeration, argument.Syntax);
    }

    /// <summary>Code that is not known may wait for the handles that it is given; then what comes after is ordered.</summary>
    private void Passed(IInvocationOperation invocation, IReadOnlyList<Path?> arguments)
    {
        foreach (var argument in invocation.Arguments)
            if (HandleIn(argument, arguments) is { } handle)
                Join(handle, timed: false, argument.Syntax);
    }

    private Path? HandleAmong(IInvocationOperation invocation, IReadOnlyList<Path?> arguments) => invocation.Arguments.Select(argument => HandleIn(argument, arguments)).FirstOrDefault(handle => handle is not null);

    /// <summary>The thread or task that an argument gives, or null.</summary>
    private Path? HandleIn(IArgumentOperation argument, IReadOnlyList<Path?> arguments) =>
        argument.Parameter is { Ordinal: var ordinal } && ordinal < arguments.Count && Effects.HandleKind(walk.Types[argument.Value.Unconverted().Type]) is not null ? arguments[ordinal] : null;

    /// <summary>Time passes, or something is waited for that is not known: what others do may be done then.</summary>
    public void Pause() => Recorder.State = Recorder.State with { AfterPause = true };
}
