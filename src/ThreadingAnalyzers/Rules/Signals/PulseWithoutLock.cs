using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Signals;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Signals;

/// <summary>
/// <c>Monitor.Wait</c>, <c>Pulse</c> or <c>PulseAll</c> of an object that nobody who comes there has locked. Source: the .NET
/// reference, Monitor.Pulse, "Exceptions: SynchronizationLockException".
/// </summary>
public sealed class PulseWithoutLock() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR6002", since: "1.0", Category.Signals, DiagnosticSeverity.Warning,
        title: "Monitor.Wait and Monitor.Pulse should be called with the lock held",
        message: "'{0}' is not locked where 'Monitor.{1}' is called, so the call throws a SynchronizationLockException: call it inside 'lock ({0})'",
        why: "Only who holds the monitor of an object may wait for it or wake others who do. The call throws for everybody else, and the waiters sleep on.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (!Mention.Of(KnownType.Monitor, context.Compilation, context.CancellationToken))
            return;
        context.RegisterOperationAction(action =>
        {
            var call = (IInvocationOperation)action.Operation;
            if (!SignalMembers.IsOfCondition(call.TargetMethod, types) || MonitorLocks.UsedValue(call, types) is not { } monitor
                || SignalLife.Of(monitor, types, action.Compilation, action.CancellationToken) is not { IsOwn: true }
                || new HeldMonitors(types, action.Compilation, action.CancellationToken).May(call, monitor))
                return;
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), monitor.Syntax, call.TargetMethod.Name));
        }, OperationKind.Invocation);
    }
}
