using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A loop on another thread that goes on until a flag, token or event is set which nothing in the program sets.
/// Source: "Cancellation in managed threads", learn.microsoft.com/dotnet/standard/threading.
/// </summary>
public sealed class StopNeverSignalled() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1005", since: "1.0", Category.Threads, DiagnosticSeverity.Warning,
        title: "A loop of a thread should wait for a signal that somebody gives",
        message: "The loop goes on until '{0}' {1}, which {3}, so the thread never ends: {2} where the work is to be stopped",
        why: "The loop looks as if it could be stopped, but nothing in the program ever gives the signal that it waits for. The thread runs as long as the process, with all that it holds on to.");

    /// <summary>The name of what would have to be written, cancelled or set, for the fix.</summary>
    internal const string SourceProperty = "source";

    /// <summary>The value of a flag with which the loop goes on, for the fix.</summary>
    internal const string KeptProperty = "kept";

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) =>
        context.RegisterOperationAction(action => Judge(action, types), OperationKind.Loop);

    private static void Judge(OperationAnalysisContext action, KnownTypes types)
    {
        if (StopSignal.Unset(new WorkLoop((ILoopOperation)action.Operation), types, action.CancellationToken) is not { } signal || !ThreadEntry.IsIn(action.Operation, types, action.CancellationToken))
            return;
        var (end, remedy) = signal.Kept is not null ? ("changes", "change it")
            : Endings.IsEvent(Values.TypeOf(signal.Holder), types) ? ("is set", "set it")
            : ("is cancelled", "cancel it");
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, signal.Place.Syntax.GetLocation(), Told(signal), signal.Holder.Name, end, remedy,
            signal.IsGivenTooLate ? "only the finalizer does, and that cannot run while the thread uses the object" : "no code of the program does"));
    }

    private static ImmutableDictionary<string, string?> Told(StopSignal signal) =>
        ImmutableDictionary<string, string?>.Empty.Add(SourceProperty, signal.Source.Name).Add(KeptProperty, (signal.Kept as bool?)?.ToString());
}
