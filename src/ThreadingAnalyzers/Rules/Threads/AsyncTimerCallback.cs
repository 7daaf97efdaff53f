using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// An async lambda or async void method as a timer's callback: the timer does not wait for it, and what it throws ends the
/// process. Source: "Async return types", learn.microsoft.com/dotnet/csharp/asynchronous-programming.
/// </summary>
public sealed class AsyncTimerCallback() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1024", since: "1.0", Category.Threads, DiagnosticSeverity.Info,
        title: "The callback of a timer should not be async without catching what it throws",
        message: "'{0}' is async void for the timer, so what it throws behind its first await nobody can catch, and it ends the process: catch it here, or await a PeriodicTimer in a loop",
        why: "A timer knows nothing of tasks: for it an async callback is over at its first await. Nobody waits for the rest or sees its exception, which ends the process, and the timer calls again while the rest still runs.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        if (Delegate(action.Operation, types) is { } callback && Work.Of(callback) is { Method: { IsAsync: true, ReturnsVoid: true }, Body: { } body } work
            && body.OwnOperations().Any(operation => operation is IAwaitOperation or IForEachLoopOperation { IsAsynchronous: true }) && Caught.FirstEscape(body) is not null)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, Work.PlaceOf(callback), work.Name));
    }, OperationKind.ObjectCreation, OperationKind.EventAssignment, OperationKind.Invocation);

    private static IOperation? Delegate(IOperation operation, KnownTypes types) =>
        operation is IInvocationOperation ? Timers.Callback(operation, types)
        : Spawn.Of(operation, types) is { Kind: SpawnKind.Timer } spawn ? spawn.Value
        : null;
}
