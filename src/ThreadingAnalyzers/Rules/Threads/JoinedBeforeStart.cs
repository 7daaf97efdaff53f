using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A join of a thread that is made before it and started after it. Source: the .NET reference, Thread.Join, exceptions
/// ("The caller attempted to join a thread that is in the Unstarted state").
/// </summary>
public sealed class JoinedBeforeStart() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1008", since: "1.0", Category.Threads, DiagnosticSeverity.Warning,
        title: "A thread should be started before it is joined",
        message: "'{0}' is joined here but started only in line {1}: to join a thread that was not started throws a ThreadStateException; start it first",
        why: "To join a thread that was not started yet does not wait: it throws a ThreadStateException, and the start behind it is never reached.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (Mention.Of(KnownType.Thread, context.Compilation, context.CancellationToken))
            context.RegisterOperationAction(action => Judge(action, types), OperationKind.Invocation);
    }

    private static void Judge(OperationAnalysisContext action, KnownTypes types)
    {
        var join = (IInvocationOperation)action.Operation;
        if (!ThreadMembers.Joins(join.TargetMethod, types) || join.Instance is null || IsExpected(join))
            return;
        foreach (var creation in join.Function().OwnOperations().OfType<IObjectCreationOperation>().Where(creation => types[creation.Type] == KnownType.Thread && creation.Syntax.SpanStart < join.Syntax.SpanStart))
        {
            if (LifeOf(creation, action, types) is { Leaves: false, Owners.Count: <= 1 } life && (life.Owners.Count == 0 || creation.Parent is ISimpleAssignmentOperation { Target: IFieldReferenceOperation } or IArgumentOperation { Parent: IInvocationOperation { Instance: IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } } }) && life.Joins.Any(other => other.Syntax == join.Syntax) && FirstStart(life, join, creation) is { } start)
            {
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, join.Syntax.GetLocation(), [start.Syntax.GetLocation()], Named(join), start.Syntax.Line()));
                return;
            }
        }
    }

    private static ThreadLife? LifeOf(IObjectCreationOperation creation, OperationAnalysisContext action, KnownTypes types) =>
        creation.Parent is not ISimpleAssignmentOperation { Target: IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation, Field: var field } } ? ThreadLife.Of(creation, types)
        : MemberUses.Of(field, action.Compilation, action.CancellationToken) is { } uses && uses.Count(use => use.IsWritten()) == 1 ? ThreadLife.Of(field, uses, types)
        : null;

    /// <summary>The first start, where the join comes before all of them; null where one may come first.</summary>
    private static IInvocationOperation? FirstStart(ThreadLife life, IInvocationOperation join, IObjectCreationOperation creation)
    {
        var function = join.Function();
        if (life.Starts.Any(start => start.Function().Syntax != function.Syntax) || function.OwnOperations().OfType<IBranchOperation>().Any(branch => branch.BranchKind == BranchKind.GoTo))
            return null;
        return life.Starts.OrderBy(call => call.Syntax.SpanStart).FirstOrDefault() is { } start && join.Syntax.SpanStart < start.Syntax.SpanStart && !IsPastLoop(join, start, creation) ? start : null;
    }

    private static string Named(IInvocationOperation join) => (join.Instance is IConditionalAccessInstanceOperation part ? ThreadPlace.Accessed(part) : join.Instance)!.Unconverted().Syntax.ToString();

    /// <summary>Whether a loop may come from the start to the join again, with the same thread or with another one of a collection.</summary>
    private static bool IsPastLoop(IInvocationOperation join, IInvocationOperation start, IOperation creation)
    {
        for (var current = join.Parent; current is not null; current = current.Parent)
            if (current is ILoopOperation && current.Syntax.Span.Contains(start.Syntax.Span)
                && !(current.Syntax.Span.Contains(creation.Syntax.Span) && ThreadPlace.Of(join.Instance) is { } joined && ThreadPlace.Of(start.Instance) is { } started && joined.IsCoveredBy(started)))
                return true;
        return false;
    }

    private static bool IsExpected(IOperation join)
    {
        for (IOperation inner = join, outer = join.Parent!; outer is not null; inner = outer, outer = outer.Parent!)
            if (outer is ITryOperation @try && @try.Body == inner && @try.Catches.Any(handler => ThreadMembers.IsStateException(handler.ExceptionType)))
                return true;
        return false;
    }
}
