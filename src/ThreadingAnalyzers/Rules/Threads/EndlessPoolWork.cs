using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A loop without an end that blocks a thread of the pool for the life of the program. Source: "The managed thread pool",
/// learn.microsoft.com/dotnet/standard/threading, "When not to use thread pool threads".
/// </summary>
public sealed class EndlessPoolWork() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1019", since: "1.0", Category.Threads, DiagnosticSeverity.Info,
        title: "Work that does not end should have a thread of its own",
        message: "'{0}' loops until it is told to stop and waits in '{1}', on a thread of the pool: that thread is missing to all other work for as long; give it a thread of its own, with TaskCreationOptions.LongRunning",
        why: "The thread pool has as many threads as the machine has processors, and adds more only slowly. Work that never ends and mostly waits takes one of them for good; some of it, and timers and continuations come late.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) =>
        context.RegisterOperationAction(action => Judge(action, types), OperationKind.Invocation, OperationKind.ObjectCreation);

    private static void Judge(OperationAnalysisContext action, KnownTypes types)
    {
        if (Spawn.Of(action.Operation, types) is not { Kind: SpawnKind.Task or SpawnKind.Pool } spawn || action.Operation is IInvocationOperation call && !Spawn.RunsOnPoolNow(call.TargetMethod)
            || action.Operation.ChildOperations.OfType<IArgumentOperation>().Any(argument => Waiting.IsLongRunning(argument.Value) || Waiting.IsOwnScheduler(argument, types))
            || Work.Of(spawn.Value) is not { Method.IsAsync: false } work || Blocking(work, types) is not { } wait)
            return;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, Work.PlaceOf(spawn.Value), work.Name, wait.TargetMethod.Name));
    }

    /// <summary>The wait in an open-ended loop of the work, or of the one method that it calls; null without one.</summary>
    private static IInvocationOperation? Blocking(Work work, KnownTypes types)
    {
        if (work.Body is not { } body)
            return null;
        var calls = body.OwnOperations().OfType<IInvocationOperation>().ToList();
        return BlockingIn(body, types)
            ?? (calls is [{ TargetMethod: { IsAsync: false, IsVirtual: false, IsAbstract: false } only, SemanticModel: { } model }] && Work.BodyOf(only, model) is { } called ? BlockingIn(called, types) : null);
    }

    private static IInvocationOperation? BlockingIn(IOperation body, KnownTypes types)
    {
        foreach (var operation in body.OwnOperations())
        {
            if (operation is IForEachLoopOperation { Collection: var items } && items.DescendantsAndSelf().OfType<IInvocationOperation>().FirstOrDefault(call => LongWaits.IsOne(call, types)) is { } consuming)
                return consuming;
            if (operation is ILoopOperation loop && loop.IsOpenEnded(types) && !loop.IsLeft() && loop.OwnOperations().OfType<IInvocationOperation>().FirstOrDefault(call => LongWaits.IsOne(call, types)) is { } wait)
                return wait;
        }
        return null;
    }
}
