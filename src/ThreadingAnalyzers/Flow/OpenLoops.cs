using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>Loops that end only when somebody else says so: their condition is always true, or asks a flag that the loop itself does not set.</summary>
internal static class OpenLoops
{
    /// <summary>Whether the loop goes on until other code sets a flag, cancels a token, or throws.</summary>
    public static bool IsOpenEnded(this ILoopOperation loop, KnownTypes types) => loop switch
    {
        IWhileLoopOperation { Condition: { } condition } @while => IsAlways(condition) || IsFlag(condition, @while, types),
        IForLoopOperation { Condition: null } => true,
        IForLoopOperation { Condition: { } condition, Before.IsEmpty: true, AtLoopBottom.IsEmpty: true } @for => IsFlag(condition, @for, types),
        _ => false,
    };

    /// <summary>Whether code of the loop itself leaves it, by a <c>break</c>, a <c>return</c> or a jump.</summary>
    public static bool IsLeft(this ILoopOperation loop) => loop.Body.OwnOperations().Any(inner => inner is IReturnOperation { IsImplicit: false, Kind: not OperationKind.YieldReturn }
        || inner is IBranchOperation branch && (branch.BranchKind == BranchKind.GoTo || branch.BranchKind == BranchKind.Break && SymbolEqualityComparer.Default.Equals(branch.Target, loop.ExitLabel)));

    private static bool IsAlways(IOperation condition) => condition.ConstantValue is { HasValue: true, Value: true };

    private static bool IsFlag(IOperation condition, ILoopOperation loop, KnownTypes types) => condition.Unconverted() switch
    {
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, Operand: var operand } => IsFlag(operand, loop, types),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr } both => IsFlag(both.LeftOperand, loop, types) && IsFlag(both.RightOperand, loop, types),
        IPropertyReferenceOperation property when LongWaits.TellsEnd(property.Property, types) => true,
        IFieldReferenceOperation { Type.SpecialType: SpecialType.System_Boolean } field => !IsSetIn(loop, field),
        IPropertyReferenceOperation { Type.SpecialType: SpecialType.System_Boolean, Property.Locations: [{ IsInSource: true }, ..] } property => !IsSetIn(loop, property),
        IInvocationOperation { Arguments: [{ Value: IFieldReferenceOperation { Type.SpecialType: SpecialType.System_Boolean } }], TargetMethod.ContainingType: var type } => types[type] == KnownType.Volatile,
        var other => IsAlways(other),
    };

    private static bool IsSetIn(ILoopOperation loop, IMemberReferenceOperation flag) => loop.Body.OwnOperations()
        .Any(operation => operation is IMemberReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Member, flag.Member) && reference.IsWritten());
}
