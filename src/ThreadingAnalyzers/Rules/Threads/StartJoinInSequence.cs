using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A thread that is waited for as soon as it is started, with nothing done beside it. Source: "Using threads and threading",
/// learn.microsoft.com/dotnet/standard/threading: threads are for work that is done at the same time.
/// </summary>
public sealed class StartJoinInSequence() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1010", since: "1.0", Category.Threads, DiagnosticSeverity.Info,
        title: "Threads should be started before the first of them is joined",
        message: "'{0}' is joined as soon as it is started, so {1}: start all, then join all",
        why: "A join right behind the start makes the thread a detour: the code that starts it stands still meanwhile. Threads that are started and joined one by one never run beside each other.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (Mention.Of(KnownType.Thread, context.Compilation, context.CancellationToken))
            context.RegisterOperationAction(action => Judge(action, types), OperationKind.Invocation);
    }

    private static void Judge(OperationAnalysisContext action, KnownTypes types)
    {
        var join = (IInvocationOperation)action.Operation;
        // A wait with a time is there for the time.
        if (!ThreadMembers.Joins(join.TargetMethod, types) || !join.Arguments.IsEmpty || join.Instance is null || ThreadPlace.Of(join.Instance) is not { } place
            || join.Parent is not IExpressionStatementOperation { Parent: IBlockOperation block } statement || StartBefore(statement, block, place, types) is not { } start)
            return;
        if (action.ContainingSymbol is IMethodSymbol member && Hosts.IsRunAlone(member) || place.Root is IFieldSymbol || !IsOrdinary(place, join, types))
            return;
        var repeats = IsRepeated(block);
        // One thread that the loop starts again and again is another mistake.
        if (repeats && place is { Index: null, Loop: null } && place.Root.DeclaringSyntaxReferences is [{ } declaration] && !block.Syntax.Span.Contains(declaration.Span) && !block.DescendantsAndSelf().Any(operation => place.IsReplacedBy(operation, types)))
            return;
        // One thread alone may be wanted for what it is; and with others about, it runs beside them.
        if (!repeats && !AreAllInSequence(block, types))
            return;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, join.Syntax.GetLocation(), [start.Syntax.GetLocation()], join.Instance.Unconverted().Syntax.ToString(),
            repeats ? "each round of the loop waits for its thread and no two of them run at the same time" : "the threads run one after the other"));
    }

    /// <summary>Whether the block starts several threads, and waits for each of them at once.</summary>
    private static bool AreAllInSequence(IBlockOperation block, KnownTypes types)
    {
        var starts = block.Operations.Where(statement => Called(statement) is { } call && ThreadMembers.Starts(call.TargetMethod, types)).ToList();
        return starts.Count > 1 && starts.All(start => block.Operations.IndexOf(start) is var index && index + 1 < block.Operations.Length
                && Called(block.Operations[index + 1]) is { } join && ThreadMembers.Joins(join.TargetMethod, types)
                && ThreadPlace.Of(join.Instance) is { } joined && ThreadPlace.Of(Called(start)!.Instance) is { } started && joined.IsCoveredBy(started));
    }

    private static IInvocationOperation? Called(IOperation statement) => (statement as IExpressionStatementOperation)?.Operation as IInvocationOperation;

    /// <summary>The start of the thread where nothing but words to the user stands between it and the join.</summary>
    private static IOperation? StartBefore(IOperation join, IBlockOperation block, ThreadPlace place, KnownTypes types)
    {
        var isLoop = IsRepeated(block);
        for (var index = block.Operations.IndexOf(join) - 1; index >= 0; index--)
        {
            var statement = block.Operations[index];
            if (statement is ILocalFunctionOperation)
                continue;
            if (statement is IExpressionStatementOperation { Operation: IInvocationOperation call })
            {
                if (ThreadMembers.Starts(call.TargetMethod, types))
                    return ThreadPlace.Of(call.Instance) is { } started && place.IsCoveredBy(started) ? statement : null;
                if (isLoop && (Throwing.IsReport(call.TargetMethod) || Handles.UseOf(call.TargetMethod, types) == HandleUse.Stores))
                    continue;
            }
            return null;
        }
        return null;
    }

    private static bool IsRepeated(IBlockOperation block) => block.Parent is ILoopOperation loop && loop.Body == block
        || block.Parent is IAnonymousFunctionOperation { Symbol.Parameters.Length: 1, Parent: IDelegateCreationOperation { Parent: IArgumentOperation { Parent: IInvocationOperation } } };

    /// <summary>
    /// Whether the thread is like any other, and its work does not ask on which thread it runs: what wants an apartment, a
    /// culture, a stack or thread-static values of its own is right to wait for a thread.
    /// </summary>
    private static bool IsOrdinary(ThreadPlace place, IInvocationOperation join, KnownTypes types)
    {
        var root = join.Root();
        foreach (var operation in root.DescendantsAndSelf())
        {
            if (operation is IMemberReferenceOperation { Member: var member } && ThreadMembers.IsTrait(member, types) || operation is IInvocationOperation { TargetMethod: var method } && ThreadMembers.IsTrait(method, types))
                return false;
            if (operation is IObjectCreationOperation creation && ThreadWork.Of(creation, types) is { } work && Holds(creation, place)
                && (creation.Constructor is { } constructor && ThreadMembers.SetsStack(constructor) || work.Code is not { Body: { } body } || body.DescendantsAndSelf().Any(inner => IsOfThread(inner, types))))
                return false;
        }
        return true;
    }

    private static bool Holds(IObjectCreationOperation creation, ThreadPlace place)
    {
        for (var outer = creation.Parent; outer is not (null or IBlockOperation); outer = outer.Parent)
            if (outer is ISimpleAssignmentOperation assignment && ThreadPlace.Of(assignment.Target)?.Root is { } root && SymbolEqualityComparer.Default.Equals(root, place.Root)
                || outer is IVariableDeclaratorOperation declarator && SymbolEqualityComparer.Default.Equals(declarator.Symbol, place.Root))
                return true;
        return place.Loop is not null;
    }

    private static bool IsOfThread(IOperation operation, KnownTypes types) => operation switch
    {
        IMemberReferenceOperation { Member: var member } => ThreadMembers.IsCurrent(member, types) || Contexts.IsThreadId(member) || types[member.ContainingType] is KnownType.ThreadLocal or KnownType.AsyncLocal or KnownType.SynchronizationContext
            || member.GetAttributes().Any(attribute => types[attribute.AttributeClass] == KnownType.ThreadStaticAttribute),
        IInvocationOperation { TargetMethod: var method } => types[method.ContainingType] is KnownType.SynchronizationContext or KnownType.Monitor,
        _ => false,
    };
}
