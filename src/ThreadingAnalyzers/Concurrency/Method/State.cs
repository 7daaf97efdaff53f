using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>A test that found memory to be there, or to have elements.</summary>
/// <param name="Locks">What was held at the test.</param>
/// <param name="IsSized">Whether it asked how many elements there are.</param>
internal sealed record Tested(LockSet Locks, bool IsSized);

/// <summary>What the walk knows at a place of a body, on every path to it.</summary>
internal sealed record State
{
    /// <summary>Nothing known.</summary>
    public static State Initial { get; } = new();

    /// <summary>The locks that are held.</summary>
    public LockSet Locks { get; init; } = LockSet.Empty;

    /// <summary>What the locals of the body are: names for objects, not memory. An unknown one is absent.</summary>
    public ImmutableDictionary<ISymbol, Path> Locals { get; init; } = ImmutableDictionary.Create<ISymbol, Path>(SymbolEqualityComparer.Default);

    /// <summary>Boolean locals that tell whether a lock was taken.</summary>
    public ImmutableDictionary<ISymbol, Held> Tokens { get; init; } = ImmutableDictionary.Create<ISymbol, Held>(SymbolEqualityComparer.Default);

    /// <summary>Memory that is null, or false, here: a write of it is a lazy initialisation.</summary>
    public ImmutableHashSet<Path> Empty { get; init; } = ImmutableHashSet<Path>.Empty;

    /// <summary>The threads begun on some path to here.</summary>
    public ImmutableHashSet<Path> Handles { get; init; } = ImmutableHashSet<Path>.Empty;

    /// <summary>Memory that a test found to be there, and the locks that were held at the test.</summary>
    public ImmutableDictionary<Path, Tested> Tested { get; init; } = ImmutableDictionary<Path, Tested>.Empty;

    /// <summary>No path leads here.</summary>
    public bool IsDead { get; init; }

    /// <summary>The first await may be behind: whoever called may have gone on.</summary>
    public bool AfterAwait { get; init; }

    /// <summary>Time may have passed, or something unknown may have been waited for: others may be done.</summary>
    public bool AfterPause { get; init; }

    /// <summary>Whether the code has asked who was the first, and only that one is here: <see cref="Bond.Claimed"/> where objects ask for themselves, <see cref="Bond.Sole"/> too where all ask together.</summary>
    public Bond Claim { get; init; }

    /// <summary>Whether the code has come to the user interface's thread, or has left it: <see cref="AccessKind.OnInterface"/>, <see cref="AccessKind.OffInterface"/> or neither.</summary>
    public AccessKind Side { get; init; }

    /// <summary>With a local's value known, or forgotten.</summary>
    public State With(ISymbol local, Path? value) => value is null
        ? Locals.ContainsKey(local) ? this with { Locals = Locals.Remove(local) } : this
        : this with { Locals = Locals.SetItem(local, value) };

    /// <summary>After memory got another value: locals that were names for what it held now have that for themselves.</summary>
    public State Overwritten(Path memory)
    {
        var stale = Locals.Where(local => local.Value.StartsWith(memory)).Select(local => local.Key).ToList();
        return (stale.Count == 0 ? this : this with { Locals = Locals.RemoveRange(stale) }).Untested(memory);
    }

    /// <summary>After memory got another value: what a test told of it is no more.</summary>
    public State Untested(Path memory) => Tested.IsEmpty ? this : this with { Tested = Tested.RemoveRange(Tested.Keys.Where(path => path.StartsWith(memory))) };

    /// <summary>Behind the question who was the first, which the memory has answered; memory that is not known is taken for everybody's.</summary>
    public State Claiming(Path? memory) => this with { Claim = memory is { Root: Root.This } ? Claim | Bond.Claimed : Bond.Claimed | Bond.Sole };

    /// <summary>With a lock more.</summary>
    public State Taking(Held held) => this with { Locks = Locks.With(held) };

    /// <summary>What is known where two paths meet.</summary>
    public State Meet(State other)
    {
        if (IsDead || ReferenceEquals(this, other))
            return other;
        if (other.IsDead)
            return this;
        return this with
        {
            Locks = Locks.Intersect(other.Locks),
            Locals = MeetLocals(other),
            Handles = ReferenceEquals(Handles, other.Handles) ? Handles : Handles.Union(other.Handles),
            Tokens = ReferenceEquals(Tokens, other.Tokens) ? Tokens : Tokens.RemoveRange(Tokens.Keys.Where(key => !other.Tokens.ContainsKey(key))),
            Empty = Empty.Intersect(other.Empty),
            Tested = ReferenceEquals(Tested, other.Tested) ? Tested : Tested.RemoveRange(Tested.Where(pair => !other.Tested.TryGetValue(pair.Key, out var test) || test != pair.Value).Select(pair => pair.Key)),
            AfterAwait = AfterAwait || other.AfterAwait,
            AfterPause = AfterPause || other.AfterPause,
            Claim = Claim & other.Claim,
            Side = Side == other.Side ? Side : AccessKind.None,
        };
    }

    /// <summary>What the locals are on both paths; one that is a thread's handle on one path and nothing on the other stays the handle: who waits for it waits for the thread.</summary>
    private ImmutableDictionary<ISymbol, Path> MeetLocals(State other)
    {
        if (ReferenceEquals(Locals, other.Locals))
            return Locals;
        var met = Locals.RemoveRange(Locals.Where(pair => other.Locals.TryGetValue(pair.Key, out var value) ? !value.Equals(pair.Value) : !Handles.Contains(pair.Value)).Select(pair => pair.Key));
        if (!other.Handles.IsEmpty)
            met = met.AddRange(other.Locals.Where(pair => other.Handles.Contains(pair.Value) && !Locals.ContainsKey(pair.Key)));
        return met;
    }
}
