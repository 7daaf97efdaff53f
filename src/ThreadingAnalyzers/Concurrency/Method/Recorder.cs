using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>The growing facts of one body: its events in order, its regions, and the state at the place of the walk.</summary>
internal sealed class Recorder(Text text, string body)
{
    private readonly ImmutableArray<Event>.Builder events = ImmutableArray.CreateBuilder<Event>();

    /// <summary>What is known at the place of the walk.</summary>
    public State State { get; set; } = State.Initial;

    /// <summary>The innermost region at the place of the walk.</summary>
    public Region Region { get; private set; } = new(null, RegionKind.Body, 0, 0);

    /// <summary>The number of the next event, choice or object.</summary>
    public int Next { get; private set; }

    /// <summary>The events so far.</summary>
    public ImmutableArray<Event>.Builder Events => events;

    /// <summary>A number of its own for something that is no event.</summary>
    public int TakeNumber() => Next++;

    /// <summary>Where an operation stands.</summary>
    public Site Site(SyntaxNode syntax) => new(text, syntax.SpanStart, syntax.Span.Length);

    /// <summary>Adds the event that is made for a number; not where no path leads.</summary>
    public int Add(Func<int, Event> make)
    {
        var number = Next++;
        if (!State.IsDead)
            events.Add(make(number) is var made && State.Side != AccessKind.None && made is Call call ? call with { Side = State.Side } : made);
        return number;
    }

    /// <summary>Adds a use of memory; nothing is recorded of an unknown path.</summary>
    public void Use(Path? path, AccessKind kind, SyntaxNode syntax, string? index = null)
    {
        if (path is { IsRoot: false } or { Root: Root.Local } || path is not null && (kind & (AccessKind.Content | AccessKind.Service)) != 0)
            Add(number => new Use(number, Region, new Access(path, kind | State.Side, State.Locks, Site(syntax), body, null, index, State.AfterAwait) { AfterPause = State.AfterPause }));
    }

    /// <summary>Adds a use of the caller's memory, through a reference to it.</summary>
    public void Through(Path reference, AccessKind kind, SyntaxNode syntax) =>
        Add(number => new Use(number, Region, new Access(reference, kind | State.Side, State.Locks, Site(syntax), body, null, null, State.AfterAwait) { AfterPause = State.AfterPause }));

    /// <summary>Notes a use for a verdict of its own, under the locks that count for it.</summary>
    public void Note(Path? path, AccessKind kind, LockSet locks, SyntaxNode syntax)
    {
        if (path is not null)
            Add(number => new Use(number, Region, new Access(path, kind, locks, Site(syntax), body, null, null, State.AfterAwait) { AfterPause = State.AfterPause }));
    }

    /// <summary>Notes that memory now holds a value; of a collection's elements also where the value has no name, since they are told by all that is put there.</summary>
    public void Store(Path? target, Path? value, SyntaxNode syntax)
    {
        if (value is null && target is { Name: Path.Element, Root: Root.Allocation })
            value = Path.Of(Root.Result, TakeNumber().ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (target is not null && value is not null && !target.Equals(value))
            Add(number => new Store(number, Region, State.Locks, Site(syntax), target, value));
    }

    /// <summary>The number of the first event of a block's last statement; null where that has statements of its own.</summary>
    /// <param name="block">The block.</param>
    /// <param name="first">How many events were there before it.</param>
    public int? Last(IBlockOperation block, int first)
    {
        if (block.Operations.LastOrDefault() is not { Kind: OperationKind.ExpressionStatement or OperationKind.Return or OperationKind.VariableDeclarationGroup, Syntax.SpanStart: var start })
            return null;
        for (var i = first; i < events.Count; i++)
            if (events[i].Site.Start >= start)
                return events[i].Number;
        return null;
    }

    /// <summary>Takes a lock.</summary>
    public Held Acquire(Path? path, Api.LockMode mode, SyntaxNode syntax)
    {
        var number = Add(number => new Acquire(number, Region, State.Locks, Site(syntax), path, mode));
        return new Held(path, mode, number);
    }

    /// <summary>Walks something as a region of its own.</summary>
    public Region Enter(RegionKind kind, int choice = 0) => Region = new Region(Region, kind, choice, Next);

    /// <summary>Ends the innermost region.</summary>
    public void Leave()
    {
        Region.To = Next;
        Region = Region.Parent ?? throw new InvalidOperationException("the body's own region is never left");
    }
}
