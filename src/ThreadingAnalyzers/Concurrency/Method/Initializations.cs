using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>Lazy initialisations: which of them do harm when two threads make them, since both values live on.</summary>
internal sealed class Initializations(BodyWalk walk)
{
    private int subscribed = -1;

    private Recorder Recorder => walk.Recorder;

    /// <summary>Notes that something is subscribed at the place of the walk.</summary>
    public void Subscribed() => subscribed = Recorder.Events.Count;

    /// <summary>What is known where memory was found empty: <c>x ?? (x = …)</c>.</summary>
    public State Empty(Path? memory) => memory is null ? Recorder.State : Recorder.State with { Empty = Recorder.State.Empty.Add(memory) };

    /// <summary>Whether the value of a lazy write must be made once only.</summary>
    public AccessKind Kind(IOperation source) =>
        (!Recorder.State.Empty.IsEmpty || source.Parent is ICoalesceAssignmentOperation) && IsMade(source.Unconverted()) ? AccessKind.Once : AccessKind.None;

    /// <summary>A flag that an arm sets lazily beside starting or subscribing something: who sets it twice does that twice.</summary>
    public void Mark(int first)
    {
        var events = Recorder.Events;
        var isOnce = subscribed >= first;
        for (var i = first; i < events.Count; i++)
            isOnce |= events[i] is Start { Joined: false } || events[i] is Use { Access: var made } && made.Has(AccessKind.Once);
        for (var i = first; isOnce && i < events.Count; i++)
            if (events[i] is Use { Access: var access } flag && access.Has(AccessKind.Lazy) && access.Has(AccessKind.Constant))
                events[i] = flag with { Access = access with { Kind = access.Kind | AccessKind.Once } };
    }

    private bool IsMade(IOperation value) => value switch
    {
        IObjectCreationOperation => Values.LivesOn(value.Type, walk.Types),
        IInvocationOperation { TargetMethod: var method } => Values.IsMadeBy(method) && Values.LivesOn(value.Type, walk.Types),
        IConditionalOperation { WhenTrue: var first, WhenFalse: { } second } => IsMade(first.Unconverted()) || IsMade(second.Unconverted()),
        ISimpleAssignmentOperation { Value: var inner } => IsMade(inner.Unconverted()),
        _ => false,
    };
}
