using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>
/// An await while a lock is held that only the thread which took it may give back. Source: the .NET reference,
/// ReaderWriterLockSlim, "has managed thread affinity"; the C# specification on await in a lock statement.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AwaitUnderLock() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR4009", since: "1.0", Category.Locks, DiagnosticSeverity.Warning,
        title: "A lock that belongs to a thread should not be held across an await",
        message: "'{0}' is held across the await at line {1}: the code may go on on another thread, which cannot release it; use a SemaphoreSlim, or release the lock before",
        why: "After an await the code goes on on whatever thread is free. A monitor, mutex, spin lock or reader-writer lock belongs to the thread that took it: the release on another one throws, and the lock stays taken.");

    private protected override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => Holding.Watch(context, types,
        call => Waiting.IsThreadAffine(call.TargetMethod, call.Instance?.Type, types) && call.Function().OwnOperations().Any(operation => operation is IAwaitOperation),
        (action, holding, after) =>
        {
            IOperation? awaited = null;
            if (after.Meets(holding.Taking, operation => (awaited = operation as IAwaitOperation) is not null, holding.IsRelease) && awaited!.Syntax is AwaitExpressionSyntax await)
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, holding.Taking.Syntax.GetLocation(), [await.AwaitKeyword.GetLocation()],
                    holding.Lock.Syntax, await.AwaitKeyword.GetLocation().Line()));
        });
}
