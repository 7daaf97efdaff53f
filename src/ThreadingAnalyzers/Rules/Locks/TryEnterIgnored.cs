using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>
/// An attempt to take a lock whose outcome nobody looks at: the guarded code, or the release, runs without the lock too.
/// Source: the .NET reference, Monitor.TryEnter and SemaphoreSlim.Wait(Int32), "Return value".
/// </summary>
public sealed class TryEnterIgnored() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR4008", since: "1.0", Category.Locks, DiagnosticSeverity.Warning,
        title: "Whether an attempt took the lock should be looked at",
        message: "'{0}' may return without '{1}', and {2}: test the result, or wait without a time limit",
        why: "An attempt or a wait with a time limit ends with the lock or without it. Code that does not look runs unguarded when it failed, mostly under load, and then gives back a lock that another thread holds.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => Holding.WatchCalls(context, (action, call) =>
    {
        if (Holding.LockOf(call, EffectKind.TryAcquire, types) is not { } @lock || LockMembers.WaitsForEver(call) || !Attempt.IsIgnored(call, @lock, types)
            || call.Function().OwnOperations().Any(operation => LockMembers.AsksWhetherHeld(operation, types) || IsEnd(operation, @lock)))
            return;
        var release = call.Root().DescendantsAndSelf().OfType<IInvocationOperation>()
            .FirstOrDefault(other => other.Syntax.SpanStart > call.Syntax.SpanStart && Holding.LockOf(other, EffectKind.Release, types) is { } given && given.IsSameAs(@lock));
        // A semaphore or mutex that is not given back here may be a signal, and the wait a pause.
        if (!Waiting.IsThreadAffine(call.TargetMethod, null, types) && (release is null || IsGivenByOthers(@lock, types, action)))
            return;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), release is null ? [] : [release.Syntax.GetLocation()],
            call.TargetMethod.Name, @lock.Syntax, release is null ? "the code after it runs all the same" : $"the code up to the release at line {release.Syntax.Line()} runs all the same"));
    });

    /// <summary>Whether a member that never waits for it gives it, too: then it is a signal that there is something to do.</summary>
    private static bool IsGivenByOthers(IOperation @lock, KnownTypes types, OperationAnalysisContext action) => @lock is IFieldReferenceOperation { Field: var field }
        && MemberUses.Of(field, action.Compilation, action.CancellationToken) is { } uses && uses.Any(use => use.Parent is IInvocationOperation call && Holding.LockOf(call, EffectKind.Release, types) is { } given
            && !call.Root().DescendantsAndSelf().OfType<IInvocationOperation>().Any(other => (Holding.LockOf(other, EffectKind.Acquire, types) ?? Holding.LockOf(other, EffectKind.TryAcquire, types)) is { } taken && taken.IsSameAs(given)));

    /// <summary>Whether the lock comes to its end here: then nobody minds that it was waited for in vain.</summary>
    private static bool IsEnd(IOperation operation, IOperation @lock) =>
        operation is IInvocationOperation { Instance: { } ended, TargetMethod: var method } && StopMembers.IsStop(method) && ended.IsSameAs(@lock);
}
