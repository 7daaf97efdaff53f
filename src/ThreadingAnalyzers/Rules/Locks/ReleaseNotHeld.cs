using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>
/// A lock that is given back on a path where it is not held: released twice, or in the finally of a try whose acquisition may not have come to its end.
/// Source: the .NET reference, Monitor.Exit (SynchronizationLockException), SemaphoreSlim.Release (SemaphoreFullException); CWE-832.
/// </summary>
public sealed class ReleaseNotHeld() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR4007", since: "1.0", Category.Locks, DiagnosticSeverity.Warning,
        title: "A lock should be released only where it is held",
        message: "'{0}' is released here, but {1}: {2}; {3}",
        why: "To release a monitor or mutex that the thread does not hold throws and hides the exception that came before. A semaphore that is released once too often lets two threads in from then on.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => Holding.WatchCalls(context, (action, call) =>
    {
        if (Holding.LockOf(call, EffectKind.Release, types) is not { } @lock)
            return;
        var takings = call.Function().OwnOperations().OfType<IInvocationOperation>().Where(other => types[other.Type] != KnownType.LockScope && IsTaking(other, @lock, types)).ToList();
        if (takings.Count == 0)
            return;
        if (IsConditional(call, takings, out var guarded))
        {
            if (Gone(action, call, @lock, takings, types) is { } gone)
                Report(action, call, @lock, ($"line {gone.Syntax.Line()} has released it already", gone), "release it once on each path", types);
        }
        else if (OfAnotherMode(call, @lock, takings, types) is { } wrong)
            Report(action, call, @lock, ($"line {wrong.Syntax.Line()} takes the {LockMembers.Mode(wrong.TargetMethod)} lock", wrong), "release what was taken", types);
        else if (guarded is not null && Untaken(guarded, takings, @lock, types) is { } untaken)
            Report(action, call, @lock, untaken, "take the lock before the 'try'", types);
        else if ((Earlier(action, call, @lock, takings, types) ?? Gone(action, call, @lock, takings, types)) is { } earlier)
            Report(action, call, @lock, ($"line {earlier.Syntax.Line()} may have released it already", earlier), "release it once on each path", types);
    });

    private static void Report(OperationAnalysisContext action, IInvocationOperation call, IOperation @lock, (string What, IOperation Place) finding, string remedy, KnownTypes types) =>
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), [finding.Place.Syntax.GetLocation()], @lock.Syntax, finding.What,
            Waiting.IsThreadAffine(call.TargetMethod, call.Instance?.Type, types) ? "that throws" : "it then lets in one too many", remedy));

    /// <summary>Whether a condition that does not decide about the acquisition too decides about the release.</summary>
    /// <param name="call">The release.</param>
    /// <param name="takings">The calls of the function that take the lock.</param>
    /// <param name="guarded">The statement whose finally the release is in.</param>
    private static bool IsConditional(IInvocationOperation call, List<IInvocationOperation> takings, out ITryOperation? guarded)
    {
        guarded = null;
        var function = call.Function();
        for (IOperation inner = call, current = call.Parent!; current is not null && current != function; inner = current, current = current.Parent!)
        {
            if (IsBranching(current) && !takings.All(taking => inner.Syntax.Span.Contains(taking.Syntax.Span)) || current is ILockOperation)
                return true;
            if (current is ITryOperation @try && @try.Finally == inner)
            {
                guarded = @try;
                return false;
            }
        }
        return false;
    }

    private static bool IsBranching(IOperation operation) =>
        operation is IConditionalOperation or ILoopOperation or ISwitchOperation or ISwitchExpressionOperation or IConditionalAccessOperation or ICatchClauseOperation;

    /// <summary>The acquisition of a reader-writer lock that is released as if it had another mode: the function never releases its own.</summary>
    private static IInvocationOperation? OfAnotherMode(IInvocationOperation call, IOperation @lock, List<IInvocationOperation> takings, KnownTypes types)
    {
        if (LockMembers.Mode(call.TargetMethod) is not { } mode || takings.Any(taking => LockMembers.Mode(taking.TargetMethod) == mode))
            return null;
        var calls = call.Root().DescendantsAndSelf().OfType<IInvocationOperation>().ToList();
        if (calls.Any(other => LockMembers.ChangesMode(other.TargetMethod)))
            return null;
        var released = calls.Where(other => Holding.LockOf(other, EffectKind.Release, types) is { } given && given.IsSameAs(@lock)).Select(other => LockMembers.Mode(other.TargetMethod)).ToList();
        return takings.All(taking => !released.Contains(LockMembers.Mode(taking.TargetMethod))) ? takings[0] : null;
    }

    /// <summary>How control gets from the begin of the try to its finally without the lock that is taken inside it; null where it does not.</summary>
    private static (string What, IOperation Place)? Untaken(ITryOperation guarded, List<IInvocationOperation> takings, IOperation @lock, KnownTypes types)
    {
        var first = takings[0];
        // Taken before, or only on some paths: then other conditions may see to it.
        if (!takings.All(taking => guarded.Body.Syntax.Span.Contains(taking.Syntax.Span)) || IsInArm(first, guarded))
            return null;
        foreach (var operation in guarded.Body.OwnOperations().Where(operation => operation.Syntax.Span.End <= first.Syntax.SpanStart && !IsInArm(operation, guarded, onlyTry: true)))
        {
            if (operation is IReturnOperation { Kind: OperationKind.Return, IsImplicit: false })
                return ($"the return at line {operation.Syntax.Line()} leaves before it is taken", operation);
            if (Throwing.MayThrow(operation))
                return ($"what throws at line {operation.Syntax.Line()} does so before it is taken", operation);
        }
        if (LockMembers.IsCancellable(first, types))
            return ($"the wait at line {first.Syntax.Line()} may be cancelled before it is taken", first);
        return takings.Count == 1 && Holding.LockOf(first, EffectKind.TryAcquire, types) is not null && !LockMembers.WaitsForEver(first) && !Attempt.IsIgnored(first, @lock, types)
            ? ($"the attempt at line {first.Syntax.Line()} may fail to take it", first)
            : null;
    }

    /// <summary>Whether something inside the statement decides if the operation runs, or handles its exceptions.</summary>
    private static bool IsInArm(IOperation operation, ITryOperation guarded, bool onlyTry = false)
    {
        for (IOperation inner = operation, current = operation.Parent!; current is not null && current != guarded; inner = current, current = current.Parent!)
            if (current is ITryOperation || !onlyTry && IsBranching(current) && !(current is IConditionalOperation conditional && conditional.Condition == inner))
                return true;
        return false;
    }

    /// <summary>The release of the same acquisition that some path passes before; null where there is none.</summary>
    private static IInvocationOperation? Earlier(OperationAnalysisContext action, IInvocationOperation call, IOperation @lock, List<IInvocationOperation> takings, KnownTypes types)
    {
        bool IsTakenAgain(IOperation operation) => IsTaking(operation, @lock, types);
        foreach (var taking in takings)
        {
            if (Holding.Of(taking, types, evenConditional: true) is not { } holding || holding.Releases.Count < 2
                || Aftermath.GraphOf(taking, action.GetControlFlowGraph, action.CancellationToken) is not { } graph)
                continue;
            var after = new Aftermath(graph, null);
            if (IsLockedAround(taking, @lock) || takings.Any(other => other != taking && after.Meets(other, operation => IsAt(operation, taking), holding.IsRelease)))
                continue;
            foreach (var release in holding.Releases)
            {
                if (release == call || takings.Any(other => other.Syntax.SpanStart > release.Syntax.SpanStart && other.Syntax.SpanStart < call.Syntax.SpanStart)
                    || !IsLock(release, types) || LockMembers.Mode(release.TargetMethod) != LockMembers.Mode(call.TargetMethod))
                    continue;
                if (IsInCatchOf(release, call, takings)
                    || after.Meets(taking, operation => IsAt(operation, release), IsTakenAgain) && after.Meets(release, operation => IsAt(operation, call), IsTakenAgain))
                    return release;
            }
        }
        return null;
    }

    /// <summary>The release that each path from an acquisition to this one passes before; null where some path comes here with the lock, or none comes at all.</summary>
    private static IInvocationOperation? Gone(OperationAnalysisContext action, IInvocationOperation call, IOperation @lock, List<IInvocationOperation> takings, KnownTypes types)
    {
        // Paths go on behind a finally only from before it.
        if (!IsLock(call, types) || takings.Any(IsInHandler) || Aftermath.GraphOf(call, action.GetControlFlowGraph, action.CancellationToken) is not { } graph)
            return null;
        var after = new Aftermath(graph, null);
        IInvocationOperation? gone = null;
        foreach (var taking in takings)
        {
            if (Holding.Of(taking, types, evenConditional: true) is not { Token: null } holding || IsLockedAround(taking, @lock) || LockMembers.Mode(taking.TargetMethod) != LockMembers.Mode(call.TargetMethod)
                // Taken twice, it is held after one release.
                || takings.Any(other => after.Meets(taking, operation => IsAt(operation, other), holding.IsRelease))
                || after.Meets(taking, operation => IsAt(operation, call), operation => holding.IsRelease(operation) && !IsAt(operation, call)))
                return null;
            gone ??= holding.Releases.FirstOrDefault(release => release != call && IsLock(release, types) && LockMembers.Mode(release.TargetMethod) == LockMembers.Mode(call.TargetMethod)
                && after.Meets(taking, operation => IsAt(operation, release), static _ => false) && after.Meets(taking, operation => IsAt(operation, call), static _ => false));
        }
        return gone;
    }

    /// <summary>Whether an exception that the release handles goes on to the finally with the other one.</summary>
    private static bool IsInCatchOf(IOperation release, IOperation call, List<IInvocationOperation> takings)
    {
        for (IOperation? inner = release, current = release.Parent; current is not null; inner = current, current = current.Parent)
        {
            if (current is IConditionalOperation or ILoopOperation)
                return false;
            if (current is ICatchClauseOperation handler && takings.Any(taking => handler.Syntax.Span.Contains(taking.Syntax.Span)))
                return false;
            if (current is ITryOperation { Finally: { } @finally } && inner is ICatchClauseOperation && @finally.Syntax.Span.Contains(call.Syntax.Span))
                return true;
        }
        return false;
    }

    /// <summary>Whether what is released is a lock and no counter: a semaphore only where it begins with one to take, and whoever takes it gives it back.</summary>
    private static bool IsLock(IInvocationOperation release, KnownTypes types) =>
        Waiting.IsThreadAffine(release.TargetMethod, release.Instance?.Type, types) || release.Instance?.Source() is IObjectCreationOperation { Arguments: [{ Value.ConstantValue: { HasValue: true, Value: 1 } }, ..] } && release.Arguments.All(argument => argument.ArgumentKind == ArgumentKind.DefaultValue);

    private static bool IsInHandler(IOperation operation)
    {
        for (IOperation? inner = operation, current = operation.Parent; current is not null; inner = current, current = current.Parent)
            if (current is ICatchClauseOperation || current is ITryOperation @try && @try.Finally == inner)
                return true;
        return false;
    }

    private static bool IsAt(IOperation operation, IOperation wanted) => operation.Syntax == wanted.Syntax && operation.Kind == wanted.Kind;

    private static bool IsTaking(IOperation operation, IOperation @lock, KnownTypes types) => operation is IInvocationOperation call && Holding.TakenBy(call, types) is { } taken && taken.IsSameAs(@lock);

    private static bool IsLockedAround(IOperation taking, IOperation @lock)
    {
        for (var outer = taking.Parent; outer is not null; outer = outer.Parent)
            if (outer is ILockOperation around && around.LockedValue.IsSameAs(@lock))
                return true;
        return false;
    }
}
