using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>
/// A lock that belongs to the thread which took it, given back by work that runs on another one, or taken by such work for the code that started it.
/// Source: the .NET reference, Mutex.ReleaseMutex (ApplicationException), ReaderWriterLockSlim, "has managed thread affinity".
/// </summary>
public sealed class MutexCrossesThreads() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR4016", since: "1.0", Category.Locks, DiagnosticSeverity.Warning,
        title: "A lock that belongs to a thread should be released by that thread",
        message: "'{0}' is taken by the thread at line {1} and released here by another: that throws, and the lock stays taken; take and release it in the same code, or use a semaphore",
        why: "A mutex, monitor or reader-writer lock knows the thread that took it. The release on another thread throws, and everyone who wants the lock waits for ever.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => Holding.WatchCalls(context, (action, call) =>
    {
        if (!Waiting.IsThreadAffine(call.TargetMethod, call.Instance?.Type, types) || Holding.LockOf(call, EffectKind.Release, types) is not { } @lock)
            return;
        if (Elsewhere(call, @lock, types, action) is { } other)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), [other.Syntax.GetLocation()], @lock.Syntax, other.Syntax.Line()));
        var here = ThreadOf(call, types);
        var takings = call.Root().DescendantsAndSelf().OfType<IInvocationOperation>()
            .Where(other => Holding.TakenBy(other, types) is { } taken && taken.IsSameAs(@lock) && LockMembers.Mode(other.TargetMethod) == LockMembers.Mode(call.TargetMethod)).ToList();
        // Taken where it is released, or in code that is called by both: then that is the pair.
        if (here is null || takings.Count == 0 || takings.Any(taking => ThreadOf(taking, types) is not { } there || there == here) || Gives(takings[0], here, @lock, types))
            return;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), [takings[0].Syntax.GetLocation()], @lock.Syntax, takings[0].Syntax.Line()));
    });

    /// <summary>The call that takes the lock in the method which starts the work that this release is in, where the release is a private method's of which all calls are such work.</summary>
    private static IInvocationOperation? Elsewhere(IInvocationOperation call, IOperation @lock, KnownTypes types, OperationAnalysisContext action)
    {
        if (@lock is not IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } || call.Function() is IAnonymousFunctionOperation or ILocalFunctionOperation
            || call.Method() is not { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Private } method || Takes(call.Root(), @lock, types) is not null
            || MemberUses.Of(method, action.Compilation, action.CancellationToken) is not { Count: > 0 } uses)
            return null;
        IInvocationOperation? taking = null;
        // Work that hands itself on, as a read does that begins the next one, is the same work.
        foreach (var use in uses.Where(use => use is not IMethodReferenceOperation || !SymbolEqualityComparer.Default.Equals(use.Method(), method)))
        {
            var isOther = use switch
            {
                IInvocationOperation { Instance: null or IInstanceReferenceOperation } => ThreadOf(use, types) is IAnonymousFunctionOperation or ILocalFunctionOperation,
                IMethodReferenceOperation { Instance: null or IInstanceReferenceOperation } => IsStarted(use, types) == true,
                _ => false,
            };
            if (!isOther || Takes(use.Root(), @lock, types) is not { } here || ThreadOf(here, types) is null or IAnonymousFunctionOperation or ILocalFunctionOperation
                || use.Root().DescendantsAndSelf().OfType<IInvocationOperation>().Any(other => Holding.LockOf(other, EffectKind.Release, types) is { } given && given.IsSameAs(@lock) && !IsOnWayOut(other, use)))
                return null;
            taking ??= here;
        }
        return taking is not null && LockMembers.Mode(taking.TargetMethod) == LockMembers.Mode(call.TargetMethod) ? taking : null;
    }

    private static IInvocationOperation? Takes(IOperation code, IOperation @lock, KnownTypes types) => code.DescendantsAndSelf().OfType<IInvocationOperation>()
        .FirstOrDefault(other => Holding.TakenBy(other, types) is { } taken && taken.IsSameAs(@lock));

    /// <summary>The lambda or local function that another thread runs, or the whole member, that the operation runs in; null where it is not known.</summary>
    private static IOperation? ThreadOf(IOperation operation, KnownTypes types)
    {
        var function = operation.Function();
        while (function is IAnonymousFunctionOperation or ILocalFunctionOperation)
        {
            if (function is ILocalFunctionOperation { Symbol: var local })
                return Parameters.UsesOfLocal(local, function) is { Count: > 0 } uses && uses.All(use => use is IMethodReferenceOperation && IsStarted(use, types) == true) ? function : null;
            if (IsStarted(function, types) is not { } isStarted)
                return null;
            if (isStarted)
                return function;
            function = function.Function();
        }
        return function;
    }

    /// <summary>Whether another thread runs the lambda or method group, or the one that hands it over, at once; null where that is not known.</summary>
    private static bool? IsStarted(IOperation work, KnownTypes types)
    {
        while (work.Parent is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
            work = work.Parent;
        return work.Parent is not IArgumentOperation { Parent: { } user, Parameter: var parameter } ? null : user switch
        {
            IInvocationOperation when Waiting.IsCallback(parameter?.Type) => true,
            IInvocationOperation call when Effects.Of(call.TargetMethod, call.Instance?.Type, types) is var effect =>
                effect.Kind == EffectKind.Start && effect.Spawn != SpawnKind.Request ? true : effect.Kind == EffectKind.CallNow ? false : null,
            IObjectCreationOperation creation when types[creation.Type] is KnownType.Thread or KnownType.Timer => true,
            _ => null,
        };
    }

    /// <summary>
    /// Whether the code that takes the lock gives it back too; then the other release goes with another acquisition. One that is
    /// given back only on a way out, such as a catch that throws on, is for the case that the work does not begin.
    /// </summary>
    private static bool Gives(IInvocationOperation taking, IOperation here, IOperation @lock, KnownTypes types) => ThreadOf(taking, types) is { } there && taking.Root().DescendantsAndSelf().OfType<IInvocationOperation>()
        .Any(other => Holding.LockOf(other, EffectKind.Release, types) is { } given && given.IsSameAs(@lock) && ThreadOf(other, types) is var giver && giver != here && (giver is null || giver == there) && !IsOnWayOut(other, here));

    private static bool IsOnWayOut(IInvocationOperation release, IOperation work)
    {
        for (IOperation inner = release, current = release.Parent!; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); inner = current, current = current.Parent!)
            if (current is ICatchClauseOperation handler && Succession.Leaves(handler.Handler) || current is IConditionalOperation && inner is IBlockOperation && Succession.Leaves(inner))
                return !inner.Syntax.Span.Contains(work.Syntax.Span);
        return false;
    }
}
