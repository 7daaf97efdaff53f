using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A foreground thread that a method starts and holds in a local, an array, a collection or a tuple, and that no code joins,
/// or not on each way to the method's end. What leaves the method's sight is silent.
/// Source: "Using threads and threading", learn.microsoft.com/dotnet/standard/threading.
/// </summary>
public sealed class UnjoinedThread() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1001", since: "1.0", Category.Threads, DiagnosticSeverity.Warning,
        title: "A started thread should be joined",
        message: "The thread that runs '{0}' is started, but {1}: code after the start may run before the thread is done, and the process cannot end before it; join it, or make it a background thread",
        why: "Who starts a thread and never joins it does not know when its work is done: results are read before they are there, files are used that are still being written. A foreground thread also keeps the process alive after the program seems to be over.");

    /// <summary>The property of a finding that tells by which local the thread, or the collection it is in, can be joined at the method's end.</summary>
    internal const string HolderProperty = "holder";

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (Mention.Of(KnownType.Thread, context.Compilation, context.CancellationToken))
            context.RegisterOperationAction(action => Judge(action, types), OperationKind.ObjectCreation, OperationKind.Invocation);
    }

    private static void Judge(OperationAnalysisContext action, KnownTypes types)
    {
        if (ThreadFate.Of(action.Operation, types, action.CancellationToken) is not { Fault: ThreadFault.Unjoined, Origin: { Life: var life } origin } fate)
            return;
        var properties = ImmutableDictionary<string, string?>.Empty;
        if (life.Joins.Count == 0)
            properties = properties.Add(HolderProperty, (life.Holders.OfType<ILocalSymbol>().OrderBy(local => local.Locations[0].SourceSpan.Start).FirstOrDefault(local => types[local.Type] != KnownType.Thread) ?? life.Holders[0]).Name);
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, origin.Place, properties, origin.Work.Name, fate.Loss));
    }
}
