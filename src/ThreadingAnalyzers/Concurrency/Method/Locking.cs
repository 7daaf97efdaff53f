using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>Locks, waits, signals and atomics: which call takes or gives what, and what a condition tells of it.</summary>
internal sealed class Locking(BodyWalk walk)
{
    /// <summary>Locks given back that the body did not take.</summary>
    public List<Path> Released { get; } = [];

    /// <summary>Whether the body takes or gives back locks by calls.</summary>
    public bool IsByCall { get; private set; }

    private Recorder Recorder => walk.Recorder;

    /// <summary>The object that a lock statement locks, without counting it as a use of memory.</summary>
    public Path? LockPath(IOperation value)
    {
        if (value.Unconverted() is ITypeOfOperation type)
            return Path.Static(walk.Names.Id(type.TypeOperand));
        // For what a collection guards it is as good as the collection.
        return walk.Visit(value.Unconverted() is IPropertyReferenceOperation { Property: var property, Instance: { } collection } && Containers.IsSyncRoot(property) ? collection : value);
    }

    /// <summary>The lock that the condition's truth tells to be held: a Try call, a token, or an assertion.</summary>
    public Held? TakenWhenTrue(IOperation? condition)
    {
        switch (condition)
        {
            case IInvocationOperation { TargetMethod: var method, Arguments: [{ Value: var target }, ..] } when Waiting.IsEntered(method, walk.Types):
                return new Held(LockPath(target), LockMode.Exclusive, Recorder.TakeNumber());
            case IInvocationOperation invocation when Taken(invocation) is { } taken:
                return taken;
            case IAwaitOperation { Operation: var awaited }:
                return TakenWhenTrue(awaited.Unconverted());
            case ILocalReferenceOperation { Local: var local } when Recorder.State.Tokens.TryGetValue(local, out var held):
                return held;
            case IPropertyReferenceOperation { Property: var property, Instance: { } instance } when Waiting.IsHeld(property):
                return new Held(walk.Visit(instance), LockMode.Exclusive, Recorder.TakeNumber());
            case IPropertyReferenceOperation or IInvocationOperation or IBinaryOperation when Contexts.IsThreadTest(condition, walk.Types, out var negated) && !negated:
                return OwnThread(condition);
            default:
                return null;
        }
    }

    /// <summary>What the condition's falsehood tells: a test for being on another thread.</summary>
    public Held? TakenWhenFalse(IOperation? condition) =>
        condition is not null && Contexts.IsThreadTest(condition, walk.Types, out var negated) && negated ? OwnThread(condition) : null;

