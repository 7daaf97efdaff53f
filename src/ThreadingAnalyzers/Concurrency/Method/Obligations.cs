using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>What contracts oblige the users of members to, and what a body itself takes for granted: attributes and assertions.</summary>
internal sealed class Obligations(BodyWalk walk)
{
    private readonly HashSet<int> granted = [];

    /// <summary>The locks that the body wants its callers to hold.</summary>
    public List<Path> Required { get; } = [];

    /// <summary>Notes that a use of the field or property wants a lock held.</summary>
    public void Used(ISymbol member, Path? receiver, SyntaxNode syntax)
    {
        foreach (var name in walk.Types.ContractOf(member).Guards)
            walk.Recorder.Note(Lock(member.ContainingType, name, receiver), AccessKind.Required, walk.Recorder.State.Locks, syntax);
    }

    /// <summary>The body begins with the locks held that the method's contract asks of callers, and with those that its own attribute takes.</summary>
    public void Begin(IMethodSymbol method, SyntaxNode syntax)
    {
        foreach (var name in Contracts.RequiredBy(method))
            if (Lock(method.ContainingType, name, Path.This) is { } @lock)
                Grant(new Held(@lock, LockMode.Exclusive, walk.Recorder.TakeNumber()));
        if (!MonitorLocks.IsSynchronized(method))
            return;
        var own = walk.Recorder.Acquire(method.IsStatic ? Path.Static(walk.Names.Id(method.ContainingType)) : Path.This, LockMode.Exclusive, syntax);
        granted.Add(own.Acquisition);
        walk.Recorder.State = walk.Recorder.State.Taking(own);
    }

    /// <summary>
    /// An assertion that a lock is held; the first thing that a body does, it is what it wants of its callers. On which thread
    /// these run is not known from the locks that they hold, so of a thread nothing is wanted: who has come past the assertion is there.
    /// </summary>
    public void Asserted(Held held)
    {
        var state = walk.Recorder.State;
        if (held.Mode == LockMode.Confined)
        {
            walk.Recorder.State = state.Taking(held);
            return;
        }
        if (walk.Recorder.Region.Kind == RegionKind.Body && state.Locks.Locks.All(other => granted.Contains(other.Acquisition)) && walk.Recorder.Events.All(@event => @event is Use))
            Grant(held);
        else
            walk.Recorder.State = state.Taking(held);
        granted.Add(held.Acquisition);
    }

    /// <summary>The locks that the body really took: neither asked of callers nor asserted.</summary>
    public LockSet Taken(LockSet locks) => locks.Locks.Where(held => granted.Contains(held.Acquisition)).Aggregate(locks, (rest, held) => rest.Without(held.Lock));

    /// <summary>Whether only one thread uses the member, by its own word or its type's.</summary>
    public bool IsConfined(ISymbol member) => member is IFieldSymbol or IPropertySymbol
        && (walk.Types.ContractOf(member).IsConfined || walk.Types.ContractOf(member.ContainingType) == TypeContract.Confined);

    /// <summary>Whether a call of the method is one of an object that one thread at a time may use, made from outside of it.</summary>
    public bool IsOfUnsafe(IMethodSymbol method, IOperation? instance) =>
        instance is not null and not IInstanceReferenceOperation && walk.Types.ContractOf(method.ContainingType) == TypeContract.Unsafe;

    /// <summary>Calls the delegates whose parameters say that they run before the method returns.</summary>
    public void RunImmediately(IInvocationOperation invocation, IReadOnlyList<Path?> arguments)
    {
        foreach (var argument in invocation.Arguments)
            if (argument.Parameter is { Type.TypeKind: TypeKind.Delegate, Ordinal: var ordinal } parameter && ordinal < arguments.Count && arguments[ordinal] is { } run && Contracts.RunsImmediately(parameter.OriginalDefinition))
                walk.Recorder.Add(number => new Call(number, walk.Recorder.Region, walk.Recorder.State.Locks, walk.Recorder.Site(argument.Syntax), null, run, null, [], false, walk.Recorder.State.AfterAwait, walk.Recorder.State.AfterPause));
    }

    private void Grant(Held held)
    {
        granted.Add(held.Acquisition);
        walk.Recorder.State = walk.Recorder.State.Taking(held);
        if (held.Lock is { } @lock)
            Required.Add(@lock);
    }

    /// <summary>The lock that a contract of the type names, as an object with that path has it.</summary>
    private Path? Lock(INamedTypeSymbol type, string name, Path? receiver) =>
        Contracts.IsSelf(name) ? receiver : Contracts.Lock(type, name) is { } @lock ? walk.Memory.Member(receiver, @lock) : null;
}
