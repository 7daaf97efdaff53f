using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>What calls, creations, delegates and awaits do: the transfer of everything that the Api tables describe.</summary>
internal sealed class Calls(BodyWalk walk)
{
    /// <summary>OperationKind.CollectionExpression, which the Roslyn that we compile against does not have.</summary>
    public const int CollectionExpressionKind = 0x7f;

    /// <summary>Tasks that end when all of some others have.</summary>
    private readonly Dictionary<Path, IReadOnlyList<Path>> combined = [];

    private readonly Tasks tasks = new(walk);

    /// <summary>Locks given back that the body did not take.</summary>
    public IEnumerable<Path> Released => tasks.Released;

    private Recorder Recorder => walk.Recorder;

    public Path? Invocation(IInvocationOperation invocation)
    {
        var method = invocation.TargetMethod;
        if (method.MethodKind == MethodKind.DelegateInvoke)
            return CallDelegate(walk.Visit(invocation.Instance), invocation);
        if (Waiting.IsAssertion(method) && invocation.Arguments is [{ Value: var condition }, ..] && TakenWhenTrue(condition.Unconverted()) is { } asserted)
        {
            Recorder.State = Recorder.State.Taking(asserted);
            return null;
        }

        var receiver = walk.Visit(invocation.Instance);
        var effect = Effects.Of(method, invocation.Instance?.Unconverted().Type, walk.Types);
        return effect.Kind switch
        {
            EffectKind.None => InSource(method) ? CallMethod(method, receiver, invocation) : Opaque(invocation, receiver),
            EffectKind.CallNow => CallNow(invocation, receiver),
            EffectKind.Start or EffectKind.StartAndJoin => tasks.Start(invocation, effect, receiver),
            EffectKind.StartOperand => tasks.StartOperand(invocation, effect, receiver),
            _ => Synchronize(invocation, effect, receiver),
        };
    }

    public Path? Creation(IObjectCreationOperation creation)
    {
        var arguments = Arguments(creation.Arguments, creation.Constructor?.Parameters.Length ?? 0);
        var known = walk.Types[creation.Type];
        var made = Allocate(creation, known, arguments);
        if (creation.Constructor is { } constructor && InSource(constructor) && !constructor.IsImplicitlyDeclared)
            Recorder.Add(number => new Call(number, Recorder.Region, Recorder.State.Locks, Recorder.Site(creation.Syntax), walk.Names.Id(constructor), null, made, arguments, false, Recorder.State.AfterAwait));
        if (creation.Initializer is { } initializer)
        {
            walk.Memory.Initialized.Push(made);
            foreach (var element in initializer.Initializers)
                Initialize(made, element);
            walk.Memory.Initialized.Pop();
        }
        if (known == KnownType.Timer)
            tasks.TimerMade(creation, made, arguments);
        return made;
    }

    public Path? ArrayCreation(IArrayCreationOperation array)
    {
        foreach (var size in array.DimensionSizes)
            walk.Visit(size);
        return Elements(array, array.Initializer is { } initializer ? initializer.ElementValues : Enumerable.Empty<IOperation>());
    }

    /// <summary>A new collection of these elements.</summary>
    public Path? Elements(IOperation creation, IEnumerable<IOperation> elements)
    {
        var made = Allocate(creation, KnownType.None, []);
        foreach (var element in elements)
            Recorder.Store(made.Then(Path.Element), walk.Visit(element), element.Syntax);
        return made;
    }

    public Path? MethodGroup(IMethodReferenceOperation method) =>
        Path.Delegate(walk.Names.Id(method.Method), method.Method.IsStatic ? null : method.Instance is { } instance ? walk.Visit(instance) : Path.This);

    public Path? Lambda(IAnonymousFunctionOperation lambda)
    {
        walk.Nested.Add(lambda);
        return Path.Delegate(walk.Names.Id(lambda.Symbol), Path.This);
    }

