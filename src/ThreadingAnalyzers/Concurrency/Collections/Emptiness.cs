using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Concurrency.Collections;

/// <summary>Conditions that ask whether a collection has elements.</summary>
internal static class Emptiness
{
    /// <summary>The condition that a count, or a question for elements, is part of, and whether it is true where there is none; null for another comparison.</summary>
    public static (IOperation Test, bool IsEmpty)? TestOf(IOperation count)
    {
        if (count.Type?.SpecialType == SpecialType.System_Boolean)
            return (count, count is IPropertyReferenceOperation);
        if (count.Parent is not IBinaryOperation binary)
            return null;
        var isLeft = binary.LeftOperand == count;
        if ((isLeft ? binary.RightOperand : binary.LeftOperand).ConstantValue.Value is not int bound)
            return null;
        return (isLeft ? binary.OperatorKind : Turned(binary.OperatorKind), bound) switch
        {
            (BinaryOperatorKind.GreaterThan or BinaryOperatorKind.NotEquals, 0) or (BinaryOperatorKind.GreaterThanOrEqual, 1) => (binary, false),
            (BinaryOperatorKind.Equals or BinaryOperatorKind.LessThanOrEqual, 0) or (BinaryOperatorKind.LessThan, 1) => (binary, true),
            _ => null,
        };
    }

    private static BinaryOperatorKind Turned(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.GreaterThan => BinaryOperatorKind.LessThan,
        BinaryOperatorKind.LessThan => BinaryOperatorKind.GreaterThan,
        BinaryOperatorKind.GreaterThanOrEqual => BinaryOperatorKind.LessThanOrEqual,
        BinaryOperatorKind.LessThanOrEqual => BinaryOperatorKind.GreaterThanOrEqual,
        _ => kind,
    };
}
