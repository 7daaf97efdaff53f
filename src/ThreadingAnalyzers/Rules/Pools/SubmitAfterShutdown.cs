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
        var end = (IInvocationOperation)action.Operation;
        if (!PoolMembers.Closes(end.TargetMethod) || Receiver(end) is not { } receiver || Statement(end) is not { Parent: IBlockOperation block } statement)
            return;
        var pool = pools[receiver.Type, action.Compilation, action.CancellationToken];
        if (pool is null && !Queues.IsClosable(receiver.Type, types) || Aftermath.GraphOf(end, action.GetControlFlowGraph, action.CancellationToken) is not { } graph)
            return;
        IInvocationOperation? late = null;
        var isFound = new Aftermath(graph, null).Meets(end, operation => IsSubmission(operation), operation => IsRenewed(operation));
        if (isFound && late is not null)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, late.Syntax.GetLocation(), [end.Syntax.GetLocation()],
                receiver.Syntax, end.TargetMethod.Name, end.Syntax.GetLocation().GetLineSpan().StartLinePosition.Line + 1));

        bool IsSubmission(IOperation operation)
        {
            if (operation is not IInvocationOperation { IsImplicit: false } call || call.Syntax.SpanStart <= statement.Syntax.Span.End || !block.Syntax.Span.Contains(call.Syntax.Span)
                || Receiver(call) is not { } other || !other.IsSameAs(receiver) || !PoolMembers.Submits(call.TargetMethod) || pool?.Starters.Contains(call.TargetMethod.OriginalDefinition) == true
                || IsExpected(call, block))
                return false;
            late = call;
            return true;
        }

        // Another object, one that was started again, or a field that a method of the type may have filled anew.
        bool IsRenewed(IOperation operation) => operation switch
        {
            IAssignmentOperation assignment => assignment.Target.IsSameAs(receiver),
            IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument => argument.Value.IsSameAs(receiver),
            IInvocationOperation call when call.Syntax != end.Syntax => Receiver(call) is { } other && other.IsSameAs(receiver) ? PoolMembers.Restarts(call.TargetMethod)
                : receiver is IMemberReferenceOperation { Member: not IFieldSymbol { IsReadOnly: true } } && call.Instance is IInstanceReferenceOperation,
            _ => false,
        };
    }

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

    /// <summary>Whether the code is prepared for the refusal: a catch around the call, in what follows the shutdown.</summary>
    private static bool IsExpected(IOperation call, IBlockOperation block)
    {
        for (var current = call.Parent; current is not null && current.Syntax != block.Syntax; current = current.Parent)
            if (current is ITryOperation { Catches.IsEmpty: false })
                return true;
        return false;
    }
}
