using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A foreground thread that is started on the expression that creates it, so that no handle is left: the process cannot
/// end before it, and no code can wait for it. A thread that says itself when it is done is silent.
/// Source: "Foreground and background threads", learn.microsoft.com/dotnet/standard/threading.
/// </summary>
public sealed class DroppedThread() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1002", since: "1.0", Category.Threads, DiagnosticSeverity.Warning,
        title: "A started thread should be kept, to be joined, or be a background thread",
        message: "The thread that runs '{0}' is a foreground thread and its handle is lost, so the process cannot end before it and nothing can wait for it: keep it and join it, or make it a background thread",
        why: "A foreground thread keeps the process alive until it ends. When its handle is lost, nobody can wait for it or see whether it has ended, and a program that seems to be over does not exit.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (Mention.Of(KnownType.Thread, context.Compilation, context.CancellationToken))
            context.RegisterOperationAction(action => Judge(action, types), OperationKind.ObjectCreation, OperationKind.Invocation);
    }

    private static void Judge(OperationAnalysisContext action, KnownTypes types)
    {
        if (ThreadFate.Of(action.Operation, types, action.CancellationToken) is { Fault: ThreadFault.Dropped } fate)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, fate.Origin.Place, fate.Origin.Work.Name));
    }
}
