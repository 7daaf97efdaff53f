using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Flow;

/// <summary>The order of operations that the text alone makes certain: statements of one block run one after the other.</summary>
internal static class Succession
{
    /// <summary>
    /// Whether whoever reaches the second operation, in the same function, has come through the first on the way: it stands in an
    /// earlier statement of a block around, and no condition, loop or <c>catch</c> may pass it by.
    /// </summary>
    public static bool SurelyPrecedes(this IOperation first, IOperation second)
    {
        for (IOperation inner = first, outer = first.Parent!; outer is not null; inner = outer, outer = outer.Parent!)
        {
            if (Statements(outer).Any(statement => statement.Syntax.SpanStart > inner.Syntax.Span.End && statement.Syntax.Span.Contains(second.Syntax.Span)))
                return true;
            if (MayPassBy(outer, inner))
                return false;
        }
        return false;
    }

    /// <summary>Whether every run of the outer operation that does not throw comes through the inner one.</summary>
    public static bool SurelyRunsIn(this IOperation inner, IOperation outer)
    {
        for (IOperation current = inner, parent = inner.Parent!; parent is not null; current = parent, parent = parent.Parent!)
        {
            if (current == outer)
                return true;
            if (MayPassBy(parent, current) && !(parent == outer && parent is ILoopOperation loop && loop.Body == current))
                return false;
            // What stands behind a way out may not be reached.
            if (Statements(parent).TakeWhile(statement => statement != current).Any(MayLeave))
                return false;
        }
        return false;
    }

    /// <summary>Whether the statement always leaves the loop or the function that it stands in.</summary>
    public static bool Leaves(IOperation? statement) => statement switch
    {
        IBlockOperation { Operations: [.., var last] } => Leaves(last),
        IReturnOperation { IsImplicit: false, Kind: not OperationKind.YieldReturn } => true,
        IBranchOperation { BranchKind: not BranchKind.Continue } => true,
        IThrowOperation or IExpressionStatementOperation { Operation: IThrowOperation } => true,
        IConditionalOperation { WhenFalse: { } other } conditional => Leaves(conditional.WhenTrue) && Leaves(other),
        ITryOperation { Catches.IsEmpty: true } @try => Leaves(@try.Body),
        ILockOperation @lock => Leaves(@lock.Body),
        IUsingOperation @using => Leaves(@using.Body),
        _ => false,
    };

    private static bool MayLeave(IOperation statement) => statement.OwnOperations().Prepend(statement).Any(part => part is IBranchOperation or IReturnOperation { IsImplicit: false, Kind: not OperationKind.YieldReturn });

    private static IEnumerable<IOperation> Statements(IOperation operation) => operation switch
    {
        IBlockOperation block => block.Operations,
        ISwitchCaseOperation section => section.Body,
        _ => ImmutableArray<IOperation>.Empty,
    };

    private static bool MayPassBy(IOperation outer, IOperation inner) => outer switch
    {
        IConditionalOperation conditional => conditional.Condition != inner,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr } binary => binary.RightOperand == inner,
        ICoalesceOperation coalesce => coalesce.WhenNull == inner,
        ICoalesceAssignmentOperation assignment => assignment.Value == inner,
        IWhileLoopOperation loop => loop.ConditionIsTop ? loop.Body == inner : false,
        IForEachLoopOperation loop => loop.Collection != inner,
        IForLoopOperation loop => !loop.Before.Contains(inner) && loop.Condition != inner,
        ISwitchOperation @switch => @switch.Value != inner,
        ISwitchExpressionOperation @switch => @switch.Value != inner,
        ITryOperation @try => @try.Body == inner && !@try.Catches.IsEmpty,
        ICatchClauseOperation or IAnonymousFunctionOperation or ILocalFunctionOperation => true,
        _ => false,
    };
}
