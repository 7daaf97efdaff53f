using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>A test whether a value is null.</summary>
internal static class NullTest
{
    /// <summary>The test that a use of a variable is part of, and whether it is true where the variable is null; null where it is no such test.</summary>
    public static (IOperation Test, bool IsNull)? Of(IOperation use)
    {
        var value = use.Parent is IConversionOperation conversion ? conversion : use;
        return value.Parent switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } binary when IsNull(binary.LeftOperand) || IsNull(binary.RightOperand) => (binary, binary.OperatorKind == BinaryOperatorKind.Equals),
            IIsPatternOperation { Pattern: IConstantPatternOperation { Value: var constant } } pattern when IsNull(constant) => (pattern, true),
            IIsPatternOperation { Pattern: INegatedPatternOperation { Pattern: IConstantPatternOperation { Value: var constant } } } pattern when IsNull(constant) => (pattern, false),
            _ => null,
        };
    }

    /// <summary>Whether the value is the constant null.</summary>
    public static bool IsNull(IOperation value) => value.Unconverted().ConstantValue is { HasValue: true, Value: null };
}
