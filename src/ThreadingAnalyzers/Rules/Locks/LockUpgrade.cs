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
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LockUpgrade() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR4012", since: "1.0", Category.Locks, DiagnosticSeverity.Warning,
        title: "The write lock should not be taken under the read lock",
        message: "The read lock of '{0}' is still held at line {1}, where the write lock is taken: {2}; {3}",
        why: "Who has the read lock waits, in EnterWriteLock, for all readers to leave, itself included. ReaderWriterLockSlim notices and throws; ReaderWriterLock waits for ever.");

    private protected override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => Holding.Watch(context, types,
        call => Effects.Of(call.TargetMethod, call.Instance?.Type, types).Mode == LockMode.Read && !Waiting.IsUpgradeable(call.TargetMethod),
        (action, holding, after) =>
        {
            var call = holding.Taking;
            IOperation? write = null;
            if (!after.Meets(call, operation => IsWrite(operation, holding, types) && (write = operation) is not null, holding.IsRelease))
                return;
            var isSlim = types[call.TargetMethod.ContainingType] == KnownType.ReaderWriterLockSlim;
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), [write!.Syntax.GetLocation()],
                holding.Lock.Syntax, write.Syntax.Line(),
                isSlim ? "that throws" : "that waits for its own reader for ever", isSlim ? "enter the upgradeable read lock here" : "use UpgradeToWriterLock"));
        });

    private static bool IsWrite(IOperation operation, Holding holding, KnownTypes types) =>
        operation is IInvocationOperation { IsImplicit: false } call && Holding.TakenBy(call, types) is { } taken && taken.IsSameAs(holding.Lock)
        && Effects.Of(call.TargetMethod, call.Instance?.Type, types).Mode == LockMode.Exclusive;
}
