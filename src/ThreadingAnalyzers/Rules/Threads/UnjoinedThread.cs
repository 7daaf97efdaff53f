using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A foreground thread that a method starts and holds in a local, an array, a collection or a tuple, and that no code joins,
/// or not on each way to the method's end. What leaves the method's sight is silent.
/// Source: "Using threads and threading", learn.microsoft.com/dotnet/standard/threading.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnjoinedThread() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1001", since: "1.0", Category.Threads, DiagnosticSeverity.Warning,
        title: "A started thread should be joined",
        message: "The thread that runs '{0}' is started, but {1}: code after the start may run before the thread is done, and the process cannot end before it; join it, or make it a background thread",
        why: "Who starts a thread and never joins it does not know when its work is done: results are read before they are there, files are used that are still being written. A foreground thread also keeps the process alive after the program seems to be over.");

    /// <summary>The property of a finding that tells by which local the thread, or the collection it is in, can be joined at the method's end.</summary>
    internal const string HolderProperty = "holder";

    private protected override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (Mention.Of(KnownType.Thread, context.Compilation, context.CancellationToken))
            context.RegisterOperationAction(action => Judge(action, types), OperationKind.ObjectCreation);
    }

    private static void Judge(OperationAnalysisContext action, KnownTypes types)
    {
        var creation = (IObjectCreationOperation)action.Operation;
        if (ThreadWork.Of(creation, types) is not { } work || !ThreadLife.IsForeground(creation, types))
            return;
        var life = ThreadLife.Of(creation, types);
        if (life.Leaves || life.IsDecided || life.Holders is not [var holder, ..] || life.Starts.Count == 0 || Loss(creation, life) is not { } loss
            || work.Code is { Method.IsAsync: true } || work.IsWatched(types) || life.Starts.Append<IOperation>(creation).Any(start => ThreadWork.WaitsOtherwise(start, types)) || IsMeantToLast(work, action))
            return;

        var properties = ImmutableDictionary<string, string?>.Empty;
        if (life.Joins.Count == 0)
            properties = properties.Add(HolderProperty, life.Holders.OfType<ILocalSymbol>().OrderBy(local => local.Locations[0].SourceSpan.Start).FirstOrDefault(local => types[local.Type] != KnownType.Thread)?.Name ?? holder.Name);
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, work.Place, properties, work.Name, loss));
    }

    /// <summary>How the thread is lost, as the message says it; null where it is joined, as far as can be seen.</summary>
    private static string? Loss(IObjectCreationOperation creation, ThreadLife life)
    {
        var holder = life.Holders[life.Holders.Count == 1 ? 0 : life.Holders.FindIndex(symbol => symbol is ILocalSymbol)];
        var start = life.Starts.OrderBy(call => call.Syntax.SpanStart).First();
        if (life.Joins.Count == 0)
            return $"no code joins '{holder.Name}'";
        if (life.Joins.Append<IOperation>(start).Any(use => use.Function().Syntax != creation.Function().Syntax))
            return null;
        return JoinPaths.LeftBy(start, life.Joins) is { } left ? $"the return in line {left.Syntax.GetLocation().GetLineSpan().StartLinePosition.Line + 1} leaves it running"
            : JoinPaths.LeftOutBy(start, life.Joins) is { } bound ? $"the loop that joins '{holder.Name}' leaves some out ('{bound}')"
            : null;
    }

    /// <summary>Whether the program lives on this thread: the entry point starts it and its loop has no end.</summary>
    private static bool IsMeantToLast(ThreadWork work, OperationAnalysisContext action) => work.IsEndless
        && SymbolEqualityComparer.Default.Equals(action.ContainingSymbol, action.Compilation.GetEntryPoint(action.CancellationToken));
}
