using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Ownership;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>A sleep that stands where a join belongs: between the start of work that ends by itself and a read of what it writes.</summary>
/// <param name="Sleep">The sleep.</param>
/// <param name="Start">What starts the work.</param>
/// <param name="Work">The work.</param>
/// <param name="Read">What is read.</param>
/// <param name="Holder">The local by which the work can be waited for; null where there is none.</param>
internal sealed record SleptFor(IInvocationOperation Sleep, IOperation Start, Work Work, ISymbol Read, ISymbol? Holder)
{
    /// <summary>The sleeps of a function that are meant as joins.</summary>
    public static IEnumerable<SleptFor> In(IOperation function, KnownTypes types)
    {
        var sleeps = function.OwnOperations().OfType<IInvocationOperation>().Where(call => IsSleep(call, types)).ToList();
        if (sleeps.Count == 0)
            yield break;
        foreach (var (start, work, holder) in Started(function, types))
        {
            if (work.Body is not { } body || ThreadWork.WaitsOtherwise(start, types) || WorkMemory.Of(body, (start as IInvocationOperation)?.Arguments is [{ Value: var given }] ? given : null) is not { Written: { Count: > 0 } written })
                continue;
            foreach (var sleep in sleeps.Where(sleep => sleep.Syntax.SpanStart > start.Syntax.Span.End && Loop(sleep) == Loop(start, sleep)))
                if (WorkMemory.FirstRead(sleep, written, withFallback: true) is { } read)
                {
                    yield return new SleptFor(sleep, start, work, read, holder);
                    break;
                }
        }
    }

    /// <summary>The starts of work that nobody waits for, which ends by itself.</summary>
    private static IEnumerable<(IOperation Start, Work Work, ISymbol? Holder)> Started(IOperation function, KnownTypes types)
    {
        foreach (var operation in function.Descendants())
        {
            if (operation is IObjectCreationOperation && ThreadOrigin.Of(operation, types) is { Life: { Leaves: false, IsReturned: false, Joins: [] } life, Work: { Code: { Method.IsAsync: false } code } work }
                && !work.IsLasting(types) && !work.IsWatched(types) && life.Starts.FirstOrDefault(start => start.Function().Syntax == function.Syntax) is { } start)
                yield return (start, code, life.Holders.FirstOrDefault(holder => holder is ILocalSymbol local && SymbolEqualityComparer.Default.Equals(local.ContainingSymbol, (life.Holders[0] as ILocalSymbol)?.ContainingSymbol)));
            else if (operation is IInvocationOperation { Parent: IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation } } call && call.Function().Syntax == function.Syntax
                && Spawn.Of(call, types) is { Kind: SpawnKind.Task or SpawnKind.Pool } spawn && Work.Of(spawn.Value) is { Method.IsAsync: false } pooled && !ThreadWork.IsLasting(pooled, types) && !ThreadWork.IsWatched(pooled, types))
                yield return (call, pooled, null);
        }
    }

    /// <summary>Whether the call lets time pass before the code goes on.</summary>
    public static bool IsSleep(IInvocationOperation call, KnownTypes types) => ThreadMembers.Sleeps(call.TargetMethod, types) || Waiting.IsDelay(call.TargetMethod, types) && call.Parent is (IAwaitOperation or IInvocationOperation);

    /// <summary>The innermost loop around the operation, or the innermost that is around the other one too.</summary>
    private static SyntaxNode? Loop(IOperation operation, IOperation? other = null)
    {
        for (var current = operation.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
            if (current is ILoopOperation && (other is null || current.Syntax.Span.Contains(other.Syntax.Span)))
                return current.Syntax;
        return null;
    }
}
