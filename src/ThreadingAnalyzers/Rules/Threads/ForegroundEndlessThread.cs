using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A foreground thread whose work is a loop that no break, return, exception or closed source leaves.
/// Source: "Foreground and background threads", learn.microsoft.com/dotnet/standard/threading.
/// </summary>
public sealed class ForegroundEndlessThread() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1004", since: "1.0", Category.Threads, DiagnosticSeverity.Warning,
        title: "A thread without end should be a background thread",
        message: "'{0}' never ends and runs on a foreground thread, so the process cannot end either: make it a background thread, or give its loop a way out",
        why: "A process ends when its last foreground thread does. A foreground thread in a loop that nothing leaves keeps the program in memory after the user closed it, and the next start finds its files and ports taken.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (Mention.Of(KnownType.Thread, context.Compilation, context.CancellationToken))
            context.RegisterOperationAction(Judge, OperationKind.ObjectCreation, OperationKind.Invocation);

        void Judge(OperationAnalysisContext action)
        {
            if (ThreadFate.Of(action.Operation, types, action.CancellationToken) is { Fault: ThreadFault.Endless } fate)
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, fate.Origin.Place, fate.Origin.Work.Name));
        }
    }
}
