using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>What leaves a function as an exception: code that may well throw where no handler of the function catches everything.</summary>
internal static class Caught
{
    /// <summary>The first operation of the function that may throw out of it; null where all of them are caught.</summary>
    public static IOperation? FirstEscape(IOperation function) => function.OwnOperations().FirstOrDefault(operation => Throwing.MayThrow(operation) && !Throwing.IsDelay(operation) && !IsCaught(operation, function));

    private static bool IsCaught(IOperation operation, IOperation function)
    {
        for (IOperation inner = operation, outer = operation.Parent!; outer is not null && inner != function; inner = outer, outer = outer.Parent!)
            if (outer is ITryOperation @try && @try.Body == inner && @try.Catches.Any(Throwing.CatchesAll)
                // What a handler of everything calls is there to cope; what it throws is meant to leave.
                || outer is ICatchClauseOperation handler && Throwing.CatchesAll(handler) && !Throwing.IsThrow(operation))
                return true;
        return false;
    }
}
