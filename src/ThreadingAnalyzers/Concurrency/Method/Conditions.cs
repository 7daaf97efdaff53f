using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>What is known where a condition holds and where it does not.</summary>
internal sealed class Conditions(BodyWalk walk)
{
    private Recorder Recorder => walk.Recorder;

    /// <summary>Walks a condition and gives what is known where it holds and where it does not.</summary>
    public (State WhenTrue, State WhenFalse) Branch(IOperation? condition, AccessKind purpose)
    {
        switch (condition?.Unconverted())
        {
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                var (whenTrue, whenFalse) = Branch(not.Operand, purpose);
                return (whenFalse, whenTrue);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } and:
            {
                var (leftTrue, leftFalse) = Branch(and.LeftOperand, purpose);
                Recorder.State = leftTrue;
                Recorder.Enter(RegionKind.Arm, Recorder.TakeNumber());
                var (rightTrue, rightFalse) = Branch(and.RightOperand, purpose);
                Recorder.Leave();
                return (rightTrue, leftFalse.Meet(rightFalse));
            }
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } or:
            {
                var (leftTrue, leftFalse) = Branch(or.LeftOperand, purpose);
                Recorder.State = leftFalse;
                Recorder.Enter(RegionKind.Arm, Recorder.TakeNumber());
                var (rightTrue, rightFalse) = Branch(or.RightOperand, purpose);
                Recorder.Leave();
                return (leftTrue.Meet(rightTrue), rightFalse);
            }
        }

        var outer = walk.Memory.Purpose;
        walk.Memory.Purpose = purpose;
        walk.Visit(condition);
        walk.Memory.Purpose = outer;
        var state = Recorder.State;
        var bare = condition?.Unconverted();
        if (walk.Locking.TakenWhenTrue(bare) is { } held)
            return (state.Taking(held), state);
        if (walk.Locking.TakenWhenFalse(bare) is { } own)
            return (state, state.Taking(own));
        if (IsEmptyTest(bare, out var tested, out var positive))
            return positive ? (state with { Empty = state.Empty.Add(tested) }, state) : (state, state with { Empty = state.Empty.Add(tested) });
        // Where a flag is false it is as empty as a reference that is null.
        if (bare is { Type.SpecialType: SpecialType.System_Boolean } && Tested(bare) is { } flag)
            return (state, state with { Empty = state.Empty.Add(flag) });
        return (state, state);
    }

    /// <summary>Whether the condition compares memory with null, or with the constant that it has before it is set.</summary>
    private bool IsEmptyTest(IOperation? condition, out Path tested, out bool positive)
    {
        (tested, positive) = (Path.This, true);
        var operand = condition switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } binary when IsNull(binary.RightOperand) => binary.LeftOperand,
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } binary when IsNull(binary.LeftOperand) => binary.RightOperand,
            IIsPatternOperation { Pattern: IConstantPatternOperation { Value: var value }, Value: var value2 } when IsNull(value) => value2,
            IIsPatternOperation { Pattern: INegatedPatternOperation { Pattern: IConstantPatternOperation { Value: var value } }, Value: var value2 } when IsNull(value) => value2,
            IInvocationOperation { TargetMethod: var method, Arguments: [{ Value: var first }, { Value: var second }] } when Waiting.IsReferenceEquals(method) && IsNull(second) => first,
            _ => null,
        };
        positive = condition is not (IBinaryOperation { OperatorKind: BinaryOperatorKind.NotEquals } or IIsPatternOperation { Pattern: INegatedPatternOperation });
        if (operand is null || Tested(operand) is not { } path)
            return false;
        tested = path;
        return true;
    }

    private Path? Tested(IOperation operand) => operand.Unconverted() is IFieldReferenceOperation or IPropertyReferenceOperation or ILocalReferenceOperation
        ? LastRead(operand)
        : null;

    private Path? LastRead(IOperation operand)
    {
        var site = Recorder.Site(operand.Unconverted().Syntax);
        for (var i = Recorder.Events.Count - 1; i >= 0 && i >= Recorder.Events.Count - 8; i--)
            if (Recorder.Events[i] is Use use && use.Access.Site == site)
                return use.Access.Path;
        return null;
    }

    private static bool IsNull(IOperation operand) => operand.Unconverted() is { ConstantValue: { HasValue: true, Value: null } } or IDefaultValueOperation;

    public void Test(IOperation value)
    {
        var outer = walk.Memory.Purpose;
        walk.Memory.Purpose = AccessKind.Test;
        walk.Visit(value);
        walk.Memory.Purpose = outer;
    }
}
