using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Concurrency.Background;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>
/// Questions whether a thread has ended, as conditions: <c>while (!thread.Join(100)) …</c>, <c>while (thread.IsAlive) …</c>. What
/// is done where the answer is no is done beside the thread; behind the statement it has ended.
/// </summary>
internal sealed class Attempts(BodyWalk walk)
{
    private readonly List<(IOperation Statement, Path Handle)> open = [];

    /// <summary>Takes note of a question, where its statement does something for as long as the answer is no.</summary>
    /// <param name="isEnd">Whether the answer yes says that the thread has ended, or that it has not.</param>
    /// <param name="isPolled">Whether only a loop that asks again makes sure of the end.</param>
    /// <returns>Whether the end comes behind the statement.</returns>
    public bool Asked(IOperation question, Path? handle, bool isEnd, bool isPolled)
    {
        if (handle is null)
            return false;
        for (var value = question; ; value = value.Parent)
        {
            switch (value.Parent)
            {
                case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not }:
                    isEnd = !isEnd;
                    continue;
                case IConversionOperation or IParenthesizedOperation or IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr }:
                    continue;
                case IWhileLoopOperation loop when loop.Condition == value && !isEnd:
                    open.Add((loop, handle));
                    return true;
                case IForLoopOperation loop when loop.Condition == value && !isEnd:
                    open.Add((loop, handle));
                    return true;
                case IConditionalOperation choice when choice.Condition == value && !isEnd && !isPolled:
                    open.Add((choice, handle));
                    return true;
                default:
                    return false;
            }
        }
    }

    /// <summary>The walk has come to the end of a statement.</summary>
    public void Passed(IOperation statement)
    {
        for (var i = open.Count - 1; i >= 0; i--)
        {
            if (open[i].Statement != statement)
                continue;
            walk.Calls.Join(open[i].Handle, timed: false, statement.Syntax);
            open.RemoveAt(i);
        }
    }
}
