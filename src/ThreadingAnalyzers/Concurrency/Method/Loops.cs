using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>How loops end, and by what they ask if they do; and what else a comparison in a condition tells.</summary>
internal static class Loops
{
    public static bool IsEndless(ILoopOperation loop) => loop switch
    {
        IForLoopOperation { Condition: null } => true,
        IForLoopOperation { Condition.ConstantValue: { HasValue: true, Value: true } } => true,
        IWhileLoopOperation { Condition.ConstantValue: { HasValue: true, Value: true } } => true,
        _ => false,
    };

    public static bool Exits(ILoopOperation loop) => loop.Descendants().OfType<IBranchOperation>().Any(branch =>
        SymbolEqualityComparer.Default.Equals(branch.Target, loop.ExitLabel) || branch.BranchKind == BranchKind.GoTo);

    /// <summary>Whether the condition holds in one round of a loop: it compares with a constant the variable of a for loop, or a local that each round counts on.</summary>
    public static bool IsOneRound(IOperation condition) =>
        condition.Unconverted() is IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals, RightOperand.ConstantValue.HasValue: true, LeftOperand: var left }
        && left.Unconverted() is ILocalReferenceOperation { Local.DeclaringSyntaxReferences: [var declared] } counter
        && (declared.GetSyntax() is { Parent.Parent: ForStatementSyntax } || IsCountedOn(counter, condition));

    /// <summary>Whether the one place that writes the local, besides its beginning, counts it on beside the <c>if</c> of the condition, in each round that comes by.</summary>
    private static bool IsCountedOn(ILocalReferenceOperation counter, IOperation condition) =>
        counter.Uses().Where(use => use.IsWritten()).ToList() is [{ Parent: IIncrementOrDecrementOperation { Kind: OperationKind.Increment, Parent: IExpressionStatementOperation { Parent: IBlockOperation round } } }]
        && condition.Parent is IConditionalOperation { Parent: var around } && around == round;

    /// <summary>What a read in a condition is for: <see cref="AccessKind.Spin"/> too, where it is of a flag that ends a loop in which nothing else would show a change of it.</summary>
    public static AccessKind Purpose(AccessKind purpose, IOperation read) =>
        (purpose & (AccessKind.Poll | AccessKind.Test)) != 0 && IsFlag(read) && Ended(read) is { } loop && !Rereading.IsCertain(loop) && !IsSetIn(loop, read) ? purpose | AccessKind.Spin : purpose;

    /// <summary>Whether the value that is read is compared by order with another one: <see cref="AccessKind.Compared"/>, or none.</summary>
    public static AccessKind Comparison(IOperation read) => Outermost(read).Parent is IBinaryOperation
        { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual } ? AccessKind.Compared : AccessKind.None;

    /// <summary>
    /// Whether the assignment keeps the greatest or least value seen: its value was compared with what it replaces, in the condition
    /// that it stands under, <c>if (x &gt; most) most = x</c>, or in one that ends the block before, <c>if (x &lt;= most) return; most = x</c>.
    /// </summary>
    public static bool IsExtreme(ISimpleAssignmentOperation assignment)
    {
        // A clock is read anew each time.
        if (assignment.Value.Unconverted() is IMemberReferenceOperation { Member.IsStatic: true })
            return false;
        for (IOperation? inner = assignment; inner is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); inner = inner.Parent)
            if (Premises.At(inner).SelectMany(premise => Premises.Terms(premise.Condition, held: null)).Any(term => Premises.ComparedWith(assignment.Value, term) is { } other && other.IsSameAs(assignment.Target)))
                return true;
        return false;
    }

    private static IOperation Outermost(IOperation read)
    {
        var value = read;
        while (value.Parent is IConversionOperation { OperatorMethod: null } or IParenthesizedOperation)
            value = value.Parent;
        return value;
    }

    /// <summary>Whether the read decides by itself: it is a condition, or compared with a constant.</summary>
    private static bool IsFlag(IOperation read)
    {
        var value = Outermost(read);
        return value.Parent switch
        {
            IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } => true,
            IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr } => true,
            IBinaryOperation comparison => (comparison.LeftOperand == value ? comparison.RightOperand : comparison.LeftOperand).Unconverted().ConstantValue.HasValue,
            IIsPatternOperation { Pattern: IConstantPatternOperation or INegatedPatternOperation { Pattern: IConstantPatternOperation } } => true,
            ILoopOperation or IConditionalOperation => true,
            _ => false,
        };
    }

    /// <summary>The loop whose condition the read is in, or that the arm under its condition leaves.</summary>
    private static ILoopOperation? Ended(IOperation read)
    {
        for (IOperation inner = read, current = read.Parent!; current is not null; inner = current, current = current.Parent!)
        {
            switch (current)
            {
                case IWhileLoopOperation loop: return loop.Condition == inner ? loop : null;
                case IForLoopOperation loop: return loop.Condition == inner ? loop : null;
                case IConditionalOperation { Parent: IBlockOperation { Parent: ILoopOperation loop } } test:
                    return test.Condition == inner && (test.WhenTrue is IBlockOperation block ? block.Operations.LastOrDefault() : test.WhenTrue) is IReturnOperation or IBranchOperation { BranchKind: BranchKind.Break } ? loop : null;
                case IBinaryOperation or IUnaryOperation or IConversionOperation or IParenthesizedOperation or IIsPatternOperation: continue;
                default: return null;
            }
        }
        return null;
    }

    private static bool IsSetIn(ILoopOperation loop, IOperation read) => loop.Descendants().Any(other => other.IsWritten() && other.IsSameAs(read));
}
