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
        var bare = condition?.Unconverted();
        if (bare is not null && Waiting.Claimed(bare, walk.Types, out var isTaken) is { } claimed)
            return Claim(walk.Locking.Silently(claimed), isTaken);
        var state = Recorder.State;
        var told = walk.Affinities.Tells(bare, state);
        var (here, elsewhere) = told ?? (state, state);
        if (walk.Locking.TakenWhenTrue(bare) is { } held)
            return (here.Taking(held), elsewhere);
        if (walk.Locking.TakenWhenFalse(bare) is { } own)
            return (here, elsewhere.Taking(own));
        if (told is not null)
            return (here, elsewhere);
        if (IsEmptyTest(bare, out var tested, out var positive))
        {
            var (there, empty) = (Found(state, tested, isSized: false), state with { Empty = state.Empty.Add(tested) });
            return positive ? (empty, there) : (there, empty);
        }
        if (Presence(bare) is var (found, isSized))
            return (Found(state, found, isSized), state);
        if (Told(bare) is var (kept, isThere))
            return isThere ? (Found(state, kept, isSized: false), state) : (state, Found(state, kept, isSized: false));
        if (bare is IIsPatternOperation { Pattern: INegatedPatternOperation { Pattern: var pattern }, Value: var matched } && NeedsObject(pattern) && Memory(matched) is { } missed)
            return (state, Found(state, missed, isSized: false));
        // Where a flag is false it is as empty as a reference that is null.
        if (bare is { Type.SpecialType: SpecialType.System_Boolean } && Tested(bare) is { } flag)
            return (state, state with { Empty = state.Empty.Add(flag) });
        return (state, state);
    }

    /// <summary>Who has exchanged the value first is alone with what others do in that case; no lock is proven by it.</summary>
    private (State WhenTrue, State WhenFalse) Claim(Path? memory, bool isTaken)
    {
        var (first, late) = (Recorder.State.Claiming(memory), Recorder.State);
        if (memory is not null)
            first = first.Taking(new Held(memory, LockMode.Confined, Recorder.TakeNumber()));
        return isTaken ? (late, first) : (first, late);
    }

    private static State Found(State state, Path memory, bool isSized) => state with { Tested = state.Tested.SetItem(memory, new Tested(state.Locks, isSized)) };

    /// <summary>The memory that is certainly there, or has elements, where the condition holds.</summary>
    private (Path Memory, bool IsSized)? Presence(IOperation? condition)
    {
        var memory = condition switch
        {
            IIsPatternOperation { Pattern: var pattern, Value: var value } when NeedsObject(pattern) => Memory(value),
            IIsTypeOperation { ValueOperand: var value } => Memory(value),
            IPropertyReferenceOperation { Property: var property, Instance: { } instance } when Values.IsPresence(property) => Memory(instance),
            // Compared with a value, null is unequal; and it is neither more nor less.
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual or BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual,
                LeftOperand: var left, RightOperand: var right } when right.Unconverted() is { ConstantValue: { HasValue: true, Value: not null } } && left.Unconverted() is IConditionalAccessOperation access => Memory(access.Operation),
            ICoalesceOperation { Value: IConditionalAccessOperation access, WhenNull.ConstantValue: { HasValue: true, Value: false } } => Memory(access.Operation),
            _ => null,
        };
        if (memory is not null)
            return (memory, false);
        if (condition is not IBinaryOperation { OperatorKind: not BinaryOperatorKind.Equals } comparison)
            return null;
        var measured = Measured(comparison.LeftOperand) ?? Measured(comparison.RightOperand);
        return measured is null ? null : (measured, true);
    }

    /// <summary>
    /// The field of the object that a property or method of its own tells to be there, or not, where it is true. Only one of the
    /// same text is looked into: the facts of a text hold as long as it stays the same.
    /// </summary>
    private (Path Memory, bool IsThere)? Told(IOperation? condition)
    {
        var method = condition switch
        {
            IPropertyReferenceOperation { Instance: IInstanceReferenceOperation, Property: { IsVirtual: false, IsAbstract: false, IsOverride: false, IsIndexer: false, GetMethod: { } getter } } => getter,
            IInvocationOperation { Instance: IInstanceReferenceOperation, TargetMethod: { IsVirtual: false, IsAbstract: false, IsOverride: false, Parameters.IsEmpty: true, ReturnType.SpecialType: SpecialType.System_Boolean } asked } => asked,
            _ => null,
        };
        if (method?.DeclaringSyntaxReferences is not [{ SyntaxTree: var tree }] || tree != condition!.Syntax.SyntaxTree || condition.SemanticModel is not { } model || Work.BodyOf(method, model) is not { } body
            || body.OwnOperations().OfType<IReturnOperation>().Where(@return => @return.ReturnedValue is not null).ToList() is not [{ ReturnedValue: { } value }])
            return null;
        foreach (var part in Conjuncts(value))
            if (NullTest.In(part) is var (operand, isNull) && operand.Unconverted() is IFieldReferenceOperation { Instance: IInstanceReferenceOperation, Field: { IsReadOnly: false } field } && !(isNull && part != value.Unconverted()))
                return walk.Memory.Member(Path.This, field) is { } memory ? (memory, !isNull) : null;
        return null;
    }

    private static IEnumerable<IOperation> Conjuncts(IOperation condition) => condition.Unconverted() is IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } and
        ? Conjuncts(and.LeftOperand).Concat(Conjuncts(and.RightOperand)) : [condition.Unconverted()];

    /// <summary>What the count or length is of.</summary>
    private Path? Measured(IOperation operand) =>
        operand.Unconverted() is IPropertyReferenceOperation { Property: var property, Instance: { } instance } && Values.IsSize(property) ? Memory(instance) : null;

    /// <summary>The memory that the operand reads, or the one before <c>?.</c> where it needs that to match.</summary>
    private Path? Memory(IOperation operand) => operand.Unconverted() is IConditionalAccessOperation access ? Tested(access.Operation) : Tested(operand);

    /// <summary>Whether null does not match the pattern.</summary>
    private static bool NeedsObject(IPatternOperation pattern) => pattern switch
    {
        IRecursivePatternOperation or ITypePatternOperation or IRelationalPatternOperation => true,
        IDeclarationPatternOperation { MatchesNull: false } => true,
        IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: not null } } => true,
        _ => false,
    };

    /// <summary>Whether the condition compares memory with null, or with the constant that it has before it is set.</summary>
    private bool IsEmptyTest(IOperation? condition, out Path tested, out bool positive)
    {
        tested = Path.This;
        (var operand, positive) = condition switch
        {
            { } test when NullTest.In(test) is var (asked, isNull) => (asked, isNull),
            IInvocationOperation { TargetMethod: var method, Arguments: [{ Value: var first }, { Value: var second }] } when Waiting.IsReferenceEquals(method) && NullTest.IsNull(second) => (first, true),
            _ => ((IOperation?)null, true),
        };
        if (operand is null || Tested(operand) is not { } path)
            return false;
        tested = path;
        return true;
    }

    private Path? Tested(IOperation operand) => operand.Unconverted() is IFieldReferenceOperation or IPropertyReferenceOperation or IEventReferenceOperation or ILocalReferenceOperation
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

    public void Test(IOperation value)
    {
        var outer = walk.Memory.Purpose;
        walk.Memory.Purpose = AccessKind.Test;
        walk.Visit(value);
        walk.Memory.Purpose = outer;
    }
}
