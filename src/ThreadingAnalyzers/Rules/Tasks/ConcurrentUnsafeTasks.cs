using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Concurrency.Background;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>
/// Asynchronous operations of one object that runs one at a time, started together. Source: EF Core, "Avoiding DbContext threading
/// issues"; the .NET reference, WebSocket.SendAsync, Stream; ChannelOptions.SingleReader.
/// </summary>
public sealed class ConcurrentUnsafeTasks() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR9012", since: "1.0", Category.Tasks, DiagnosticSeverity.Warning,
        title: "Operations of an object that runs one at a time should be awaited one after the other",
        message: "'{0}' runs one operation at a time, and {1}: they meet in its state, so it throws or mixes up data; await one before the next is started, or use an object for each",
        why: "Database contexts, connections, streams and sockets keep the state of the operation that runs. A second one that is started before the first has ended finds that state half done: the object throws, or the data of both are mixed.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var call = (IInvocationOperation)action.Operation;
        if (Sequential.IsCombination(call.TargetMethod, types))
            JudgeTogether(call, action, types);
        else if (Sequential.IsAsyncLoop(call.TargetMethod, types) && !IsOneByOne(call))
            JudgeLambda(call, action, types, "the bodies of the parallel loop use it together");
        else if (Sequential.IsSelect(call.TargetMethod, types) && IsCombined(call, types))
            JudgeLambda(call, action, types, "its operations are started for all elements together");
        else
            JudgeKept(call, action, types);
    }, OperationKind.Invocation);

    /// <summary>The tasks that are written one beside the other in one call.</summary>
    private static void JudgeTogether(IInvocationOperation all, OperationAnalysisContext action, KnownTypes types)
    {
        var seen = new List<(IInvocationOperation Call, SequentialOperation Operation)>();
        foreach (var call in all.Arguments.SelectMany(argument => Elements(argument.Value)))
            foreach (var operation in SequentialOperation.Of(call, types))
            {
                if (seen.FirstOrDefault(other => other.Call != call && other.Operation.Excludes(operation)) is { Call: { } first })
                {
                    Report(action, call, first, operation, $"this one is started beside that at line {first.Syntax.Line()}");
                    return;
                }
                seen.Add((call, operation));
            }
    }

    /// <summary>A task that is kept: what is started before somebody waits for it runs beside it.</summary>
    private static void JudgeKept(IInvocationOperation call, OperationAnalysisContext action, KnownTypes types)
    {
        if (!Values.IsTask(call.Type, types) || Completions.Of(call, types) != Completion.Later || SequentialOperation.Of(call, types) is not { Count: > 0 } operations
            || Exclusion.IsUnderLock(call, types) || Handle.Of(new BackgroundWork(call, call, null, []), types) is not { } handle
            || Aftermath.GraphOf(call, action.GetControlFlowGraph, action.CancellationToken) is not { } graph)
            return;
        foreach (var operation in operations)
        {
            IInvocationOperation? other = null;
            if (!new Aftermath(graph, operation.Object.Variable() as ILocalSymbol).Meets(call,
                goal: next => next is IInvocationOperation { IsImplicit: false } later && Values.IsTask(later.Type, types) && Original(later, call) is { } found && SequentialOperation.Of(found, types).Any(operation.Excludes) && (other = found) is not null,
                end: next => handle.IsWaitedForBy(next) || handle.IsPassedOnBy(next) || next is IReturnOperation))
                continue;
            // Awaited under a condition that goes with the start.
            if (call.Function().OwnOperations().Any(between => between.Syntax.SpanStart > call.Syntax.Span.End && between.Syntax.Span.End < other!.Syntax.SpanStart && handle.IsWaitedForBy(between)))
                continue;
            Report(action, call, other!, operation, other!.Syntax == call.Syntax ? "this one is started again in each round of the loop" : $"this one may still run when that at line {other.Syntax.Line()} is started");
            return;
        }
    }

    private static void JudgeLambda(IInvocationOperation call, OperationAnalysisContext action, KnownTypes types, string how)
    {
        if (call.Arguments.Select(argument => Work.Of(argument.Value)).FirstOrDefault(work => work is not null) is not { Source: IAnonymousFunctionOperation lambda })
            return;
        foreach (var inner in lambda.OwnOperations().OfType<IInvocationOperation>())
        {
            if (Exclusion.IsUnderLock(inner, types))
                continue;
            // A context in the bodies of a parallel loop is what threads share.
            var operation = SequentialOperation.Of(inner, types).FirstOrDefault(operation => IsOuter(operation.Object, lambda) && !(Sequential.IsAsyncLoop(call.TargetMethod, types) && types.Is(operation.Object.Type, KnownType.UnsafeService)));
            if (operation is null)
                continue;
            Report(action, inner, inner, operation, how);
            return;
        }
    }

    /// <summary>The call of the tree that the one of the flow graph was made from.</summary>
    private static IInvocationOperation? Original(IInvocationOperation inGraph, IInvocationOperation sibling) =>
        sibling.SemanticModel?.GetOperation(inGraph.Syntax) as IInvocationOperation;

    private static void Report(OperationAnalysisContext action, IInvocationOperation at, IInvocationOperation other, SequentialOperation operation, string how) =>
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, Place(at), at == other || at.Syntax == other.Syntax ? [] : [Place(other)], operation.Object.Syntax.ToString(), how));

    /// <summary>The call without what its lambdas contain.</summary>
    private static Location Place(IInvocationOperation call) => call.Syntax is InvocationExpressionSyntax { Expression: var called } && call.Syntax.GetLocation().GetLineSpan() is var span && span.StartLinePosition.Line != span.EndLinePosition.Line
        ? called.GetLocation() : call.Syntax.GetLocation();

    private static bool IsOuter(IOperation value, IAnonymousFunctionOperation lambda) =>
        value.Variable() is not { DeclaringSyntaxReferences: [{ } declaration] } || !lambda.Syntax.Span.Contains(declaration.Span);

    /// <summary>The calls that a list of arguments consists of.</summary>
    private static IEnumerable<IInvocationOperation> Elements(IOperation value) => value switch
    {
        IInvocationOperation call => [call],
        IConversionOperation conversion => Elements(conversion.Operand),
        IArrayCreationOperation { Initializer: { } elements } => elements.ElementValues.SelectMany(Elements),
        IObjectCreationOperation { Initializer: { } added } => added.Initializers.OfType<IInvocationOperation>().SelectMany(add => add.Arguments.SelectMany(argument => Elements(argument.Value))),
        { Syntax: CollectionExpressionSyntax } => value.ChildOperations.SelectMany(Elements),
        // What the compiler makes of arguments that are written one by one: an array, a span of a collection.
        { IsImplicit: true } => value.ChildOperations.SelectMany(Elements),
        _ => [],
    };

    /// <summary>Whether the tasks that a query gives are started one straight after the other.</summary>
    private static bool IsCombined(IOperation query, KnownTypes types)
    {
        var value = query;
        while (true)
        {
            switch (value.Parent)
            {
                case IConversionOperation or IParenthesizedOperation or IArgumentOperation: value = value.Parent; break;
                case IInvocationOperation call when Sequential.IsCombination(call.TargetMethod, types): return true;
                case IInvocationOperation call when Sequential.Materialises(call.TargetMethod, types) && types[call.Type] is not (KnownType.Task or KnownType.TaskOfT): return true;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } }:
                    return value.Root().DescendantsAndSelf().Any(use => use.Names(local) && use != value && IsCombined(use, types));
                default: return false;
            }
        }
    }

    private static bool IsOneByOne(IInvocationOperation loop) => loop.Arguments.Any(argument => argument.Value.Source() is IObjectCreationOperation { Initializer.Initializers: var settings }
        && settings.Any(setting => setting is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: var degree }, Value.ConstantValue: { HasValue: true, Value: 1 } } && Sequential.IsDegree(degree)));
}
