using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Signals;

/// <summary>
/// <c>Monitor.Wait</c> after which nothing tests again what was waited for. Source: the .NET reference, Monitor.Wait, remarks;
/// Albahari, Threading in C#, "Signaling with Wait and Pulse".
/// </summary>
public sealed class WaitOutsideLoop() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR6001", since: "1.0", Category.Signals, DiagnosticSeverity.Warning,
        title: "Monitor.Wait should stand in a loop that tests its condition",
        message: "After this wait for '{0}' nothing tests again what it waits for: {1}; wait in a 'while' that tests the condition",
        why: "A thread that is woken must take the lock again, and another thread may come first and undo what it was woken for. A pulse may also be meant for somebody else, or may come before the wait, which then never ends.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (!Mention.Of(KnownType.Monitor, context.Compilation, context.CancellationToken))
            return;
        context.RegisterOperationAction(action =>
        {
            var call = (IInvocationOperation)action.Operation;
            if (call.Arguments.Length == 1 && types[call.TargetMethod.ContainingType] == KnownType.Monitor && Effects.Of(call.TargetMethod, null, types).Kind == EffectKind.Await
                && Harm(call, types, action) is { } harm)
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), call.Arguments[0].Value.Unconverted().Syntax, harm));
        }, OperationKind.Invocation);
    }

    /// <summary>What may happen; null where a loop tests again, here or, of a method that takes no lock itself, around one of its calls.</summary>
    private static string? Harm(IInvocationOperation wait, KnownTypes types, OperationAnalysisContext action)
    {
        var (isTested, isLocked) = (IsAfterTest(wait), false);
        for (IOperation inner = wait, current = wait.Parent!; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); inner = current, current = current.Parent!)
        {
            switch (current)
            {
                case ILoopOperation or ILabeledOperation: return null;
                case IConditionalOperation conditional when conditional.Condition != inner: isTested |= !isLocked; break;
                // Who is begun under the lock can give the pulse only when this waits.
                case ILockOperation @lock when @lock.Body.OwnOperations().Any(operation => operation.Syntax.SpanStart < wait.Syntax.SpanStart && Starts(operation, types)): return null;
                case ILockOperation: isLocked = true; break;
                // Code with jumps may be a loop.
                case IBlockOperation block when block.Operations.Any(operation => operation is ILabeledOperation): return null;
            }
        }
        if (!isLocked && !IsLockedByCallers(wait, action))
            return null;
        return isTested ? "another thread may have come first, or the pulse was for somebody else"
            : "a pulse that comes before it is lost, and then it never ends";
    }

    private static bool Starts(IOperation operation, KnownTypes types) =>
        operation is IInvocationOperation call && Effects.Of(call.TargetMethod, call.Instance?.Type, types).Kind is EffectKind.Start or EffectKind.StartOperand;

    /// <summary>Whether the wait is what is left to do when a test before it has not ended the method.</summary>
    private static bool IsAfterTest(IOperation wait) => wait.Parent is IExpressionStatementOperation { Parent: IBlockOperation block } statement
        && block.Operations.TakeWhile(operation => operation != statement).Any(operation => operation is IConditionalOperation { WhenFalse: null, WhenTrue: IReturnOperation or IBlockOperation { Operations: [.., IReturnOperation] } });

    /// <summary>Whether the method that waits is only called inside lock statements, and in no loop.</summary>
    private static bool IsLockedByCallers(IOperation wait, OperationAnalysisContext action)
    {
        if (wait.Function() is IAnonymousFunctionOperation or ILocalFunctionOperation || wait.Method() is not { MethodKind: MethodKind.Ordinary } method)
            return false;
        while (method.OverriddenMethod is { } overridden)
            method = overridden;
        return MemberUses.Of(method, action.Compilation, action.CancellationToken) is { Count: > 0 } uses
            && uses.All(use => use is IInvocationOperation { Instance: null or IInstanceReferenceOperation } && IsLockedOnce(use));
    }

    private static bool IsLockedOnce(IOperation call)
    {
        for (var current = call.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
            switch (current)
            {
                case ILoopOperation or ILabeledOperation: return false;
                case ILockOperation: return true;
            }
        return false;
    }
}