    public Path? Await(IAwaitOperation await)
    {
        var handle = walk.Visit(await.Operation);
        Join(handle, timed: false, await.Syntax);
        Recorder.State = Recorder.State with { AfterAwait = true };
        return handle;
    }

    public void Subscribe(IEventAssignmentOperation assignment)
    {
        var handler = walk.Visit(assignment.HandlerValue);
        if (assignment.EventReference is not IEventReferenceOperation { Event: var @event } reference)
            return;
        var source = walk.Visit(reference.Instance);
        if (assignment.Adds && tasks.Subscribed(@event, source, handler, assignment))
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
        if (Waiting.IsPromise(symbol, walk.Types) && receiver is not null)
            return receiver.Then(PromiseSegment);
        // What a thread keeps for itself is nobody else's memory.
        if (walk.Types[symbol.ContainingType] is KnownType.ThreadLocal or KnownType.AsyncLocal)
            return null;
        if (!Collections.IsCount(symbol))
            Content(receiver, property.Instance?.Unconverted().Type, AccessKind.Read, property.Syntax);
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
            tasks.PropertySet(property, receiver);
            return;
        }
        var type = property.Instance?.Unconverted().Type;
        // Lists replace an element in place: no structure changes that another thread could stumble over.
        if (!Collections.IsElementwise(type, walk.Types))
            Content(receiver, type, AccessKind.Write | (update ? AccessKind.Update : 0), property.Syntax);
        Recorder.Store(receiver?.Then(Path.Element), value, property.Syntax);
    }

    /// <summary>A use of what an object holds, when its type is one that only one thread at a time may use.</summary>
    public void Content(Path? path, ITypeSymbol? type, AccessKind kind, SyntaxNode syntax)
    {
        if (Collections.IsUnsafeCollection(type, walk.Types))
            Recorder.Use(path, kind | AccessKind.Content | walk.Memory.Purpose, syntax);
        else if (Collections.IsUnsafeService(type, walk.Types))
            Recorder.Use(path, kind | AccessKind.Service, syntax);
    }

    /// <summary>The object that a lock statement locks, without counting it as a use of memory.</summary>
    public Path? LockPath(IOperation value)
    {
        if (value.Unconverted() is ITypeOfOperation type)
            return Path.Static(walk.Names.Id(type.TypeOperand));
        return walk.Visit(value);
    }

    /// <summary>The lock that the condition's truth tells to be held: a Try call, a token, or an assertion.</summary>
    public Held? TakenWhenTrue(IOperation? condition)
    {
        switch (condition)
        {
            case IInvocationOperation { TargetMethod: var method, Arguments: [{ Value: var target }, ..] } when Waiting.IsEntered(method, walk.Types):
                return new Held(LockPath(target), LockMode.Exclusive, Recorder.TakeNumber());
            case IInvocationOperation invocation:
                return Taken(invocation);
            case IAwaitOperation { Operation: var awaited }:
                return TakenWhenTrue(awaited.Unconverted());
            case ILocalReferenceOperation { Local: var local } when Recorder.State.Tokens.TryGetValue(local, out var held):
                return held;
            case IPropertyReferenceOperation { Property: var property, Instance: { } instance } when Waiting.IsHeld(property):
                return new Held(walk.Visit(instance), LockMode.Exclusive, Recorder.TakeNumber());
            default:
                return null;
        }
    }

    /// <summary>Remembers a boolean that tells whether a lock was taken: <c>var taken = gate.Wait(10)</c>.</summary>
    public void BindToken(ISymbol local, IOperation value)
    {
        if (value.Unconverted() is IInvocationOperation or IAwaitOperation && TakenWhenTrue(value.Unconverted()) is { } held)
            Recorder.State = Recorder.State with { Tokens = Recorder.State.Tokens.SetItem(local, held) };
    }

    /// <summary>
    /// What a using statement holds: a scope object of a lock that the tables do not know is one that is named as such
    /// (Lock, Enter, Acquire …). Its receiver or first argument says which lock.
    /// </summary>
    public void Scope(IOperation? value)
    {
        var taking = value?.Unconverted();
        while (Passed(taking) is { } inner)
            taking = inner.Unconverted();
        var (symbol, subject) = taking switch
        {
            IInvocationOperation invocation => (invocation.TargetMethod, invocation.Instance ?? invocation.Arguments.FirstOrDefault()?.Value),
            IObjectCreationOperation { Type: { } type } creation => (type, creation.Arguments.FirstOrDefault()?.Value),
            _ => ((ISymbol?)null, (IOperation?)null),
        };
        if (symbol is null || !Waiting.IsNamedLikeLock(symbol) || taking is IInvocationOperation call && Effects.Of(call.TargetMethod, call.Instance?.Type, walk.Types).Kind == EffectKind.Acquire)
            return;
        var events = Recorder.Events.Count;
        var path = subject is null ? null : walk.Visit(subject);
        Recorder.Events.Count = Math.Min(events, Recorder.Events.Count);
        Recorder.State = Recorder.State.Taking(Recorder.Acquire(path, LockMode.Exclusive, taking!.Syntax));
    }

    /// <summary>What an await or a ConfigureAwait is applied to.</summary>
    private static IOperation? Passed(IOperation? value) => value switch
    {
        IAwaitOperation @await => @await.Operation,
        IInvocationOperation { TargetMethod: var method, Instance: { } instance } when Waiting.PassesOn(method) => instance,
        _ => null,
    };

    /// <summary>Waits for a handle; for a task that stands for several, for each of them.</summary>
    public void Join(Path? handle, bool timed, SyntaxNode syntax)
    {
        if (handle is null)
        {
            Pause(syntax);
            return;
        }
        if (combined.TryGetValue(handle, out var parts))
            foreach (var part in parts)
                Recorder.Add(number => new Wait(number, Recorder.Region, Recorder.State.Locks, Recorder.Site(syntax), part, timed));
        Recorder.Add(number => new Wait(number, Recorder.Region, Recorder.State.Locks, Recorder.Site(syntax), handle, timed));
        if (handle is { Name: PromiseSegment, Parent: { } source })
            Recorder.Add(number => new Signal(number, Recorder.Region, Recorder.State.Locks, Recorder.Site(syntax), source, false));
    }

    /// <summary>The values of arguments by the ordinals of their parameters.</summary>
    public IReadOnlyList<Path?> Arguments(ImmutableArray<IArgumentOperation> arguments, int count)
    {
        var values = new Path?[count];
        foreach (var argument in arguments)
        {
            var value = walk.Visit(argument.Value);
            if (argument.Parameter is { Ordinal: var ordinal } && ordinal < count)
                values[ordinal] = value;
            if (argument.Parameter?.RefKind is RefKind.Ref or RefKind.Out)
                walk.Memory.Write(argument.Value, null, AccessKind.Write, argument.Value);
        }
        return [.. values];
    }

    /// <summary>A new object.</summary>
    public Path Allocate(IOperation creation, KnownType known, IReadOnlyList<Path?> arguments)
    {
        var name = Recorder.TakeNumber().ToString(System.Globalization.CultureInfo.InvariantCulture);
        var constant = (creation as IObjectCreationOperation)?.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0)?.Value.ConstantValue;
        walk.Allocations[name] = new Allocation(known, creation.Type is null ? "" : walk.Names.Id(creation.Type),
            Effects.HandleKind(known) is null ? null : arguments.FirstOrDefault(argument => argument?.Root == Root.Delegate || argument is not null),
            constant is { HasValue: true, Value: var value } ? value?.ToString() : null, Recorder.Region, Recorder.Site(creation.Syntax), false);
        return Path.Of(Root.Allocation, name);
    }

    /// <summary>A call of a method of the program.</summary>
    public Path Call(IMethodSymbol method, Path? receiver, IReadOnlyList<Path?> arguments, SyntaxNode syntax, bool overridable)
    {
        var number = Recorder.Add(number => new Call(number, Recorder.Region, Recorder.State.Locks, Recorder.Site(syntax),
            walk.Names.Id(method), null, method.MethodKind == MethodKind.LocalFunction ? Path.This : receiver, arguments, overridable, Recorder.State.AfterAwait));
        return Path.Of(Root.Result, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Remembers that a task stands for several.</summary>
    public void Combine(Path task, IReadOnlyList<Path> parts) => combined[task] = parts;

    /// <summary>The segment of the task that a completion source completes.</summary>
    private const string PromiseSegment = "promise";

    private static bool InSource(ISymbol symbol) => symbol.OriginalDefinition.Locations.Any(location => location.IsInSource);

    private static bool IsVirtualCall(ISymbol member, IOperation? instance) =>
        (member.IsVirtual || member.IsAbstract || member.IsOverride || member.ContainingType.TypeKind == TypeKind.Interface)
        && !(instance?.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.BaseExpressionSyntax);

    private Path? CallDelegate(Path? @delegate, IInvocationOperation invocation)
    {
        var arguments = Arguments(invocation.Arguments, invocation.TargetMethod.Parameters.Length);
        if (@delegate is null)
            return null;
        var number = Recorder.Add(number => new Call(number, Recorder.Region, Recorder.State.Locks, Recorder.Site(invocation.Syntax), null, @delegate, null, arguments, false, Recorder.State.AfterAwait));
        return Path.Of(Root.Result, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private Path? CallMethod(IMethodSymbol method, Path? receiver, IInvocationOperation invocation) =>
        Call(method, receiver, Arguments(invocation.Arguments, method.Parameters.Length), invocation.Syntax, IsVirtualCall(method, invocation.Instance));

    /// <summary>A call of the framework, or of a library, that starts nothing: it may read or change a collection, or pass a task on.</summary>
    private Path? Opaque(IInvocationOperation invocation, Path? receiver)
    {
        var method = invocation.TargetMethod;
        var arguments = Arguments(invocation.Arguments, method.Parameters.Length);
        if (Waiting.IsWhenAll(method, walk.Types) && tasks.Combined(invocation, arguments) is { } task)
            return task;
        if (Waiting.PassesOn(method))
            return receiver ?? arguments.FirstOrDefault();
        if (Waiting.IsGetResult(method))
        {
            Join(receiver, timed: false, invocation.Syntax);
            return receiver;
        }
        tasks.Stopped(invocation, receiver);
        var type = invocation.Instance?.Unconverted().Type;
        Content(receiver, type, Collections.Mutates(method) ? AccessKind.Write : AccessKind.Read, invocation.Syntax);
        if (Collections.Inserts(method) && arguments.LastOrDefault() is { } added)
            Recorder.Store(receiver?.Then(Path.Element), added, invocation.Syntax);
        else
            Passed(invocation, arguments);
        foreach (var argument in invocation.Arguments.Where(argument => argument.Parameter?.RefKind == RefKind.None))
            if (Collections.IsUnsafeCollection(argument.Value.Unconverted().Type, walk.Types) && argument.Parameter?.Ordinal is { } ordinal && ordinal < arguments.Count)
                Content(arguments[ordinal], argument.Value.Unconverted().Type, AccessKind.Read | AccessKind.Enumeration, argument.Syntax);
        return Flow(invocation, receiver ?? arguments.FirstOrDefault());
    }

    /// <summary>Code that is not known may wait for the handles that it is given; then what comes after is ordered.</summary>
    private void Passed(IInvocationOperation invocation, IReadOnlyList<Path?> arguments)
    {
        foreach (var argument in invocation.Arguments)
            if (argument.Parameter is { Ordinal: var ordinal } && ordinal < arguments.Count && arguments[ordinal] is { } handle
                && Effects.HandleKind(walk.Types[argument.Value.Unconverted().Type]) is not null)
                Join(handle, timed: false, argument.Syntax);
    }

    /// <summary>The elements that the result of a call has: those of its source, or copies in a new collection.</summary>
    private Path? Flow(IInvocationOperation invocation, Path? source)
    {
        if (Collections.IsView(invocation.TargetMethod))
            return source;
        if (!Collections.IsCopy(invocation.TargetMethod) || source is null)
            return null;
        var made = Allocate(invocation, KnownType.None, []);
        Recorder.Store(made.Then(Path.Element), source.Then(Path.Element), invocation.Syntax);
        return made;
    }

    /// <summary>Time passes, or something is waited for that is not known: what others do may be done then.</summary>
    private void Pause(SyntaxNode syntax) =>
        Recorder.Add(number => new Signal(number, Recorder.Region, Recorder.State.Locks, Recorder.Site(syntax), Signal.Anything, false));

    /// <summary>A framework method that calls its delegates before it returns: they are walked where they stand.</summary>
    private Path? CallNow(IInvocationOperation invocation, Path? receiver)
    {
        var method = invocation.TargetMethod;
        var source = receiver ?? (method.IsStatic && invocation.Arguments is [var first, ..] ? walk.Visit(first.Value) : null);
        var sourceType = (invocation.Instance ?? invocation.Arguments.FirstOrDefault()?.Value)?.Unconverted().Type;
        Content(source, sourceType, (Collections.Mutates(method) ? AccessKind.Write : AccessKind.Read) | AccessKind.Enumeration, invocation.Syntax);
        Path? result = null;
        foreach (var argument in invocation.Arguments.Skip(method.IsStatic ? 1 : 0))
        {
            var value = argument.Value.Unconverted();
            var function = (value as IDelegateCreationOperation)?.Target.Unconverted() ?? value;
            if (function is IAnonymousFunctionOperation { Symbol.IsAsync: false } lambda)
                result = Inline(lambda, source?.Then(Path.Element));
            else if (function is IAnonymousFunctionOperation or IMethodReferenceOperation)
                result = InLoop(function, source?.Then(Path.Element), invocation.Syntax);
            else
                walk.Visit(value);
        }
        if (!Collections.IsProjection(method))
            return Flow(invocation, source);
        var made = Allocate(invocation, KnownType.None, []);
        Recorder.Store(made.Then(Path.Element), result, invocation.Syntax);
        return made;
    }

    private Path? Inline(IAnonymousFunctionOperation lambda, Path? element)
    {
        Recorder.Enter(RegionKind.Loop);
        var before = Recorder.State;
        walk.Inlined.Add(lambda.Symbol);
        if (lambda.Symbol.Parameters is [var parameter, ..])
            walk.Memory.Bind(parameter, element, lambda.Syntax);
        Path? result = null;
        // The lambda's returns are not the body's, so its block is walked statement by statement.
        foreach (var statement in lambda.Body.Operations)
            if (statement is IReturnOperation @return)
                result = walk.Visit(@return.ReturnedValue);
            else
                walk.Visit(statement);
        Recorder.Leave();
        Recorder.State = before.Meet(Recorder.State);
        return result;
    }

    private Path? InLoop(IOperation function, Path? element, SyntaxNode syntax)
    {
        Recorder.Enter(RegionKind.Loop);
        var @delegate = walk.Visit(function);
        var number = Recorder.Add(number => new Call(number, Recorder.Region, Recorder.State.Locks, Recorder.Site(syntax), null, @delegate, null, [element], false, Recorder.State.AfterAwait));
        Recorder.Leave();
        return Path.Of(Root.Result, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Locks, waits, signals and atomics.</summary>
    private Path? Synchronize(IInvocationOperation invocation, Effect effect, Path? receiver)
    {
        var operand = effect.Operand < 0 ? invocation.Instance : invocation.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == effect.Operand)?.Value;
        switch (effect.Kind)
        {
            case EffectKind.AtomicRead or EffectKind.AtomicWrite when operand is not null:
                foreach (var argument in invocation.Arguments.Where(argument => argument.Value != operand))
                    walk.Visit(argument.Value);
                walk.Memory.Write(operand, null, effect.Kind == EffectKind.AtomicRead ? AccessKind.Read | AccessKind.Atomic : AccessKind.Write | AccessKind.Read | AccessKind.Atomic, operand);
                return null;
            case EffectKind.Pause:
                foreach (var argument in invocation.Arguments)
                    walk.Visit(argument.Value);
                Pause(invocation.Syntax);
                return null;
            case EffectKind.Marshal:
                // What runs on the user interface's thread is another body of that thread, not a part of this one.
                foreach (var argument in invocation.Arguments)
                    walk.Visit(argument.Value);
                return null;
        }

        var path = effect.Operand < 0 ? receiver : operand is null ? null : LockPath(operand);
        foreach (var argument in invocation.Arguments.Where(argument => argument.Value != operand))
        {
            walk.Visit(argument.Value);
            // Monitor.Enter(gate, ref taken): the flag tells it.
            if (argument is { Parameter: { RefKind: RefKind.Ref or RefKind.Out, Type.SpecialType: SpecialType.System_Boolean }, Value: var flag } && flag.Unconverted() is ILocalReferenceOperation { Local: var token })
                Recorder.State = Recorder.State with { Tokens = Recorder.State.Tokens.SetItem(token, new Held(path, effect.Mode, Recorder.TakeNumber())) };
        }
        switch (effect.Kind)
        {
            case EffectKind.Acquire: Recorder.State = Recorder.State.Taking(Recorder.Acquire(path, effect.Mode, invocation.Syntax)); break;
            case EffectKind.Release: tasks.Release(path); break;
            case EffectKind.Join: JoinAll(operand, path, invocation, timed: false); break;
            // Whoever looks at the result knows whether the end was reached.
            case EffectKind.TimedJoin: JoinAll(operand, path, invocation, timed: invocation.Parent is IExpressionStatementOperation); break;
            case EffectKind.Await or EffectKind.Signal when path is not null:
                Recorder.Add(number => new Signal(number, Recorder.Region, Recorder.State.Locks, Recorder.Site(invocation.Syntax), path, effect.Kind == EffectKind.Signal));
                break;
        }
        return null;
    }

    private void JoinAll(IOperation? operand, Path? path, IInvocationOperation invocation, bool timed)
    {
        if (Waiting.IsWaitAll(invocation.TargetMethod))
            Join(path?.Then(Path.Element), timed, invocation.Syntax);
        else
            Join(path, timed, invocation.Syntax);
    }

    private Held? Taken(IInvocationOperation invocation)
    {
        var effect = Effects.Of(invocation.TargetMethod, invocation.Instance?.Unconverted().Type, walk.Types);
        if (effect.Kind != EffectKind.TryAcquire)
            return null;
        var operand = effect.Operand < 0 ? invocation.Instance : invocation.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == effect.Operand)?.Value;
        return operand is null ? null : new Held(Silently(operand), effect.Mode, Recorder.TakeNumber());
    }

    /// <summary>What an operand is called that was walked already.</summary>
    private Path? Silently(IOperation operand)
    {
        var events = Recorder.Events.Count;
        var path = LockPath(operand);
        Recorder.Events.Count = Math.Min(events, Recorder.Events.Count);
        return path;
    }

    private void Initialize(Path made, IOperation element)
    {
        switch (element)
        {
            case IInvocationOperation { Arguments: [.., { Value: var value }] }: Recorder.Store(made.Then(Path.Element), walk.Visit(value), element.Syntax); break;
            case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation property, Value: var value }:
                var stored = walk.Visit(value);
                tasks.PropertySet(property, made);
                Recorder.Store(made.Then(property.Property.IsIndexer ? Path.Element : walk.Names.Id(property.Property)), stored, element.Syntax);
                break;
            case ISimpleAssignmentOperation { Target: IFieldReferenceOperation field, Value: var value }:
                Recorder.Store(made.Then(walk.Names.Id(field.Field)), walk.Visit(value), element.Syntax);
                break;
            default: walk.Visit(element); break;
        }
    }
}
