using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Method;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Background;

/// <summary>What becomes of a call's task at the place of the call: <c>await</c>, <c>.Result</c>, <c>return</c>, also through <c>?:</c>, <c>??</c> and conversions.</summary>
internal static class Completions
{
    /// <summary>Who waits for the task in a body that is walked: what a lambda returns that is walked in its place goes to no caller.</summary>
    public static Completion Of(IOperation call, BodyWalk walk) =>
        Of(call, walk.Types, out var returned) is var completion && completion == Completion.HandedOn && IsInlined(returned!, walk) ? Completion.Later : completion;

    /// <summary>Who waits for the task.</summary>
    public static Completion Of(IOperation call, KnownTypes types) => Of(call, types, out _);

    /// <summary>Whether the method is called here so that its task may be waited for later or never, as far as the text tells: no <c>await</c> or <c>return</c> stands before the call, and no <c>GetResult()</c> behind it.</summary>
    /// <param name="name">The name of the method.</param>
    public static bool MayBeLater(SyntaxToken name)
    {
        if (name.Parent?.FirstAncestorOrSelf<SyntaxNode>(static node => node is not (SimpleNameSyntax or MemberAccessExpressionSyntax)) is not InvocationExpressionSyntax call)
            return false;
        SyntaxNode outer = call;
        while (outer.Parent is MemberAccessExpressionSyntax or InvocationExpressionSyntax or ParenthesizedExpressionSyntax or PostfixUnaryExpressionSyntax)
            outer = outer.Parent;
        return outer.Parent is not (AwaitExpressionSyntax or ReturnStatementSyntax or ArrowExpressionClauseSyntax) && !Waiting.IsBlockedOn(call);
    }

    private static Completion Of(IOperation call, KnownTypes types, out IOperation? returned)
    {
        returned = null;
        if (!Values.IsTask(call.Type, types))
            return call.Type?.SpecialType == SpecialType.System_Void ? Completion.Later : Completion.AtOnce;
        for (var operation = call; operation.Parent is { } parent; operation = parent)
        {
            switch (parent)
            {
                case IConversionOperation or IParenthesizedOperation or ICoalesceOperation or ISwitchExpressionArmOperation or IArgumentOperation { Parent: IObjectCreationOperation }:
                case IConditionalOperation conditional when conditional.Condition != operation:
                case ISwitchExpressionOperation choice when choice.Value != operation:
                case IInvocationOperation { TargetMethod: var passing } when Waiting.PassesOn(passing):
                case IObjectCreationOperation { Type: var made } when Values.IsTask(made, types):
                    continue;
                case IAwaitOperation:
                    return Completion.Awaited;
                case IInvocationOperation { TargetMethod: var method } invocation when Waiting.IsGetResult(method) || Effects.Of(method, invocation.Instance?.Type, types).Kind == EffectKind.Join:
                case IPropertyReferenceOperation { Property: var property } when Waiting.IsResult(property, types):
                    return Completion.Blocked;
                case IReturnOperation { Kind: OperationKind.Return }:
                    returned = parent;
                    return Completion.HandedOn;
                default:
                    return Completion.Later;
            }
        }
        return Completion.Later;
    }

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
