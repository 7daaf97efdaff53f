using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Ownership;
using ThreadingAnalyzers.Concurrency.Signals;
using ThreadingAnalyzers.Concurrency.Threads;
using ThreadingAnalyzers.Configuration;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>
/// A shutdown that returns at once, and code behind it that reads what the pool's work writes: some of the work may not be done.
/// Source: the .NET reference, IDataflowBlock.Complete and Completion.
/// </summary>
public sealed class ShutdownWithoutWait() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR2003", since: "1.0", Category.Pools, DiagnosticSeverity.Warning,
        title: "Results should be read when the pool's work is done",
        message: "'{0}' does not wait for the work of '{1}', and line {2} reads '{3}', which that work writes: results may be missing, or written while they are read; wait for the shutdown",
        why: "A shutdown that does not wait only says that no more work will come. What was submitted is still being done when it returns, so code that goes on to read the results sees some of them, and other ones at each run.");

    /// <summary>The properties of a finding: the argument that asks to wait, or the member that waits.</summary>
    internal const string WaitProperty = "wait", MemberProperty = "member";

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var pools = PoolTypes.Of(context.Compilation, () => Declarations.Of(context.Compilation, context.Options.AnalyzerConfigOptionsProvider));
        context.RegisterOperationAction(action => Judge(action, types, pools), OperationKind.Invocation);
    }

    private static void Judge(OperationAnalysisContext action, KnownTypes types, PoolTypes pools)
    {
        var end = (IInvocationOperation)action.Operation;
        if (!PoolMembers.Closes(end.TargetMethod) || end.Instance?.Unconverted() is not (ILocalReferenceOperation or IFieldReferenceOperation or IParameterReferenceOperation) || end.Parent is not IExpressionStatementOperation)
            return;
        var receiver = end.Instance.Unconverted();
        var written = WrittenByWork(end, receiver, action);
        if (written.Count == 0)
            return;
        var pool = pools[receiver.Type, action.Compilation, action.CancellationToken];
        if (pool is null ? !Queues.IsBlock(receiver.Type) : !ComesBackAtOnce(end, action, types))
            return;
        if (Aftermath.GraphOf(end, action.GetControlFlowGraph, action.CancellationToken) is not { } graph)
            return;
        IOperation? read = null;
        if (!new Aftermath(graph, null).Meets(end, operation => IsRead(operation, written, end, ref read), operation => MayWait(operation, receiver, end, types)) || read is null)
            return;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, end.Syntax.GetLocation(), [read.Syntax.GetLocation()], Properties(end, receiver, pool, action, types),
            end.Syntax, receiver.Syntax, read.Syntax.Line(), WorkMemory.Symbol(read)!.Name));
    }

    /// <summary>Whether the call certainly returns before the pool's threads have ended.</summary>
    private static bool ComesBackAtOnce(IInvocationOperation end, OperationAnalysisContext action, KnownTypes types) => Waits.Of(end.TargetMethod, action.Compilation, types, action.CancellationToken) switch
    {
        null => false,
        { Parameter: { } parameter } => end.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == parameter.Ordinal)?.Value.ConstantValue is { HasValue: true, Value: false },
        _ => true,
    };

    /// <summary>The variables and fields that the work writes which the function submitted to the pool before.</summary>
    private static HashSet<ISymbol> WrittenByWork(IInvocationOperation end, IOperation receiver, OperationAnalysisContext action)
    {
        var written = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var call in end.Function().OwnOperations().Concat(Blocks(receiver, action)))
        {
            var arguments = call switch
            {
                IInvocationOperation submission when submission.Instance?.IsSameAs(receiver) == true && submission.Syntax.SpanStart < end.Syntax.SpanStart => submission.Arguments,
                // The block of a dataflow is given its work when it is made.
                IObjectCreationOperation { Parent: IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declared } } creation when receiver.Names(declared.Symbol) => creation.Arguments,
                IObjectCreationOperation { Parent: IFieldInitializerOperation or ISimpleAssignmentOperation { Target: IFieldReferenceOperation } } block when receiver is IFieldReferenceOperation && Queues.IsBlock(block.Type) => block.Arguments,
                _ => ImmutableArray<IArgumentOperation>.Empty,
            };
            foreach (var argument in arguments.Where(argument => argument.Parameter?.Type.TypeKind == TypeKind.Delegate))
                if (Work.Of(argument.Value) is { Body: { } body })
                    written.UnionWith(WorkMemory.Of(body).Written);
        }
        return written;
    }

    /// <summary>The creations that a readonly field of a block is given.</summary>
    private static IEnumerable<IOperation> Blocks(IOperation receiver, OperationAnalysisContext action) => receiver is IFieldReferenceOperation { Field: { IsReadOnly: true } field } && Queues.IsBlock(field.Type)
        ? (MemberUses.Of(field, action.Compilation, action.CancellationToken) ?? []).Select(use => use is ISymbolInitializerOperation initializer ? initializer.Value.Unconverted() : use.Parent is ISimpleAssignmentOperation assignment && assignment.Target == use ? assignment.Value.Unconverted() : null).OfType<IOperation>()
        : [];

    private static bool IsRead(IOperation operation, HashSet<ISymbol> written, IOperation end, ref IOperation? read)
    {
        if (operation.Syntax.SpanStart < end.Syntax.Span.End || WorkMemory.Symbol(operation) is not { } symbol || !written.Contains(symbol) || operation.Parent is IAssignmentOperation assignment && assignment.Target == operation)
            return false;
        read = operation;
        return true;
    }

    /// <summary>Whether the operation may let the work come to its end: a wait, or another call on the pool.</summary>
    private static bool MayWait(IOperation operation, IOperation receiver, IOperation end, KnownTypes types) =>
        Waits.Is(operation, types) || operation is IInvocationOperation call && call.Syntax != end.Syntax && (call.Instance?.IsSameAs(receiver) == true && PoolMembers.Ends(call.TargetMethod) || Handles.Signals(call.TargetMethod, types) || call.Arguments.Any(argument => argument.Value.IsSameAs(receiver)))
        || operation is IPropertyReferenceOperation { Instance: { } instance, Property: var property } && instance.IsSameAs(receiver) && Queues.IsCompletion(property);

    private static ImmutableDictionary<string, string?> Properties(IInvocationOperation end, IOperation receiver, Pool? pool, OperationAnalysisContext action, KnownTypes types)
    {
        var properties = ImmutableDictionary<string, string?>.Empty;
        if (pool is null)
            return properties;
        if (Waits.Of(end.TargetMethod, action.Compilation, types, action.CancellationToken) is { Parameter: { } parameter })
            return properties.Add(WaitProperty, parameter.Name);
        var waiting = pool.Ends.FirstOrDefault(method => method is { Parameters.IsEmpty: true, ReturnsVoid: true, MethodKind: MethodKind.Ordinary, IsVirtual: false } && Waits.Of(method, action.Compilation, types, action.CancellationToken) is null);
        return waiting is null ? properties : properties.Add(MemberProperty, waiting.Name);
    }
}
