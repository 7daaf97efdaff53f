using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>How loops end.</summary>
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

    /// <summary>Whether the condition holds in one round of a for loop: it compares the loop's variable with a constant.</summary>
    public static bool IsOneRound(IOperation condition) =>
        condition.Unconverted() is IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals, RightOperand.ConstantValue.HasValue: true, LeftOperand: var left }
        && left.Unconverted() is ILocalReferenceOperation { Local.DeclaringSyntaxReferences: [var declared] }
        && declared.GetSyntax() is { Parent.Parent: ForStatementSyntax };
}
