using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>What becomes of a call's task at the place of the call: <c>await</c>, <c>.Result</c>, <c>return</c>, also through <c>?:</c>, <c>??</c> and conversions.</summary>
internal static class Completions
{
    /// <summary>Who waits for the task.</summary>
    /// <param name="call">The call.</param>
    /// <param name="walk">The body it stands in; what a lambda returns that is walked in its place goes to no caller.</param>
    public static Completion Of(IOperation call, BodyWalk walk)
    {
        if (!IsTask(call.Type, walk))
            return call.Type?.SpecialType == SpecialType.System_Void ? Completion.Later : Completion.AtOnce;
        for (var operation = call; operation.Parent is { } parent; operation = parent)
        {
            switch (parent)
            {
                case IConversionOperation or IParenthesizedOperation or ICoalesceOperation or ISwitchExpressionArmOperation or IArgumentOperation { Parent: IObjectCreationOperation }:
                case IConditionalOperation conditional when conditional.Condition != operation:
                case ISwitchExpressionOperation choice when choice.Value != operation:
                case IInvocationOperation { TargetMethod: var passing } when Waiting.PassesOn(passing):
                case IObjectCreationOperation { Type: var made } when IsTask(made, walk):
                    continue;
                case IAwaitOperation:
                    return Completion.Awaited;
                case IInvocationOperation { TargetMethod: var method } invocation when Waiting.IsGetResult(method) || Effects.Of(method, invocation.Instance?.Type, walk.Types).Kind == EffectKind.Join:
                case IPropertyReferenceOperation { Property: var property } when Waiting.IsResult(property, walk.Types):
                    return Completion.Blocked;
                case IReturnOperation { Kind: OperationKind.Return }:
                    return IsInlined(parent, walk) ? Completion.Later : Completion.HandedOn;
                default:
                    return Completion.Later;
            }
        }
        return Completion.Later;
    }

    private static bool IsTask(ITypeSymbol? type, BodyWalk walk) =>
        walk.Types[type] is KnownType.Task or KnownType.TaskOfT or KnownType.ValueTask or KnownType.ValueTaskOfT;

    private static bool IsInlined(IOperation @return, BodyWalk walk)
    {
        for (var operation = @return.Parent; operation is not null; operation = operation.Parent)
            if (operation is IAnonymousFunctionOperation lambda)
                return walk.Inlined.Contains(lambda.Symbol);
            else if (operation is ILocalFunctionOperation)
                return false;
        return false;
    }
}
