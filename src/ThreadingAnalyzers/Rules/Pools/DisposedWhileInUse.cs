using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
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
/// A member that stops an object disposes, or sets to null, what a running thread of the object uses, before it has waited for
/// that thread. Source: the .NET reference, CancellationTokenSource.Dispose, WaitHandle.Dispose ("only when all other operations have completed").
/// </summary>
public sealed class DisposedWhileInUse() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR2015", since: "1.0", Category.Pools, DiagnosticSeverity.Warning,
        title: "What a thread uses should be disposed when the thread has ended",
        message: "'{0}' is {1} here while the thread that runs the {4} in line {2} may still use it: the thread then fails with '{3}', which nobody catches; wait for the thread before",
        why: "To tell a thread that it should end is not to wait for its end. What is disposed in between is still in use: the thread fails with an exception that nobody expects, which ends the process or is lost with the task.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var pools = PoolTypes.Of(context.Compilation, () => Declarations.Of(context.Compilation, context.Options.AnalyzerConfigOptionsProvider));
        context.RegisterOperationAction(action => Judge(action, types, pools), OperationKind.Invocation, OperationKind.SimpleAssignment);
    }

    private static void Judge(OperationAnalysisContext action, KnownTypes types, PoolTypes pools)
    {
        if (Ended(action.Operation) is not ({ IsStatic: false } field, var isNull) || action.ContainingSymbol is not IMethodSymbol { IsStatic: false } stop || !SymbolEqualityComparer.Default.Equals(field.ContainingType, stop.ContainingType))
            return;
        if (!isNull && !Lifelines.FailsWhenDisposed(field.Type, types) || isNull && (ThreadMembers.Carries(field.Type, types) || types.Is(field.Type, KnownType.Task) || types[field.Type] is KnownType.Timer or KnownType.TimersTimer))
            return;
        if (action.Operation.Function() is IAnonymousFunctionOperation or ILocalFunctionOperation || !(StopPart.IsStop(stop) || StopPart.Is(stop, action.Compilation, action.CancellationToken)) || IsOnWayOfItsOwn(action.Operation, types))
            return;
        // What is disposed and then set to null is said once.
        if (isNull && Lifelines.FailsWhenDisposed(field.Type, types) && action.Operation.Function().OwnOperations().Any(other => Ended(other) is (var disposed, false) && SymbolEqualityComparer.Default.Equals(disposed, field)))
            return;
        foreach (var worker in pools.WorkersOn(stop.ContainingType, action.Compilation, action.CancellationToken).Concat(AwaitedAfter(action, stop, types)))
        {
            if (worker.Calls(method => SymbolEqualityComparer.Default.Equals(method.OriginalDefinition, stop.OriginalDefinition)) || worker.UseOf(field, isNull, types) is not { } loop
                || IsJoinedBefore(action.Operation, stop, action, types))
                continue;
            Report(loop, "loop");
            return;
        }
        if (!isNull && types[field.Type] == KnownType.CancellationTokenSource && !IsJoinedBefore(action.Operation, stop, action, types)
            && Worker.Of(stop.ContainingType.OriginalDefinition, action.Compilation, types, action.CancellationToken, all: true).Concat(Worker.Unawaited(stop.ContainingType.OriginalDefinition, action.Compilation, action.CancellationToken))
                .Select(worker => worker.LateUseOf(field, types)).FirstOrDefault(use => use is not null) is { } late)
            Report(late, "code");

        void Report(IOperation use, string what) => action.ReportDiagnostic(Diagnostic.Create(Descriptor, action.Operation.Syntax.GetLocation(), [use.Syntax.GetLocation()],
            field.Name, isNull ? "set to null" : "disposed", use.Syntax.Line(), isNull ? nameof(NullReferenceException) : nameof(ObjectDisposedException), what));
    }

    /// <summary>
    /// Whether the state of the object leads to the operation and past a wait: by a branch that is left, or beside one that waits.
    /// Where there is no thread, as the thread's own field or a flag tells, nothing is to be waited for.
    /// </summary>
    private static bool IsOnWayOfItsOwn(IOperation operation, KnownTypes types)
    {
        for (IOperation inner = operation, outer = operation.Parent!; outer is not null and not IMethodBodyBaseOperation; inner = outer, outer = outer.Parent!)
            if (outer is IConditionalOperation choice && inner != choice.Condition && (choice.WhenFalse is not null || Succession.Leaves(inner)) && AsksState(choice.Condition)
                && !inner.Descendants().Any(other => Waits.Is(other, types)) && operation.Function().OwnOperations().Any(other => other.Syntax.SpanStart > inner.Syntax.SpanStart && Waits.Is(other, types)))
                return true;
        return false;
    }

    private static bool AsksState(IOperation condition) => condition.DescendantsAndSelf().Any(part => part is IFieldReferenceOperation { Instance: IInstanceReferenceOperation } or IPropertyReferenceOperation { Instance: IInstanceReferenceOperation });

    /// <summary>The workers that the member waits for, but only behind the operation: they may still run there, however they end.</summary>
    private static IEnumerable<Worker> AwaitedAfter(OperationAnalysisContext action, IMethodSymbol stop, KnownTypes types)
    {
        var (function, from) = (action.Operation.Function(), action.Operation.Syntax.Span.End);
        return function.OwnOperations().Any(operation => operation.Syntax.SpanStart > from && Waits.Is(operation, types))
            ? Worker.Of(stop.ContainingType.OriginalDefinition, action.Compilation, types, action.CancellationToken, all: true).Where(worker => worker.IsAwaitedIn(function, from, types))
            : [];
    }

    /// <summary>The field of the object that the operation disposes, or has among others, or sets to null.</summary>
    private static (IFieldSymbol Field, bool IsNull)? Ended(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod: var method, Instance: { } instance } when PoolMembers.Disposes(method) || PoolMembers.ClosesHandle(method) => Field(instance) is { } field ? (field, false) : null,
        ISimpleAssignmentOperation { Target: IFieldReferenceOperation { Instance: IInstanceReferenceOperation } target, Value: var value } when value.Unconverted().ConstantValue is { HasValue: true, Value: null } => (target.Field, true),
        _ => null,
    };

    private static IFieldSymbol? Field(IOperation instance) => instance.Unconverted() switch
    {
        IFieldReferenceOperation { Instance: IInstanceReferenceOperation } field => field.Field,
        IConditionalAccessInstanceOperation access => access.Receiver() is { } receiver ? Field(receiver) : null,
        IArrayElementReferenceOperation element => Field(element.ArrayReference),
        ILocalReferenceOperation each => LoopOver(each) is { Collection: var whole } && whole.Unconverted().Type is IArrayTypeSymbol ? Field(whole) : null,
        _ => null,
    };

    private static IForEachLoopOperation? LoopOver(ILocalReferenceOperation each)
    {
        for (var current = each.Parent; current is not null; current = current.Parent)
            if (current is IForEachLoopOperation loop && loop.Locals.Contains(each.Local, SymbolEqualityComparer.Default))
                return loop;
        return null;
    }

    /// <summary>Whether the thread may have been waited for when the operation is reached, here or by who calls the member.</summary>
    private static bool IsJoinedBefore(IOperation operation, IMethodSymbol stop, OperationAnalysisContext action, KnownTypes types)
    {
        if (WaitsBefore(operation, operation.Function()))
            return true;
        // What a base calls by its own name, it may call of the derived object.
        for (var type = stop.ContainingType; type is not null; type = type.BaseType)
            if (Models.BodiesOf(type, action.Compilation, action.CancellationToken).Any(body => body.Descendants().OfType<IInvocationOperation>().Any(call => stop.IsOrOverrides(call.TargetMethod) && WaitsBefore(call, body))))
                return true;
        return false;

        bool WaitsBefore(IOperation before, IOperation body) => body.Descendants().Any(other => other.Syntax.SpanStart < before.Syntax.SpanStart
            && Waits.IsOrCalls(other, stop.ContainingType, action.Compilation, types, action.CancellationToken));
    }
}
