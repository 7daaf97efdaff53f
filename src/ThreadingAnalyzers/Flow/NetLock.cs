using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>What a call of a method leaves behind: a lock of a thread that it took for its caller, or gave back for it.</summary>
/// <param name="Lock">The lock, a field or property of this object or of the type, as written in the method.</param>
/// <param name="IsTaking">Whether the caller has the lock after the call, or has it no longer.</param>
internal sealed record NetLock(IOperation Lock, bool IsTaking)
{
    /// <summary>The lock that a method only takes or only gives back, on all of its paths; null where it does neither, both, or is not in the model's file.</summary>
    public static NetLock? Of(IMethodSymbol method, SemanticModel model, KnownTypes types)
    {
        if (method.IsAbstract || method.IsVirtual || method.IsAsync || !MayLock(method) || Work.BodyOf(method, model) is not { } body)
            return null;
        NetLock? net = null;
        foreach (var call in body.DescendantsAndSelf().OfType<IInvocationOperation>())
        {
            var (taken, given) = (Holding.TakenBy(call, types), Holding.LockOf(call, EffectKind.Release, types));
            if ((taken ?? given) is not { } @lock)
                continue;
            if (net is not null || Holding.LockOf(call, EffectKind.TryAcquire, types) is not null || call.Parent is not (IExpressionStatementOperation or IReturnOperation) || !IsAlways(call, body)
                || !Waiting.IsThreadAffine(call.TargetMethod, call.Instance?.Type, types) || @lock is not IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation })
                return null;
            net = new NetLock(@lock, taken is not null);
        }
        return net;
    }

    // To look for a name costs a hundredth of binding the body.
    private static bool MayLock(IMethodSymbol method) => (method.PartialImplementationPart ?? method).OriginalDefinition.DeclaringSyntaxReferences
        .Any(reference => Effects.MayOwn(reference.GetSyntax(), default));

    /// <summary>Whether each call of the method comes here, unless it throws.</summary>
    private static bool IsAlways(IOperation call, IOperation body)
    {
        for (var outer = call.Parent; outer is not null && outer != body; outer = outer.Parent)
            if (outer is IConditionalOperation or ILoopOperation or ISwitchOperation or ITryOperation or IAnonymousFunctionOperation or ILocalFunctionOperation or ILockOperation)
                return false;
        return true;
    }
}
