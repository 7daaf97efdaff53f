using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>A call that may end without the lock that it is to take, and who looks whether it did.</summary>
internal static class Attempt
{
    /// <summary>
    /// Whether nobody looks at the outcome, be it returned or written to a flag, except perhaps to decide about the release:
    /// what the lock guards then runs without it too.
    /// </summary>
    public static bool IsIgnored(IInvocationOperation attempt, IOperation @lock, KnownTypes types) => LockMembers.Flag(attempt) is { } flag
        // What another acquisition tells too is no outcome of this one.
        ? Token(attempt) is not null && flag.Unconverted() switch
        {
            ILocalReferenceOperation { Local: var local } => IsUnread(local, attempt, @lock, types),
            IDeclarationExpressionOperation { Expression: ILocalReferenceOperation { Local: var local } } => IsUnread(local, attempt, @lock, types),
            IDiscardOperation => true,
            _ => false,
        }
        : attempt.Answer().Parent switch
        {
            IExpressionStatementOperation => true,
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } => IsUnread(local, attempt, @lock, types),
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var local }, Parent: IExpressionStatementOperation } => IsUnread(local, attempt, @lock, types),
            _ => false,
        };

    /// <summary>The local that tells whether the call took the lock: its flag, or what its result is kept in; null where another value may get there.</summary>
    public static ILocalSymbol? Token(IInvocationOperation attempt)
    {
        var token = LockMembers.Flag(attempt) is { } flag
            ? (flag.Unconverted() is IDeclarationExpressionOperation { Expression: var declared } ? declared : flag.Unconverted()) is ILocalReferenceOperation { Local: var passed } ? passed : null
            : attempt.Answer().Parent switch
            {
                IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: { Type.SpecialType: SpecialType.System_Boolean } local } } => local,
                ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: { Type.SpecialType: SpecialType.System_Boolean } local } } => local,
                _ => null,
            };
        return token is not null && attempt.Root().DescendantsAndSelf().OfType<ILocalReferenceOperation>()
            .Where(use => use.Names(token) && use.IsWritten() && !attempt.Answer().Parent!.Syntax.Span.Contains(use.Syntax.Span))
            .All(use => use.Parent is ISimpleAssignmentOperation { Value.ConstantValue: { HasValue: true, Value: false } }) ? token : null;
    }

    /// <summary>What stands for the outcome: the call, or the await of its task.</summary>
    public static IOperation Answer(this IInvocationOperation attempt)
    {
        IOperation answer = attempt;
        while (answer.Parent is IAwaitOperation or IParenthesizedOperation || answer.Parent is IInvocationOperation { TargetMethod: var method } pass && pass.Instance == answer && Waiting.PassesOn(method))
            answer = answer.Parent;
        return answer;
    }

    private static bool IsUnread(ILocalSymbol local, IOperation within, IOperation @lock, KnownTypes types) => within.Root().DescendantsAndSelf()
        .OfType<ILocalReferenceOperation>()
        .Where(use => use.Names(local) && !use.IsWritten())
        .All(use => DecidesAboutRelease(use, @lock, types));

    /// <summary>Whether the use is the condition of an <c>if</c> that does nothing but give the lock back.</summary>
    private static bool DecidesAboutRelease(IOperation use, IOperation @lock, KnownTypes types) =>
        use.Parent is IConditionalOperation { WhenFalse: null, WhenTrue: var then } test && test.Condition == use
        && (then is IBlockOperation { Operations: [var only] } ? only : then) is IExpressionStatementOperation { Operation: IInvocationOperation call }
        && Holding.LockOf(call, EffectKind.Release, types) is { } given && given.IsSameAs(@lock);
}