    /// <summary>The one thread that a test tells, by the name of what is asked.</summary>
    private Held OwnThread(IOperation test) => new(test switch
    {
        IPropertyReferenceOperation { Property: var property, Instance: var instance } => walk.Memory.Member(instance is null ? null : Silently(instance), property),
        IInvocationOperation { TargetMethod: var method, Instance: var instance } => walk.Memory.Member(instance is null ? null : Silently(instance), method),
        _ => Path.Of(Root.This, "thread"),
    }, LockMode.Confined, Recorder.TakeNumber());

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
        while (Awaited(taking) is { } inner)
            taking = inner.Unconverted();
        var (symbol, subject) = taking switch
        {
            IInvocationOperation invocation => (invocation.TargetMethod, invocation.Instance ?? invocation.Arguments.FirstOrDefault()?.Value),
            IObjectCreationOperation { Type: { } type } creation => (type, creation.Arguments.FirstOrDefault()?.Value),
            _ => ((ISymbol?)null, (IOperation?)null),
        };
        // A call of which only the name is known.
        if (taking is IInvalidOperation { Syntax: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } } } && Waiting.IsNamedLikeLock(name))
            subject = taking.Descendants().FirstOrDefault(part => part is IFieldReferenceOperation or IPropertyReferenceOperation or ILocalReferenceOperation or IParameterReferenceOperation);
        else if (symbol is null || !(Waiting.IsNamedLikeLock(symbol) || DeclaredNames.Include(walk.Types.Declared.LockMethods, symbol)) || taking is IInvocationOperation call && Effects.Of(call.TargetMethod, call.Instance?.Type, walk.Types).Kind == EffectKind.Acquire)
            return;
        var events = Recorder.Events.Count;
        var path = subject is null ? null : walk.Visit(subject);
        Recorder.Events.Count = Math.Min(events, Recorder.Events.Count);
        Recorder.State = Recorder.State.Taking(Recorder.Acquire(path, LockMode.Exclusive, taking!.Syntax));
    }

    /// <summary>
    /// The lock that a loop takes which asks for it until it has it: <c>while (!TryEnter()) Thread.Yield();</c>, where the
    /// question is a delegate or named like one that takes a lock.
    /// </summary>
    public Held? TakenBySpinning(IWhileLoopOperation loop)
    {
        if (loop is not { ConditionIsTop: true, Condition: IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not }
            || not.Operand.Unconverted() is not IInvocationOperation { TargetMethod: var method, Instance: { } instance } || !IsIdle(loop.Body))
            return null;
        return method.MethodKind == MethodKind.DelegateInvoke || Waiting.IsNamedLikeLock(method) ? new Held(Silently(instance), LockMode.Exclusive, Recorder.TakeNumber()) : null;
    }

    /// <summary>Whether a loop's body does nothing but let time pass.</summary>
    public static bool IsIdle(IOperation body) => body is IEmptyOperation or IExpressionStatementOperation { Operation: IInvocationOperation or IAwaitOperation } or IBlockOperation { Operations: [] }
        || body is IBlockOperation { Operations: [var only] } && IsIdle(only);

    /// <summary>The lock under which a call runs the delegates that it is given: its receiver is a lock by its name.</summary>
    public Held? HeldForDelegates(IInvocationOperation call, Path? receiver) =>
        receiver is not null && Waiting.IsLock(call.Instance?.Unconverted().Type) && call.TargetMethod.Parameters.Any(parameter => parameter.Type.TypeKind == TypeKind.Delegate)
            ? new Held(receiver, LockMode.Exclusive, Recorder.TakeNumber())
            : null;

    /// <summary>Locks, waits, signals and atomics.</summary>
    public Path? Synchronize(IInvocationOperation invocation, Effect effect, Path? receiver)
    {
        var operand = effect.Operand < 0 ? invocation.Instance : invocation.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == effect.Operand)?.Value;
        IsByCall |= effect.Kind is EffectKind.Acquire or EffectKind.TryAcquire or EffectKind.Release;
        switch (effect.Kind)
        {
            case EffectKind.AtomicRead or EffectKind.AtomicWrite when operand is not null:
                foreach (var argument in invocation.Arguments.Where(argument => argument.Value != operand))
                    walk.Visit(argument.Value);
                var isNull = invocation.Arguments.Any(argument => argument.Parameter?.Ordinal == 1 && Rereads.IsNull(argument.Value));
                walk.Writes.Write(operand, null, (effect.Kind == EffectKind.AtomicRead ? AccessKind.Read : AccessKind.Write | AccessKind.Read) | AccessKind.Atomic | (Atomics.Updated(invocation, walk.Types) is null ? 0 : AccessKind.Update) | (isNull ? AccessKind.Null : 0), operand);
                return null;
            case EffectKind.Pause:
                foreach (var argument in invocation.Arguments)
                    walk.Visit(argument.Value);
                walk.Calls.Pause();
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
            case EffectKind.Release: Release(path); break;
            case EffectKind.Join: walk.Calls.Join(Handles(invocation, path), timed: false, invocation.Syntax); break;
            // Whoever looks at the result knows whether the end was reached.
            case EffectKind.TimedJoin when !walk.Attempts.Asked(invocation, Handles(invocation, path), isEnd: true, isPolled: false): walk.Calls.Join(Handles(invocation, path), timed: invocation.Parent is IExpressionStatementOperation, invocation.Syntax); break;
            case EffectKind.Await or EffectKind.Signal when path is not null:
                Recorder.Add(number => new Signal(number, Recorder.Region, Recorder.State.Locks, Recorder.Site(invocation.Syntax), path, effect.Kind == EffectKind.Signal));
                break;
        }
        return null;
    }

    /// <summary>What the call waits for: all elements of its operand, or the operand.</summary>
    private static Path? Handles(IInvocationOperation invocation, Path? path) => Waiting.IsWaitAll(invocation.TargetMethod) ? path?.Then(Path.Element) : path;

    private Held? Taken(IInvocationOperation invocation)
    {
        var effect = Effects.Of(invocation.TargetMethod, invocation.Instance?.Unconverted().Type, walk.Types);
        if (effect.Kind == EffectKind.None && Waiting.OfNamedLock(invocation, walk.Types) is { } named)
            effect = named;
        if (effect.Kind != EffectKind.TryAcquire)
            return null;
        var operand = effect.Operand < 0 ? invocation.Instance : invocation.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == effect.Operand)?.Value;
        return operand is null ? null : new Held(Silently(operand), effect.Mode, Recorder.TakeNumber());
    }

    /// <summary>After a call of what is a lock by its name only: it is held now, or given back.</summary>
    public Path? Named(IInvocationOperation invocation, Path? receiver, Path? result)
    {
        if (receiver is null || Waiting.OfNamedLock(invocation, walk.Types) is not { } effect)
            return result;
        IsByCall = true;
        if (effect.Kind == EffectKind.Acquire)
            Recorder.State = Recorder.State.Taking(Recorder.Acquire(receiver, effect.Mode, invocation.Syntax));
        else if (effect.Kind == EffectKind.Release)
            Release(receiver);
        return result;
    }

    /// <summary>What an operand is called, without counting it as a use.</summary>
    public Path? Silently(IOperation operand)
    {
        var events = Recorder.Events.Count;
        var path = LockPath(operand);
        Recorder.Events.Count = Math.Min(events, Recorder.Events.Count);
        return path;
    }

    /// <summary>What an await or a ConfigureAwait is applied to.</summary>
    private static IOperation? Awaited(IOperation? value) => value switch
    {
        IAwaitOperation @await => @await.Operation,
        IInvocationOperation { TargetMethod: var method, Instance: { } instance } when Waiting.PassesOn(method) => instance,
        _ => null,
    };

    /// <summary>A lock is given back; one that this body did not take is its caller's.</summary>
    private void Release(Path? path)
    {
        var without = Recorder.State.Locks.Without(path);
        if (ReferenceEquals(without, Recorder.State.Locks) && path is not null)
            Released.Add(path);
        Recorder.State = Recorder.State with { Locks = without };
    }
}
