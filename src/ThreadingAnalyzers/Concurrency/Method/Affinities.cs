using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>Uses of objects that only the user interface's thread may use, and what the code does to come to that thread or to leave it.</summary>
internal sealed class Affinities(BodyWalk walk)
{
    /// <summary>More uses in one body are not noted: a user mends the first ones and sees the next.</summary>
    private const int MaxUses = 32;

    private readonly Dictionary<ISymbol, bool> affine = new(SymbolEqualityComparer.Default);
    private int uses;

    /// <summary>Notes a call or a write of a member, where it belongs to the user interface.</summary>
    public void Note(ISymbol member, IOperation? instance, Path? receiver, SyntaxNode syntax)
    {
        if (member.IsStatic || instance is null || uses >= MaxUses)
            return;
        if (!IsAffine(member))
        {
            // Items.Add(…): what a control shows is a part of it.
            if (!Contexts.ChangesPart(member) || instance.Unconverted() is not IPropertyReferenceOperation { Instance: { } whole, Property: var part } || !IsAffine(part))
                return;
            receiver = receiver?.Parent;
        }
        uses++;
        walk.Recorder.Note(receiver, AccessKind.Affine | walk.Recorder.State.Side, walk.Recorder.State.Locks, syntax);
    }

    /// <summary>What a condition tells of the thread that runs the code.</summary>
    public (State WhenTrue, State WhenFalse)? Tells(IOperation? condition, State state)
    {
        var member = condition switch
        {
            IPropertyReferenceOperation property => (ISymbol)property.Property,
            IInvocationOperation invocation => invocation.TargetMethod,
            _ => null,
        };
        return member is null || Contexts.IsOnOwnThread(member) is not { } onOwn ? null
            : onOwn ? (state with { Side = AccessKind.OnInterface }, state with { Side = AccessKind.OffInterface })
            : (state with { Side = AccessKind.OffInterface }, state with { Side = AccessKind.OnInterface });
    }

    /// <summary>The code goes on after an await: on the thread it was on, unless it said that it does not care.</summary>
    public void Awaited(IOperation awaited)
    {
        var state = walk.Recorder.State;
        if (awaited.Unconverted() is not IInvocationOperation invocation)
            return;
        if (Contexts.Returns(invocation.TargetMethod))
            walk.Recorder.State = state with { Side = AccessKind.OnInterface };
        else if (Waiting.LeavesContext(invocation) && state.Side == AccessKind.None)
            walk.Recorder.State = state with { Side = walk.Member?.ContainingType is { } type && walk.Types.Is(type, KnownType.UserInterfaceObject) ? AccessKind.OffInterface : AccessKind.Pooled };
    }

    /// <summary>A call that fails on any other thread.</summary>
    public void Verified(IMethodSymbol method)
    {
        if (Contexts.Verifies(method))
            walk.Recorder.State = walk.Recorder.State with { Side = AccessKind.OnInterface };
    }

    private bool IsAffine(ISymbol member)
    {
        if (!affine.TryGetValue(member, out var known))
            affine[member] = known = Contexts.IsAffine(member, walk.Types);
        return known;
    }
}
