using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>The code that runs only where a test came out true, and only where it came out false, read off the statements around the test.</summary>
internal sealed class Branches
{
    private readonly List<IOperation> whenTrue = [], whenFalse = [];

    private Branches()
    {
    }

    /// <summary>The statements and expressions that run only where the test is true, in the order of the text.</summary>
    public IReadOnlyList<IOperation> WhenTrue => whenTrue;

    /// <summary>The statements and expressions that run only where the test is false, in the order of the text.</summary>
    public IReadOnlyList<IOperation> WhenFalse => whenFalse;

    /// <summary>The branches of a test: in a condition, a part of one, or kept in a local that conditions ask.</summary>
    public static Branches Of(IOperation test)
    {
        var branches = new Branches();
        branches.Climb(test, true, false, mayBeLocal: true);
        return branches;
    }

    /// <summary>Goes outwards from the test through the expression that it is part of.</summary>
    /// <param name="current">The part, first the test itself.</param>
    /// <param name="ifTrue">What the test was where the part is true; null where that is not known.</param>
    /// <param name="ifFalse">What the test was where the part is false.</param>
    /// <param name="mayBeLocal">Whether the part may be kept in a local.</param>
    private void Climb(IOperation current, bool? ifTrue, bool? ifFalse, bool mayBeLocal)
    {
        while (ifTrue is not null || ifFalse is not null)
        {
            switch (current.Parent)
            {
                case IParenthesizedOperation or IConversionOperation:
                    break;
                case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not }:
                    (ifTrue, ifFalse) = (ifFalse, ifTrue);
                    break;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } equality when Constant(equality, current) is { } compared:
                    if (compared != (equality.OperatorKind == BinaryOperatorKind.Equals))
                        (ifTrue, ifFalse) = (ifFalse, ifTrue);
                    break;
                case IIsPatternOperation { Pattern: IConstantPatternOperation { Value.ConstantValue.Value: bool wanted } }:
                    if (!wanted)
                        (ifTrue, ifFalse) = (ifFalse, ifTrue);
                    break;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } and:
                    if (and.LeftOperand == current)
                        Add(and.RightOperand, ifTrue);
                    ifFalse = null;
                    break;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } or:
                    if (or.LeftOperand == current)
                        Add(or.RightOperand, ifFalse);
                    ifTrue = null;
                    break;
                case IConditionalOperation conditional when conditional.Condition == current:
                    Add(conditional.WhenTrue, ifTrue);
                    Add(conditional.WhenFalse, ifFalse);
                    if (Exits(conditional.WhenTrue))
                        AddFollowing(conditional, ifFalse);
                    if (conditional.WhenFalse is { } other && Exits(other))
                        AddFollowing(conditional, ifTrue);
                    return;
                case IWhileLoopOperation { ConditionIsTop: true } loop when loop.Condition == current:
                    Add(loop.Body, ifTrue);
                    AddFollowing(loop, ifFalse);
                    return;
                case IWhileLoopOperation loop when loop.Condition == current:
                    AddFollowing(loop, ifFalse);
                    return;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } when mayBeLocal:
                    foreach (var use in current.Root().DescendantsAndSelf().OfType<ILocalReferenceOperation>().Where(use => use.Names(local)).ToList())
                        if (use.OnlyValue() is not null && !use.IsCaptured())
                            Climb(use, ifTrue, ifFalse, mayBeLocal: false);
                    return;
                default:
                    return;
            }
            current = current.Parent!;
        }
    }

    /// <summary>Whether control never goes on behind the statement.</summary>
    public static bool Exits(IOperation statement) => statement switch
    {
        IBlockOperation { Operations: [.., var last] } => Exits(last),
        IReturnOperation { Kind: OperationKind.Return } or IBranchOperation or IThrowOperation => true,
        IExpressionStatementOperation { Operation: IThrowOperation } => true,
        IConditionalOperation { WhenFalse: { } other } conditional => Exits(conditional.WhenTrue) && Exits(other),
        _ => false,
    };

    private static bool? Constant(IBinaryOperation equality, IOperation current) =>
        (equality.LeftOperand == current ? equality.RightOperand : equality.LeftOperand).ConstantValue is { HasValue: true, Value: bool constant } ? constant : null;

    private void Add(IOperation? code, bool? outcome)
    {
        if (code is not null && outcome is { } known)
            (known ? whenTrue : whenFalse).Add(code);
    }

    private void AddFollowing(IOperation statement, bool? outcome)
    {
        if (outcome is not null && statement.Parent is IBlockOperation { Operations: var all })
            foreach (var following in all.Skip(all.IndexOf(statement) + 1))
                Add(following, outcome);
    }
}
