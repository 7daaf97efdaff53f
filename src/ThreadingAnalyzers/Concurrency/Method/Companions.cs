using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>
/// Members of one object that are set one right after the other, or read in one statement: they mean something together, and
/// who reads one before a change and the other after it has a pair that never was.
/// </summary>
internal sealed class Companions(BodyWalk walk)
{
    /// <summary>What does more at once is no pair but a table.</summary>
    private const int MaxEvents = 64;

    private const AccessKind Apart = AccessKind.Update | AccessKind.Content | AccessKind.Service | AccessKind.Atomic | AccessKind.Volatile | AccessKind.Lazy | AccessKind.Wide
        | AccessKind.Setting | AccessKind.Some | AccessKind.Poll | AccessKind.Test | AccessKind.Reread | AccessKind.Affine | AccessKind.Required;

    private ImmutableArray<Event>.Builder Events => walk.Recorder.Events;

    /// <summary>Whether the statement sets something and does nothing else.</summary>
    public static bool IsSetting(IOperation statement) => statement is IExpressionStatementOperation { Operation: ISimpleAssignmentOperation or IDeconstructionAssignmentOperation };

    /// <summary>Marks what the events from the one index up to the other write; nothing that is set to constants only is a pair.</summary>
    public void Written(int from, int to) => Mark(from, to, isWrite: true);

    /// <summary>Marks what a statement reads whose events begin at the index.</summary>
    public void Read(int from) => Mark(from, Events.Count, isWrite: false);

    private void Mark(int from, int to, bool isWrite)
    {
        if (from < 0 || to - from is < 2 or > MaxEvents)
            return;
        for (var i = from; i < to; i++)
        {
            if (Candidate(i, isWrite) is not { Fellows.IsEmpty: true, Path.Parent: { } owner })
                continue;
            var names = ImmutableArray.CreateBuilder<string>();
            var isPair = !isWrite;
            for (var j = i; j < to; j++)
                if (Candidate(j, isWrite) is { } other && owner.Equals(other.Path.Parent) && !names.Contains(other.Path.Name))
                {
                    names.Add(other.Path.Name);
                    isPair |= !other.Has(AccessKind.Constant);
                }
            if (names.Count < 2 || !isPair)
                continue;
            var fellows = names.ToImmutable();
            for (var j = i; j < to; j++)
                if (Candidate(j, isWrite) is { } other && owner.Equals(other.Path.Parent))
                    Events[j] = (Use)Events[j] with { Access = other with { Fellows = fellows } };
        }
    }

    private Access? Candidate(int index, bool isWrite) =>
        index < Events.Count && Events[index] is Use { Access: { Locks.IsEmpty: true, Path: { IsRoot: false, Name: not Path.Element } } use } && use.IsWrite == isWrite && !use.Has(Apart) ? use : null;
}
