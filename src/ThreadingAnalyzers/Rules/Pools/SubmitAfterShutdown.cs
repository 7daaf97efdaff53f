using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Configuration;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>
/// Work that a method gives to a pool, queue or dataflow block after it has shut that down: it is refused, or never done.
/// Source: the .NET reference, BlockingCollection.Add, IDataflowBlock.Complete.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SubmitAfterShutdown() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR2005", since: "1.0", Category.Pools, DiagnosticSeverity.Warning,
        title: "Work should be submitted before the pool is shut down",
        message: "'{0}' is given work here, though '{1}' in line {2} has ended it: the work is refused with an exception, or never done; submit it before",
        why: "A pool or queue that is shut down takes no more work. What is given to it afterwards is refused with an exception, or is accepted and never carried out, which nobody notices.");

    private protected override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var options = context.Options.AnalyzerConfigOptionsProvider;
        context.RegisterOperationAction(action => Judge(action, types, Concurrency.Pools.Of(action.Compilation, () => Declarations.Of(action.Compilation, options))), OperationKind.Invocation);
    }

    private static void Judge(OperationAnalysisContext action, KnownTypes types, Concurrency.Pools pools)
    {
        var late = (IInvocationOperation)action.Operation;
        if (!PoolMembers.Submits(late.TargetMethod) || Receiver(late) is not { } receiver || IsExpected(late))
            return;
        var ends = late.Function().OwnOperations().TakeWhile(operation => operation.Syntax.SpanStart < late.Syntax.SpanStart).OfType<IInvocationOperation>()
            .Where(call => PoolMembers.Closes(call.TargetMethod) && Receiver(call)?.IsSameAs(receiver) == true && IsCertainFor(call, late)).ToList();
        if (ends.Count == 0)
            return;
        var pool = pools[receiver.Type, action.Compilation, action.CancellationToken];
        if (pool is null ? !Queues.IsClosable(receiver.Type, types) : pool.Starters.Contains(late.TargetMethod.OriginalDefinition))
            return;
        if (Aftermath.GraphOf(late, action.GetControlFlowGraph, action.CancellationToken) is not { } graph
            || ends.FirstOrDefault(end => new Aftermath(graph, null).Meets(end, operation => operation.Syntax == late.Syntax && operation is IInvocationOperation, operation => IsRenewed(operation, end, receiver))) is not { } found)
            return;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, late.Syntax.GetLocation(), [found.Syntax.GetLocation()],
            receiver.Syntax, found.TargetMethod.Name, found.Syntax.Line()));
    }

    /// <summary>Whether the end is a statement of a block that the later call is in too: who comes to that has come by it.</summary>
    private static bool IsCertainFor(IOperation end, IOperation late) =>
        Statement(end) is { Parent: IBlockOperation block } statement && late.Syntax.SpanStart > statement.Syntax.Span.End && block.Syntax.Span.Contains(late.Syntax.Span);

    /// <summary>Whether the receiver is another object from here on, one that was started again, or a field that a method of the type may have filled anew.</summary>
    private static bool IsRenewed(IOperation operation, IOperation end, IOperation receiver) => operation switch
    {
        IAssignmentOperation assignment => assignment.Target.IsSameAs(receiver),
        IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument => argument.Value.IsSameAs(receiver),
        IInvocationOperation call when call.Syntax != end.Syntax => Receiver(call) is { } other && other.IsSameAs(receiver) ? PoolMembers.Restarts(call.TargetMethod)
            : receiver is IMemberReferenceOperation { Member: not IFieldSymbol { IsReadOnly: true } } && call.Instance is IInstanceReferenceOperation,
        _ => false,
    };

    /// <summary>The pool or queue that the call is made on; of a channel's writer, the channel.</summary>
    private static IOperation? Receiver(IInvocationOperation call)
    {
        var instance = call.Instance?.Unconverted();
        if (instance is IPropertyReferenceOperation { Instance: { } channel, Property: var end } && Queues.IsEnd(end))
            instance = channel.Unconverted();
        return instance is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } or IPropertyReferenceOperation { Instance: null or IInstanceReferenceOperation } ? instance : null;
    }

    private static IOperation? Statement(IOperation call) => call.Parent switch
    {
        IExpressionStatementOperation statement => statement,
        IAwaitOperation or IInvocationOperation or IConversionOperation => Statement(call.Parent),
        _ => null,
    };

    /// <summary>Whether the code is prepared for the refusal: a catch around the call.</summary>
    private static bool IsExpected(IOperation call)
    {
        for (var current = call.Parent; current is not null; current = current.Parent)
            if (current is ITryOperation { Catches.IsEmpty: false } @try && @try.Body.Syntax.Span.Contains(call.Syntax.Span))
                return true;
        return false;
    }
}
