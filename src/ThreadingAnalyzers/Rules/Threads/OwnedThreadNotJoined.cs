using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A type that starts a foreground thread, keeps it in a field or property and can be stopped, while no code joins it: who stops the
/// object goes on while the thread still uses what was stopped. Source: "Using threads and threading", learn.microsoft.com/dotnet/standard/threading.
/// </summary>
public sealed class OwnedThreadNotJoined() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1003", since: "1.0", Category.Threads, DiagnosticSeverity.Warning,
        title: "Who stops an object should wait for its threads",
        message: "'{0}' ends while the thread that runs '{1}' may still be at work, since no code joins '{2}': what is stopped or disposed is still in use; join it here, or make it a background thread",
        why: "An object that is stopped or disposed is over for its user, who closes files, frees memory or ends the program next. A thread of the object that nobody waits for still runs then, uses what is gone and keeps the process alive.");

    /// <summary>The property of a finding that names the field.</summary>
    internal const string FieldProperty = "field";

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => OwnedThread.Watch(context, types, (action, thread) =>
    {
        if (thread is { Fault: ThreadFault.OwnedNotJoined, Stop: { } stop, Member: var member })
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, stop.Locations[0],
                ImmutableDictionary<string, string?>.Empty.Add(FieldProperty, member.Name), stop.Name, thread.Work.Name, member.Name));
    });
}
