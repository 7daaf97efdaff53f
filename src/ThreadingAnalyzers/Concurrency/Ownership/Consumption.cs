using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Signals;
using ThreadingAnalyzers.Concurrency.Threads;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Ownership;

/// <summary>A loop that takes the items of a queue, one after the other, until the queue is complete, and that nothing else ends.</summary>
/// <param name="Loop">The loop, or the call that runs one.</param>
internal sealed record Consumption(IOperation Loop)
{
    /// <summary>The consumption of the sequence that a call gives; null where the loop can be left, or where others go through the sequence.</summary>
    public static Consumption? Of(IInvocationOperation call)
    {
        IOperation sequence = call;
        while (sequence.Parent is IConversionOperation or IParenthesizedOperation || sequence.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod: var wrapper } } && Queues.PassesOn(wrapper) || sequence.Parent is IInvocationOperation { TargetMethod: var configured } && Queues.PassesOn(configured))
            sequence = sequence.Parent is IArgumentOperation argument ? argument.Parent! : sequence.Parent;
        return sequence.Parent switch
        {
            IForEachLoopOperation loop when loop.Collection == sequence => IsLeft(loop) ? null : new Consumption(loop),
            IArgumentOperation { Parent: IInvocationOperation { TargetMethod: var method } parallel } when Queues.GoesThrough(method) => new Consumption(parallel),
            _ => null,
        };
    }

    /// <summary>Whether who makes the queue in that function, the program's entry point, cannot come to its end: it runs the loop itself, waits for who does, or that one is a foreground thread.</summary>
    public bool HoldsUp(IOperation function, KnownTypes types)
    {
        if (Loop.Function().Syntax == function.Syntax)
            return true;
        var waits = function.OwnOperations().Where(operation => Waits.Is(operation, types) && operation is not IForEachLoopOperation).ToList();
        return waits.Any(wait => wait.Syntax.SpanStart > Loop.Syntax.SpanStart || !function.Syntax.Span.Contains(Loop.Syntax.Span) || Loop.Function() is ILocalFunctionOperation)
            || function.DescendantsAndSelf().OfType<IObjectCreationOperation>().Any(creation => ThreadWork.Of(creation, types) is { } work && work.IsBackground(types) is null);
    }

    /// <summary>Whether an owner of the queue comes to an end that the consumer does not, or keeps the process alive: it can be stopped or disposed, or has a foreground thread.</summary>
    public static bool OutlivesOwner(INamedTypeSymbol owner, Compilation compilation, KnownTypes types, CancellationToken cancellation) =>
        owner.GetMembers().OfType<IMethodSymbol>().Any(method => !method.IsStatic && StopMembers.IsStop(method))
        || Worker.Of(owner, compilation, types, cancellation).Any(worker => worker.IsForeground);

    /// <summary>Whether a member that stops the owner waits for the consumer, and so never comes back.</summary>
    public bool HoldsUpStop(INamedTypeSymbol owner, Compilation compilation, KnownTypes types, CancellationToken cancellation)
    {
        var stops = owner.GetMembers().OfType<IMethodSymbol>().Where(StopMembers.IsStop).Select(stop => Models.BodyOf(stop, compilation, cancellation)).OfType<IOperation>().ToList();
        return stops.Count > 0 && Worker.Of(owner, compilation, types, cancellation)
            .Where(worker => worker.Bodies.Any(body => body.Syntax.SyntaxTree == Loop.Syntax.SyntaxTree && body.Syntax.Span.Contains(Loop.Syntax.Span)))
            .Any(worker => stops.Any(stop => worker.IsAwaitedIn(stop, 0, types)));
    }

    private static bool IsLeft(IForEachLoopOperation loop) => loop.Body.OwnOperations().Any(inner =>
        inner is IReturnOperation { Kind: OperationKind.Return } or IThrowOperation || inner is IBranchOperation branch && SymbolEqualityComparer.Default.Equals(branch.Target, loop.ExitLabel));
}
