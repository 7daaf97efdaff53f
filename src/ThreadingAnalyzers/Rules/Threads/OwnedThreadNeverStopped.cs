using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A foreground thread in a loop, kept in a field by a type that has no member to stop or join it.
/// Source: "Foreground and background threads", learn.microsoft.com/dotnet/standard/threading.
/// </summary>
public sealed class OwnedThreadNeverStopped() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1023", since: "1.0", Category.Threads, DiagnosticSeverity.Info,
        title: "Who keeps a thread should be able to stop it",
        message: "No code can stop or join '{1}', a foreground thread that runs '{0}': the process does not end before it; add a member that stops it and waits, or make it a background thread",
        why: "An object that starts a thread and offers no way to stop it leaves its users no way to end it. A foreground thread then keeps the process alive after all else is over.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => OwnedThread.Watch(context, types, (action, thread) =>
    {
        if (thread.Fault == ThreadFault.OwnedNeverStopped)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, thread.Member.Locations[0], thread.Work.Name, thread.Member.Name));
    });
}
