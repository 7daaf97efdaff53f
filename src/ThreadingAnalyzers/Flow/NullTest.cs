using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>A test whether a value is null.</summary>
internal static class NullTest
{
    /// <summary>What the condition compares with null, and whether it holds where that is null; null where it is no such test.</summary>
    public static (IOperation Operand, bool IsNull)? In(IOperation condition) => condition switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } binary when IsNull(binary.RightOperand) => (binary.LeftOperand, binary.OperatorKind == BinaryOperatorKind.Equals),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } binary when IsNull(binary.LeftOperand) => (binary.RightOperand, binary.OperatorKind == BinaryOperatorKind.Equals),
        IIsPatternOperation { Pattern: IConstantPatternOperation { Value: var constant } } pattern when IsNull(constant) => (pattern.Value, true),
        IIsPatternOperation { Pattern: INegatedPatternOperation { Pattern: IConstantPatternOperation { Value: var constant } } } pattern when IsNull(constant) => (pattern.Value, false),
        _ => null,
    };

    /// <summary>The test that a use of a variable is part of, and whether it is true where the variable is null; null where it is no such test.</summary>
    public static (IOperation Test, bool IsNull)? Of(IOperation use)
    {
        var value = use.Parent is IConversionOperation conversion ? conversion : use;
        return value.Parent is { } test && In(test) is var (operand, isNull) && operand == value ? (test, isNull) : null;
    }

    /// <summary>Whether the value is null, or the default one.</summary>
    public static bool IsNull(IOperation value) => value.Unconverted() is { ConstantValue: { HasValue: true, Value: null } } or IDefaultValueOperation;
}
