using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Background;

/// <summary>Work that goes on after the code that started it: handed to another thread, or async and past its first await.</summary>
/// <param name="Site">The call or creation that starts it, or makes it ready to be started.</param>
/// <param name="Body">The lambda or local function.</param>
/// <param name="Kind">What runs it; null where it is an async function of the code itself.</param>
/// <param name="Reads">The uses of variables, by the work and what is nested in it, that may happen after the start.</param>
internal sealed record BackgroundWork(IOperation Site, IOperation Body, SpawnKind? Kind, IReadOnlyList<IOperation> Reads)
{
    /// <summary>The work that an operation starts, or null.</summary>
    public static BackgroundWork? Of(IOperation operation, KnownTypes types)
    {
        if (Spawn.Of(operation, types) is { } spawn)
            return Work.Of(spawn.Value) is { } work && Local(work) is { } body
                ? new BackgroundWork(spawn.Site, body, spawn.Kind, Captures(body))
                : null;
        if (operation is not IInvocationOperation call || AsyncTarget(call) is not { } function)
            return null;
        var awaits = function.OwnOperations().OfType<IAwaitOperation>().ToList();
        if (awaits.Count == 0)
            return null;
        var first = awaits.Min(@await => @await.Syntax.Span.End);
        return new BackgroundWork(call, function, null, Captures(function).Where(capture => capture.Syntax.SpanStart >= first || awaits.Any(awaited => IsInLoopOf(capture, awaited))).ToList());
    }

    /// <summary>Whether a loop that awaits goes round the operation: then it comes again after the await.</summary>
    private static bool IsInLoopOf(IOperation operation, IAwaitOperation awaited)
    {
        for (var current = operation.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
            if (current is ILoopOperation && current.Syntax.Span.Contains(awaited.Syntax.Span))
                return true;
        return false;
    }

    /// <summary>Whether the work itself gives the variable a value: then it is shared on purpose, and no mere loop variable.</summary>
    public bool Writes(ISymbol variable) => Body.Descendants().Any(operation => operation.Names(variable) && operation.IsWritten());

    private static IOperation? Local(Work work) => work switch
    {
        { Source: IAnonymousFunctionOperation lambda } => lambda,
        { Method.MethodKind: MethodKind.LocalFunction } => work.Body,
        _ => null,
    };

    private static IOperation? AsyncTarget(IInvocationOperation call) => call.TargetMethod switch
    {
        { MethodKind: MethodKind.LocalFunction, IsAsync: true } function when call.SemanticModel is { } model => Work.BodyOf(function, model),
        { MethodKind: MethodKind.DelegateInvoke } when Work.Of(call.Instance) is { Source: IAnonymousFunctionOperation { Symbol.IsAsync: true } lambda } => lambda,
        _ => null,
    };

    private static List<IOperation> Captures(IOperation body) => body.Descendants()
        .Where(operation => operation.Variable() is { DeclaringSyntaxReferences: [{ } declaration] } && !body.Syntax.Span.Contains(declaration.Span) && !IsName(operation))
        .OrderBy(operation => operation.Syntax.SpanStart)
        .ToList();

    private static bool IsName(IOperation operation) => operation.Parent is INameOfOperation || operation.Parent?.Parent is INameOfOperation;
}
