using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>A loop that work goes round in, and whether code in it, apart from its condition, may leave it.</summary>
/// <param name="Loop">The loop.</param>
internal sealed record WorkLoop(ILoopOperation Loop)
{
    private const int Depth = 4;

    /// <summary>The loop's condition; null where it has none, or one that always holds.</summary>
    public IOperation? Condition => Loop switch
    {
        IWhileLoopOperation { Condition: { ConstantValue.HasValue: false } condition } => condition,
        IForLoopOperation { Condition: { ConstantValue.HasValue: false } condition } => condition,
        _ => null,
    };

    /// <summary>Whether it is a loop without a condition, or with one.</summary>
    public bool IsUnbounded => Loop is IWhileLoopOperation { Condition: null or { ConstantValue: { HasValue: true, Value: true } } } or IForLoopOperation { Condition: null or { ConstantValue: { HasValue: true, Value: true } } };

    /// <summary>The first loop without end that the code comes to on its straight way, in it or in a method that it calls; null where it comes to none.</summary>
    public static WorkLoop? Endless(IOperation body, KnownTypes types) => Straight(Body(body), types, Depth, isGuarded: false);

    private static WorkLoop? Straight(IOperation? statement, KnownTypes types, int depth, bool isGuarded)
    {
        switch (statement)
        {
            case IBlockOperation block: return block.Operations.Select(inner => Straight(inner, types, depth, isGuarded)).FirstOrDefault(loop => loop is not null);
            case ITryOperation @try: return Straight(@try.Body, types, depth, isGuarded || @try.Catches.Length > 0);
            case IUsingOperation @using: return Straight(@using.Body, types, depth, isGuarded);
            case ILockOperation @lock: return Straight(@lock.Body, types, depth, isGuarded);
            case ILabeledOperation labeled: return Straight(labeled.Operation, types, depth, isGuarded);
            case ILoopOperation loop: return new WorkLoop(loop) is { IsUnbounded: true } found && !found.MayBeLeft(types, _ => false, isGuarded) ? found : null;
            case IReturnOperation { ReturnedValue: IInvocationOperation call }: return Straight(call, types, depth, isGuarded);
            case IExpressionStatementOperation { Operation: IInvocationOperation call }: return Straight(call, types, depth, isGuarded);
            case IInvocationOperation { TargetMethod: { IsAbstract: false, IsVirtual: false, IsOverride: false, IsAsync: false } } call when depth > 0 && Reach.Callee(call) is { } callee
                && call.SemanticModel is { } model && Work.BodyOf(callee, model) is { } body: return Straight(Body(body), types, depth - 1, isGuarded);
            default: return null;
        }
    }

    /// <summary>The statements of a lambda, method or local function.</summary>
    private static IOperation? Body(IOperation function) => function switch
    {
        IAnonymousFunctionOperation lambda => lambda.Body,
        ILocalFunctionOperation local => local.Body,
        IMethodBodyOperation method => method.BlockBody ?? method.ExpressionBody,
        _ => function,
    };

    /// <summary>
    /// Whether code may leave the loop: a jump, a return, an exception that the loop does not catch itself, or a call that fails by
    /// design when its source is closed. What ends the whole process by mistake, an exception that nobody catches, does not count.
    /// </summary>
    /// <param name="types">The framework types.</param>
    /// <param name="isNone">Whether an operation, though it looks so, is no way out: a test of a signal that nobody gives.</param>
    /// <param name="isGuarded">Whether who runs the loop catches exceptions, so that one may be meant to end it.</param>
    public bool MayBeLeft(KnownTypes types, Func<IOperation, bool> isNone, bool isGuarded = false)
    {
        isGuarded |= IsGuarded(Loop, null);
        return Loop.OwnOperations().Any(operation => operation switch
        {
            IReturnOperation { IsImplicit: false } or IBranchOperation => LeavesBy(operation) && !isNone(operation),
            _ => !isNone(operation) && (MayFail(operation, types, Depth) || isGuarded && Throwing.MayThrow(operation)) && !IsGuarded(operation, Loop),
        });
    }

    private bool LeavesBy(IOperation jump) => jump is IReturnOperation
        || jump is IBranchOperation branch && (branch.BranchKind == BranchKind.GoTo || branch.BranchKind == BranchKind.Break && SymbolEqualityComparer.Default.Equals(branch.Target, Loop.ExitLabel));

    private static bool MayFail(IOperation operation, KnownTypes types, int depth) => operation switch
    {
        IThrowOperation => true,
        IArgumentOperation { Value: { } value } when types[value.Type] == KnownType.CancellationToken => value.Unconverted() is not (IDefaultValueOperation or IPropertyReferenceOperation { Instance: null }) && operation is not { IsImplicit: true },
        IForEachLoopOperation => false,
        IInvocationOperation call when Endings.MayEndLoop(call.TargetMethod, types) => true,
        IInvocationOperation call when depth > 0 && Reach.Callee(call) is { } callee && call.SemanticModel is { } model && Work.BodyOf(callee, model) is { } body =>
            body.OwnOperations().Any(inner => inner is not IArgumentOperation && MayFail(inner, types, depth - 1) && !IsGuarded(inner, null)),
        _ => false,
    };

    /// <summary>Whether an exception of the operation is caught before it leaves the code that is given, or the function where none is.</summary>
    private static bool IsGuarded(IOperation operation, IOperation? within)
    {
        for (IOperation inner = operation, current = operation.Parent!; current is not null && current != within; inner = current, current = current.Parent!)
        {
            if (current is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return false;
            if (current is ITryOperation @try && @try.Body == inner && @try.Catches.Any(clause => within is null || IsAll(clause)))
                return true;
        }
        return false;
    }

    private static bool IsAll(ICatchClauseOperation clause) => clause.Filter is null && clause.ExceptionType is null or { SpecialType: SpecialType.System_Object } or { Name: nameof(Exception) };
}
