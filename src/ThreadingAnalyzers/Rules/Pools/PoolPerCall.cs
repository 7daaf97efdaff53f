using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Ownership;
using ThreadingAnalyzers.Configuration;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>
/// A pool that is made and shut down in each round of a loop, or for each request: threads are started to be thrown away, which
/// is what a pool is there to avoid. Source: "The managed thread pool", learn.microsoft.com/dotnet/standard/threading.
/// </summary>
public sealed class PoolPerCall() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR2006", since: "1.0", Category.Pools, DiagnosticSeverity.Info,
        title: "A pool should be made once and used often",
        message: "'{0}' is made and shut down {1}: its threads are started and thrown away each time, which costs more than most work; make it once and pass it on",
        why: "A pool saves the cost of starting threads by using them again. One that is made for a single round or request pays that cost each time, and many requests at once start many times its threads.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var pools = PoolTypes.Of(context.Compilation, () => Declarations.Of(context.Compilation, context.Options.AnalyzerConfigOptionsProvider));
        context.RegisterOperationAction(action => Judge(action, types, pools), OperationKind.ObjectCreation, OperationKind.Invocation);
    }

    private static void Judge(OperationAnalysisContext action, KnownTypes types, PoolTypes pools)
    {
        var made = action.Operation;
        if (pools.MadeBy(made, action.Compilation, action.CancellationToken) is not { } pool || action.ContainingSymbol is IMethodSymbol member && Hosts.IsRunAlone(member))
            return;
        var custody = Custody.Of(made, Obligation.Of(pool, made.Type!), action.Compilation, action.CancellationToken);
        if (custody.Leaves || custody.Field is not null || custody.Ends.Count == 0 || custody.Ends.Any(end => end.Function().Syntax != made.Function().Syntax))
            return;
        var often = Loop(made, custody) is not null && ComesAgain(made, action) ? "in each round of a loop"
            : action.ContainingSymbol is IMethodSymbol method && Hosts.Of(method, types).IsForRequests() ? "for each request" : null;
        if (often is not null)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, Neglect.PlaceOf(made), custody.Holders.FirstOrDefault()?.Name ?? pool.Type.Name, often));
    }

    /// <summary>Whether a path leads from the creation to itself: a round that always leaves the loop is the only one.</summary>
    private static bool ComesAgain(IOperation made, OperationAnalysisContext action) => Aftermath.GraphOf(made, action.GetControlFlowGraph, action.CancellationToken) is { } graph
        && new Aftermath(graph, null).Meets(made, operation => operation.Syntax == made.Syntax && operation.Kind == made.Kind, static _ => false);

    /// <summary>The loop in each round of which the pool is made and ended.</summary>
    private static ILoopOperation? Loop(IOperation made, Custody custody)
    {
        for (var current = made.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
            if (current is ILoopOperation loop && loop.Body.Syntax.Span.Contains(made.Syntax.Span))
                return custody.Ends.All(end => loop.Syntax.Span.Contains(end.Syntax.Span)) ? loop : null;
        return null;
    }
}
