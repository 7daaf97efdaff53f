using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Background;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>
/// A variable that a loop changes, captured by work that the loop starts and does not wait for: the work reads it when it
/// runs, not when it was started. A <c>foreach</c> variable is new in each iteration and never meant.
/// Source: C# specification, 12.19.6.3 "Instantiation of local variables".
/// </summary>
public sealed class CapturedLoopVariable() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR3011", since: "1.0", Category.SharedState, DiagnosticSeverity.Warning,
        title: "Work started in a loop should not capture a variable that the loop changes",
        message: "'{0}' is captured by {1} that this loop starts, and the loop then changes it, so it may be read with a later value: copy it to a local of the iteration",
        why: "A lambda captures the variable, not its value. By the time that the thread or task reads it, the loop may have gone on: some values are seen twice, some never, and often all see the last one, past the end of the array.");

    // Watched are the outermost loops: an editor shows only what is reported inside of the operation that was watched, and the
    // lambda can stand before the call that starts it.
    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) =>
        context.RegisterOperationAction(action =>
        {
            if (LoopsAround(action.Operation).Count > 0)
                return;
            foreach (var operation in action.Operation.OwnOperations())
                if (BackgroundWork.Of(operation, types) is { } work)
                    Judge(work, action, types);
        }, OperationKind.Loop);

    private static void Judge(BackgroundWork work, OperationAnalysisContext action, KnownTypes types)
    {
        var loops = LoopsAround(work.Site);
        foreach (var capture in work.Reads.GroupBy(read => read.Variable()!, SymbolEqualityComparer.Default))
            if (capture.Key is { } variable && !work.Writes(variable) && ChangesOf(variable, work, loops) is { Count: > 0 } changes && MayChange(variable, changes, work, action, types))
                action.ReportDiagnostic(Diagnostic.Create(
                    Descriptor, capture.First().Syntax.GetLocation(), [changes[0].Syntax.GetLocation()], variable.Name, Runner(work.Kind)));
    }

    private static string Runner(SpawnKind? kind) => kind switch
    {
        null => "an async function",
        SpawnKind.Thread => "a thread",
        SpawnKind.Task => "a task",
        SpawnKind.Continuation => "a continuation",
        SpawnKind.Timer => "a timer",
        _ => "pool work",
    };

    /// <summary>The loops around an operation within its function, the innermost first.</summary>
    private static List<ILoopOperation> LoopsAround(IOperation operation)
    {
        var loops = new List<ILoopOperation>();
        for (var current = operation.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
            if (current is ILoopOperation loop)
                loops.Add(loop);
        return loops;
    }

    /// <summary>The places where a loop that starts the work gives the variable, which outlives the iteration, its next value.</summary>
    private static List<IOperation> ChangesOf(ISymbol variable, BackgroundWork work, List<ILoopOperation> loops)
    {
        if (variable.DeclaringSyntaxReferences is not [{ Span: var declared }])
            return [];
        var around = loops.Where(loop => loop.Syntax.Span.Contains(work.Body.Syntax.Span) && Outlives(declared, variable, loop)).ToList();
        return around.Count == 0
            ? []
            : around[around.Count - 1].OwnOperations()
                .Where(operation => operation.Names(variable) && operation.IsWritten())
                .Where(write => around.Any(loop => loop.Syntax.Span.Contains(write.Syntax.Span) && (IsCounter(variable, loop) || IsEachTime(write, loop, variable))))
                .ToList();
    }

    private static bool Outlives(TextSpan declared, ISymbol variable, ILoopOperation loop) =>
        !loop.Syntax.Span.Contains(declared) || IsCounter(variable, loop);

    private static bool IsCounter(ISymbol variable, ILoopOperation loop) =>
        loop is IForLoopOperation @for && @for.Locals.Contains(variable, SymbolEqualityComparer.Default);

    /// <summary>
    /// A loop variable by its use: changed in each iteration, in the condition or as a statement of the loop's body. A variable
    /// changed now and then, or a flag, is state that the work is meant to see.
    /// </summary>
    private static bool IsEachTime(IOperation write, ILoopOperation loop, ISymbol variable)
    {
        if (variable is ILocalSymbol { Type.SpecialType: SpecialType.System_Boolean } or IParameterSymbol { Type.SpecialType: SpecialType.System_Boolean })
            return false;
        var statement = write;
        while (statement.Parent is { } parent && parent != loop && parent != loop.Body)
        {
            if (parent is IConditionalOperation or ICoalesceOperation or ISwitchOperation or ITryOperation or ILoopOperation or ISwitchExpressionOperation)
                return false;
            statement = parent;
        }
        return true;
    }

    private static bool MayChange(ISymbol variable, List<IOperation> changes, BackgroundWork work, OperationAnalysisContext action, KnownTypes types)
    {
        if (Handle.Of(work, types) is not { } handle)
            return false;
        var graph = Aftermath.GraphOf(work.Site, action.GetControlFlowGraph, action.CancellationToken);
        var spans = new HashSet<SyntaxNode>(changes.Select(change => change.Syntax));
        return graph is not null && new Aftermath(graph, variable).Meets(work.Site,
            goal: operation => operation.Names(variable) && spans.Contains(operation.Syntax),
            end: handle.IsWaitedForBy);
    }
}
