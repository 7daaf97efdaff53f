using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A background thread that nobody joins, though its owner is stopped while it uses the owner's state, or its starter reads what
/// it writes. Source: "Foreground and background threads", learn.microsoft.com/dotnet/standard/threading.
/// </summary>
public sealed class BackgroundThreadNotJoined() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1021", since: "1.0", Category.Threads, DiagnosticSeverity.Info,
        title: "Who stops, or reads results, should wait for background threads too",
        message: "The background thread that runs '{1}' may still be at work when {0}, since no code joins '{2}': join it",
        why: "A background thread does not keep the process alive, but it still uses what its owner disposes, and it has still not finished what its starter reads. Whether that hurts depends on the work, so this is said as information.");

    /// <summary>The property of a finding at a stop member that names the field.</summary>
    internal const string FieldProperty = "field";

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        OwnedThread.Watch(context, types, Owned);
        if (Mention.Of(KnownType.Thread, context.Compilation, context.CancellationToken))
            context.RegisterOperationAction(Held, OperationKind.ObjectCreation, OperationKind.Invocation);

        static void Owned(SymbolAnalysisContext action, OwnedThread thread)
        {
            if (thread is { Fault: ThreadFault.OwnedBackgroundNotJoined, Stop: { } stop })
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, stop.Locations[0],
                    ImmutableDictionary<string, string?>.Empty.Add(FieldProperty, thread.Member.Name), $"'{stop.Name}' ends", thread.Work.Name, thread.Member.Name));
        }

        void Held(OperationAnalysisContext action)
        {
            if (ThreadFate.Of(action.Operation, types, action.CancellationToken) is { Fault: ThreadFault.UnjoinedBackground, Origin: { Life.Holders: [var holder, ..] } origin } fate)
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, origin.Place, $"'{fate.Loss}' is read", origin.Work.Name, holder.Name));
        }
    }
}
