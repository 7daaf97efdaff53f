using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Signals;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Signals;

/// <summary>
/// A wait without a timeout for a signal that no code of the program gives, though all code that could is seen. Source: the
/// .NET reference, EventWaitHandle, CountdownEvent, TaskCompletionSource, Monitor.Wait.
/// </summary>
public sealed class WaitNeverSignalled() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR6004", since: "1.0", Category.Signals, DiagnosticSeverity.Warning,
        title: "What is waited for should be signalled somewhere",
        message: "'{0}' is waited for without a timeout and no code ever {1} it, so this wait never ends: {2}",
        why: "A thread that waits for a signal which no code gives waits for ever, with all that it holds. Mostly the code that should give it was moved, or gives another one.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        if (SignalLife.WaitedFor(action.Operation, types) is not { } named
            || SignalLife.Of(named, types, action.Compilation, action.CancellationToken) is not { Leaves: false, IsOwn: true } life || life.Settings.Any())
            return;
        var isCondition = action.Operation is IInvocationOperation call && SignalMembers.IsOfCondition(call.TargetMethod, types);
        if (!isCondition && (life.IsOpaque || !life.Values.All(value => SignalMembers.BeginsUnset(value, types)))
            || IsEndOfProgram(action.Operation, action.Compilation, action.CancellationToken) || SignalMembers.Interrupts(action.Operation.Syntax.SyntaxTree, action.CancellationToken))
            return;
        var (verb, remedy) = isCondition ? ("pulses", "pulse it where the condition changes")
            : types[life.Values[0].Type] switch
            {
                KnownType.TaskCompletionSource => ("completes", "complete it where the result is there"),
                KnownType.CountdownEvent => ("signals", "signal it where a part is done"),
                KnownType.SemaphoreSlim or KnownType.Semaphore => ("releases", "release it where something is ready"),
                _ => ("sets", "set it where the work is done"),
            };
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, action.Operation.Syntax.GetLocation(), named.Syntax, verb, remedy));
    }, OperationKind.Invocation, OperationKind.Await, OperationKind.PropertyReference);

    /// <summary>Whether the wait is the last statement of the program: there, to wait for ever is to leave the rest to others.</summary>
    private static bool IsEndOfProgram(IOperation wait, Compilation compilation, CancellationToken cancellation) =>
        wait.Function() is not (IAnonymousFunctionOperation or ILocalFunctionOperation)
        && SymbolEqualityComparer.Default.Equals(wait.SemanticModel?.GetEnclosingSymbol(wait.Syntax.SpanStart, cancellation), compilation.GetEntryPoint(cancellation))
        && wait.Parent is IExpressionStatementOperation { Parent: IBlockOperation block } statement && block.Operations.SkipWhile(operation => operation != statement).Skip(1).All(operation => operation is IReturnOperation or ILocalFunctionOperation);
}
