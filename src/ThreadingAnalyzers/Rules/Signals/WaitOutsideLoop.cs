using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Rules.Signals;

/// <summary>
/// <c>Monitor.Wait</c> after which nothing tests again what was waited for. Source: the .NET reference, Monitor.Wait, remarks;
/// Albahari, Threading in C#, "Signaling with Wait and Pulse".
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class WaitOutsideLoop() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR6001", since: "1.0", Category.Signals, DiagnosticSeverity.Warning,
        title: "Monitor.Wait should stand in a loop that tests its condition",
        message: "After this wait for '{0}' nothing tests again what it waits for: {1}; wait in a 'while' that tests the condition",
        why: "A thread that is woken must take the lock again, and another thread may come first and undo what it was woken for. A pulse may also be meant for somebody else, or may come before the wait, which then never ends.");

    private protected override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (!Mention.Of(KnownType.Monitor, context.Compilation, context.CancellationToken))
            return;
        context.RegisterOperationAction(action =>
        {
            var call = (IInvocationOperation)action.Operation;
            if (call.Arguments.Length == 1 && types[call.TargetMethod.ContainingType] == KnownType.Monitor && Effects.Of(call.TargetMethod, null, types).Kind == EffectKind.Await
                && Harm(call) is { } harm)
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), call.Arguments[0].Value.Unconverted().Syntax, harm));
        }, OperationKind.Invocation);
    }

    /// <summary>What may happen; null where a loop tests again, or where the caller is the one to do so: a method that takes no lock itself.</summary>
    private static string? Harm(IInvocationOperation wait)
    {
        var (isTested, isLocked) = (false, false);
        for (IOperation inner = wait, current = wait.Parent!; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); inner = current, current = current.Parent!)
        {
            switch (current)
            {
                case ILoopOperation or ILabeledOperation: return null;
                case IConditionalOperation conditional when conditional.Condition != inner: isTested |= !isLocked; break;
                case ILockOperation: isLocked = true; break;
                // Code with jumps may be a loop.
                case IBlockOperation block when block.Operations.Any(operation => operation is ILabeledOperation): return null;
            }
        }
        return !isLocked ? null
            : isTested ? "another thread may have come first, or the pulse was for somebody else"
            : "a pulse that comes before it is lost, and then it never ends";
    }
}
