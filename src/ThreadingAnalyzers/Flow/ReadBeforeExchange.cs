using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>
/// The read of a number on which an <c>Interlocked.Exchange</c> of it rests: the new value is computed from it, it is less or more
/// than the new value, or it is still the one from which a claim begins. What the variable held at the exchange nobody asks.
/// </summary>
internal static class ReadBeforeExchange
{
    /// <summary>The read; null where there is none.</summary>
    /// <param name="call">The exchange.</param>
    /// <param name="variable">What it exchanges.</param>
    /// <param name="value">What the variable is given.</param>
    /// <param name="types">The types of the compilation.</param>
    public static IOperation? Of(IInvocationOperation call, IOperation variable, IOperation value, KnownTypes types)
    {
        if (call.Parent is not IExpressionStatementOperation statement || call.Type?.SpecialType is not (>= SpecialType.System_SByte and <= SpecialType.System_Double))
            return null;
        // What was read and is put back is no update.
        if (IsOfReceiver(statement) || ReadIn(value, variable, types) is not null)
            return null;
        var computed = (value.Unconverted() as ILocalReferenceOperation)?.OnlyValue() ?? value;
        return computed.DescendantsAndSelf().Select(part => ReadIn(part, variable, types)).FirstOrDefault(read => read is not null)
            ?? Conditions(statement).Select(condition => Compared(condition, variable, value, types) ?? (IsClaim(condition, value, statement) ? Asked(condition, variable, types) : null)).FirstOrDefault(read => read is not null);
    }

    /// <summary>
    /// Whether a loop without a known end goes round the statement: one that takes what comes in, and is mostly the only one that
    /// writes; the exchange is there for those who read.
    /// </summary>
    private static bool IsOfReceiver(IOperation statement)
    {
        for (var current = statement.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
            if (current is IWhileLoopOperation or IForLoopOperation { Condition: null } or IForEachLoopOperation { IsAsynchronous: true })
                return true;
        return false;
    }

    /// <summary>The read of the variable that the operation is, or by which the local was given its only value that it names.</summary>
    private static IOperation? ReadIn(IOperation operation, IOperation variable, KnownTypes types) => operation.Unconverted() switch
    {
        var own when IsRead(own, variable, types) => own,
        ILocalReferenceOperation local when local.OnlyValue()?.Unconverted() is { } kept && IsRead(kept, variable, types) => kept,
        _ => null,
    };

    private static bool IsRead(IOperation operation, IOperation variable, KnownTypes types) =>
        Atomics.Read(operation, types) is { } read ? read.IsSameAs(variable)
        : operation.IsSameAs(variable) && !operation.IsWritten() && operation.Parent is not IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out or RefKind.In }
        || operation is IPropertyReferenceOperation { Instance: null or IInstanceReferenceOperation, Arguments.IsEmpty: true } && Answers.OnlyOf(operation) is { } answer && (Atomics.Read(answer, types) ?? answer).IsSameAs(variable);

    /// <summary>What held on the way to the statement, and was asked for its sake.</summary>
    private static IEnumerable<IOperation> Conditions(IOperation statement) => Premises.At(statement)
        .Concat(statement.Parent is IBlockOperation block ? Premises.At(block) : [])
        .SelectMany(premise => Premises.Terms(premise.Condition, premise.Held));

    /// <summary>The read in a condition that compares the variable with what it is then given.</summary>
    private static IOperation? Compared(IOperation condition, IOperation variable, IOperation value, KnownTypes types) =>
        Premises.ComparedWith(value, condition) is { } other ? ReadIn(other, variable, types) : null;

    /// <summary>The read in a comparison of the variable with a constant.</summary>
    private static IOperation? Asked(IOperation condition, IOperation variable, KnownTypes types) =>
        condition is IBinaryOperation { LeftOperand: var asked } ? ReadIn(asked, variable, types) : null;

    /// <summary>
    /// Whether the condition asks if the variable is still nothing, or already what it is then given, and work follows that only one
    /// thread is to do. To put a mark back, which many may do, is no claim; nor is the gate of an object's end.
    /// </summary>
    private static bool IsClaim(IOperation condition, IOperation value, IOperation statement) =>
        condition is IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals, RightOperand.ConstantValue: { HasValue: true, Value: var asked } }
        && value.ConstantValue is { HasValue: true, Value: not (0 or 0L) and var given } && (asked is 0 or 0L || Equals(asked, given))
        && statement.Parent is IBlockOperation { Operations: var statements } && statements.IndexOf(statement) + 1 < statements.Length && !(statement.Method() is { } method && Endings.Frees(method));
}
