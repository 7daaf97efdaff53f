using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>What is wrong with how a thread comes to its end. A thread has one fault at most, the first of these that applies.</summary>
internal enum ThreadFault
{
    /// <summary>A foreground thread in a loop that nothing leaves: the process cannot end.</summary>
    Endless,
    /// <summary>A foreground thread started where it is made, with no handle left.</summary>
    Dropped,
    /// <summary>A foreground thread that the code holds and does not join, or not on each way.</summary>
    Unjoined,
    /// <summary>A background thread that the code does not join, though it reads what the thread writes.</summary>
    UnjoinedBackground,
    /// <summary>A foreground thread that an object keeps, can be stopped without, and never joins.</summary>
    OwnedNotJoined,
    /// <summary>The same of a background thread that uses the object's state.</summary>
    OwnedBackgroundNotJoined,
    /// <summary>A foreground thread in a loop, kept by an object that cannot be stopped.</summary>
    OwnedNeverStopped,
}

/// <summary>The fault of a thread that a method makes and does not keep in an object. What leaves the source's sight has none.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="Origin">The thread.</param>
/// <param name="Loss">Of a thread that is not joined: how, as a message says it.</param>
internal sealed record ThreadFate(ThreadFault Fault, ThreadOrigin Origin, string Loss)
{
    /// <summary>The fault of the thread that an expression gives; null where there is none, or none that is certain.</summary>
    public static ThreadFate? Of(IOperation expression, KnownTypes types, CancellationToken cancellation)
    {
        if (ThreadOrigin.Of(expression, types) is not { Life: { Leaves: false, Starts: [_, ..] } life, Work: { Code: not { Method.IsAsync: true } } work } origin
            || life.IsReturned && life.Owners.Count == 0 || !origin.IsForeground(types) && !origin.IsBackground(types))
            return null;
        if (work.IsEndless(types))
            return origin.IsForeground(types) && (life is { Joins.Count: 0, IsAsked: false } || life.Owners.Count > 0) && !IsMeantToLast(life, expression, types, cancellation) ? new ThreadFate(ThreadFault.Endless, origin, "") : null;
        if (life.IsAsked || life.Owners.Count > 0 || work.IsNothing || work.IsNeverStopped(types, cancellation) || work.IsWatched(types) || EndsProcess(work) || life.Starts.Append(expression).Any(start => ThreadWork.WaitsOtherwise(start, types))
            || SleptFor.In(expression.Function(), types).Any(slept => life.Starts.Contains(slept.Start)))
            return null;
        if (origin.IsBackground(types))
            return life.Joins.Count == 0 && Read(life, work, expression) is { } read ? new ThreadFate(ThreadFault.UnjoinedBackground, origin, read) : null;
        if (life.Holders.Count == 0)
            return life.Joins.Count == 0 ? new ThreadFate(ThreadFault.Dropped, origin, "") : null;
        return Lost(expression, life, types) is { } loss ? new ThreadFate(ThreadFault.Unjoined, origin, loss) : null;
    }

    /// <summary>How the thread is lost; null where it is joined, as far as can be seen.</summary>
    private static string? Lost(IOperation expression, ThreadLife life, KnownTypes types)
    {
        var holder = life.Holders[life.Holders.Count == 1 ? 0 : Math.Max(0, life.Holders.FindIndex(symbol => symbol is ILocalSymbol))];
        var start = life.Starts.OrderBy(call => call.Syntax.SpanStart).First();
        if (life.Joins.Count == 0)
            return $"no code joins '{holder.Name}'";
        // Who joins it before it is started is told so, which is another fault.
        if (life.Joins.Any(join => expression.SurelyPrecedes(join) && join.SurelyPrecedes(start)))
            return null;
        var (origin, begin, ends) = (JoinPaths.Site(expression, types), JoinPaths.Site(start, types), life.Joins.Select(join => JoinPaths.Site(join, types)).ToList());
        if (JoinPaths.Remade(expression, start, life, types) is { } other)
            return $"'{holder.Name}' makes new threads each time that it is gone through, so line {other.Syntax.Line()} joins others";
        if (ends.Append(begin).Any(use => use.Function().Syntax != origin.Function().Syntax))
            return null;
        return JoinPaths.LeftBy(begin, ends) is { } left ? $"the return in line {left.Syntax.Line()} leaves it running"
            : JoinPaths.BrokenOffBy(begin, life.Joins, types) is { } early ? $"the {(early is IReturnOperation ? "return" : "break")} in line {early.Syntax.Line()} leaves the loop of the joins before its end"
            : JoinPaths.LeftOutBy(begin, ends) is { } bound ? $"the loop that joins '{holder.Name}' leaves some out ('{bound}')"
            : JoinPaths.LeftUnless(origin, begin, ends, life, types) is { } condition ? $"it is joined only if '{condition.Syntax}'"
            : JoinPaths.JoinOne(origin, expression, begin, life.Joins) ? $"only one of those that the loop starts is joined ('{life.Joins[0].Syntax}')"
            : null;
    }

    /// <summary>What the work writes and the code behind the start reads; null where it reads nothing of that.</summary>
    private static string? Read(ThreadLife life, ThreadWork work, IOperation expression)
    {
        if (work.Code?.Body is not { } body || WorkMemory.Of(body) is not { Written: { Count: > 0 } written })
            return null;
        var start = life.Starts.FirstOrDefault(start => start.Function().Syntax == expression.Function().Syntax);
        return start is null ? null : WorkMemory.FirstRead(start, written)?.Name;
    }

    /// <summary>Whether the program lives on this thread: its entry point starts it and does nothing more, or hands over to what starts it.</summary>
    private static bool IsMeantToLast(ThreadLife life, IOperation expression, KnownTypes types, CancellationToken cancellation)
    {
        if (expression.SemanticModel is not { Compilation: var compilation } model || compilation.GetEntryPoint(cancellation) is not { } entry || Work.BodyOf(entry, model) is not { } main)
            return false;
        if (SymbolEqualityComparer.Default.Equals(expression.Method(), entry))
            return life.Starts.Any(start => !main.OwnOperations().Any(operation => operation.Syntax.SpanStart > start.Syntax.Span.End && operation is IInvocationOperation or IAwaitOperation && !IsWord(operation, types)));
        return Last(main) is { } last && last.DescendantsAndSelf().Any(operation => Reach.Callee(operation) is not null || operation is IObjectCreationOperation { Constructor.DeclaringSyntaxReferences.IsEmpty: false });
    }

    // A program that starts its threads and says so has nothing else to do.
    private static bool IsWord(IOperation operation, KnownTypes types) => operation is IInvocationOperation call && (ThreadMembers.Starts(call.TargetMethod, types) || Endings.Tells(call.TargetMethod));

    /// <summary>Whether the last thing that the work does is to end the process: nobody is left to wait for it.</summary>
    private static bool EndsProcess(ThreadWork work) => work.Code?.Body is { } body && Last(body) is IExpressionStatementOperation { Operation: IInvocationOperation end } && Endings.EndsProcess(end.TargetMethod);

    private static IOperation? Last(IOperation function) => function switch
    {
        IMethodBodyOperation method => Last(method.BlockBody ?? method.ExpressionBody!),
        IBlockOperation { Operations: var statements } => statements.LastOrDefault(statement => statement is not (IReturnOperation or ILocalFunctionOperation)) is { } last ? Last(last) : null,
        ITryOperation @try => Last(@try.Body),
        var other => other,
    };
}
