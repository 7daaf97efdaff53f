using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>The conditions on the way to a statement: those of the <c>if</c> around it, and of one before it that leaves.</summary>
internal static class Premises
{
    /// <summary>
    /// The conditions that decide whether the operation runs, and whether each held: of the <c>if</c> that it is an arm of, or of the
    /// statement just before it in its block that leaves. Only this level; those around it have their own.
    /// </summary>
    public static IEnumerable<(IOperation Condition, bool Held)> At(IOperation arm)
    {
        if (arm.Parent is IConditionalOperation around && around.Condition != arm)
            yield return (around.Condition, around.WhenTrue == arm);
        if (arm.Parent is IBlockOperation { Operations: var statements } && statements.IndexOf(arm) is > 0 and var index
            && statements[index - 1] is IConditionalOperation { WhenFalse: null } before && (Succession.Leaves(before.WhenTrue) || IsContinue(before.WhenTrue)))
            yield return (before.Condition, false);
    }

    /// <summary>The terms of a condition.</summary>
    /// <param name="condition">What is asked.</param>
    /// <param name="held">True for those that hold whenever it does, false for those that do not when it does not, null for all.</param>
    public static IEnumerable<IOperation> Terms(IOperation condition, bool? held) =>
        condition.Unconverted() is IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr } both && held != (both.OperatorKind == BinaryOperatorKind.ConditionalOr)
            ? Terms(both.LeftOperand, held).Concat(Terms(both.RightOperand, held)) : [condition.Unconverted()];

    /// <summary>What a term compares by order with the value; null where it does not.</summary>
    public static IOperation? ComparedWith(IOperation value, IOperation term) =>
        term is not IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual } order ? null
        : order.LeftOperand.IsSameAs(value) ? order.RightOperand
        : order.RightOperand.IsSameAs(value) ? order.LeftOperand
        : null;

    private static bool IsContinue(IOperation arm) => (arm is IBlockOperation { Operations: [.., var last] } ? last : arm) is IBranchOperation { BranchKind: BranchKind.Continue };
}
