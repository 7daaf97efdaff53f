using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>
/// The write lock asked for while the same thread has the read lock. Source: the .NET reference, ReaderWriterLockSlim.EnterWriteLock
/// (LockRecursionException) and ReaderWriterLock.AcquireWriterLock.
/// </summary>
public sealed class LockUpgrade() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR4012", since: "1.0", Category.Locks, DiagnosticSeverity.Warning,
        title: "The write lock should not be taken under the read lock",
        message: "The write lock is asked for while the read lock of '{0}', taken at line {1}, is still held: {2}; {3}",
        why: "Who has the read lock waits, in EnterWriteLock, for all readers to leave, itself included. ReaderWriterLockSlim notices and throws; ReaderWriterLock waits for ever.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => Holding.WatchBodies(context, types,
        call => Effects.Of(call.TargetMethod, call.Instance?.Type, types).Mode == LockMode.Read && !Waiting.IsUpgradeable(call.TargetMethod),
        (action, holding, after) =>
        {
            var call = holding.Taking;
            IOperation? write = null;
            if (!after.Meets(call, operation => (IsWrite(operation, holding.Lock, types) || CallsWrite(operation, holding, types)) && (write = operation) is not null, holding.IsRelease))
                return;
            var isSlim = types[call.TargetMethod.ContainingType] == KnownType.ReaderWriterLockSlim;
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, write!.Syntax.GetLocation(), [call.Syntax.GetLocation()],
                holding.Lock.Syntax, call.Syntax.Line(),
                isSlim ? "that throws" : "that waits for its own reader for ever", isSlim ? "enter the upgradeable read lock there" : "use UpgradeToWriterLock"));
        });

    private static bool IsWrite(IOperation operation, IOperation @lock, KnownTypes types) =>
        operation is IInvocationOperation { IsImplicit: false } call && Holding.TakenBy(call, types) is { } taken && taken.IsSameAs(@lock)
        && Effects.Of(call.TargetMethod, call.Instance?.Type, types).Mode == LockMode.Exclusive;

    /// <summary>Whether the operation calls a method of this object that takes the write lock whatever it is given, and neither asks who holds the lock nor gives it back before.</summary>
    private static bool CallsWrite(IOperation operation, Holding holding, KnownTypes types)
    {
        if (operation is not IInvocationOperation { Instance: null or IInstanceReferenceOperation, TargetMethod: { MethodKind: MethodKind.Ordinary, IsAbstract: false, IsVirtual: false, IsOverride: false, IsAsync: false, DeclaringSyntaxReferences.IsEmpty: false } method }
            || holding.Lock is not IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation, Member: var member } || holding.Taking.SemanticModel is not { } model || Work.BodyOf(method, model) is not { } body)
            return false;
        var inner = body.OwnOperations().ToList();
        return inner.Find(part => IsWrite(part, holding.Lock, types)) is { } write && !IsConditional(write, body)
            && !inner.Any(part => LockMembers.AsksWhetherHeld(part, types) || holding.IsRelease(part) && part.Syntax.SpanStart < write.Syntax.SpanStart)
            && !inner.Any(part => part is IAssignmentOperation { Target: IMemberReferenceOperation target } && SymbolEqualityComparer.Default.Equals(target.Member, member));
    }

    private static bool IsConditional(IOperation operation, IOperation body)
    {
        for (var outer = operation.Parent; outer is not null && outer != body; outer = outer.Parent)
            if (outer is IConditionalOperation or ISwitchOperation or ISwitchExpressionOperation or ICatchClauseOperation)
                return true;
        return false;
    }
}
