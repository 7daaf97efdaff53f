using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>Tests that one thread at a time passes, since they set what they test: <c>Interlocked.Exchange(ref running, 1) == 0</c>.</summary>
internal static class Gates
{
    /// <summary>The memory that the condition tests and sets, or null where it is no such test.</summary>
    /// <param name="condition">A condition without conversions.</param>
    /// <param name="types">The types of the compilation.</param>
    /// <param name="whenFalse">Whether who passes sees the condition false: <c>… == 1</c>.</param>
    public static IOperation? Of(IOperation? condition, KnownTypes types, out bool whenFalse)
    {
        whenFalse = false;
        var (call, compared) = condition switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } binary => (binary.LeftOperand.Unconverted(), binary.RightOperand.ConstantValue),
            { Type.SpecialType: SpecialType.System_Boolean } => (condition, new Optional<object?>(true)),
            _ => (null, default),
        };
        if (call is not IInvocationOperation { TargetMethod: { Name: "Exchange" or "CompareExchange" } method, Arguments: var arguments } || types[method.ContainingType] != KnownType.Interlocked
            || !compared.HasValue || arguments.Length < 2 || arguments[1].Value.ConstantValue is not { HasValue: true } written)
            return null;
        // Who finds what it writes comes too late.
        whenFalse = Equals(compared.Value, written.Value) != condition is IBinaryOperation { OperatorKind: BinaryOperatorKind.NotEquals };
        return arguments[0].Value;
    }
}
