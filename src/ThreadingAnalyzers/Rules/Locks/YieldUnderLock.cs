using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>
/// An iterator that gives out an element while it holds a lock: the caller's code runs under the lock, on whatever thread, for as long as it likes.
/// Source: C# specification, 15.15 "Iterators". The compiler rejects it (CS4007) where the lock is a <c>System.Threading.Lock</c> and the statement <c>lock</c>.
/// </summary>
public sealed class YieldUnderLock() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR4010", since: "1.0", Category.Locks, DiagnosticSeverity.Warning,
        title: "An iterator should not hold a lock where it yields",
        message: "'{0}', taken at line {1}, is held across this yield: the caller's code runs under it, and a caller that goes on on another thread or drops the iterator never releases it; copy what it guards, and yield from the copy",
        why: "At a yield the iterator stops and its caller goes on, with the lock. The caller's code runs under a lock that it does not know, may take others, and may move on from another thread, which does not have it.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        context.RegisterOperationAction(action =>
        {
            if (LockAround(action.Operation) is { } @lock && types[@lock.LockedValue.Type] != KnownType.Lock && @lock.OwnOperations().First(IsYield) == action.Operation && !IsCopiedAtOnce(action.Operation, types, action))
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, action.Operation.Syntax.GetLocation(), [@lock.LockedValue.Syntax.GetLocation()], @lock.LockedValue.Syntax, @lock.Syntax.Line()));
        }, OperationKind.YieldReturn);
        WatchCalls(context, types);
    }

    /// <summary>Whether all who call the iterator, which only they see, copy what it gives at once: no code of theirs runs between two elements.</summary>
    private static bool IsCopiedAtOnce(IOperation yield, KnownTypes types, OperationAnalysisContext action) =>
        yield.Method() is { } iterator && iterator is { DeclaredAccessibility: Accessibility.Private } or { MethodKind: MethodKind.LocalFunction }
        && Parameters.UsesOf(iterator, yield, action.Compilation, action.CancellationToken) is { Count: > 0 } uses
        && uses.All(use => use is IInvocationOperation { Parent: var parent } && (parent is IConversionOperation ? parent.Parent : parent) is IArgumentOperation { Parent: IInvocationOperation copy } && Copies.Returns(copy.TargetMethod, types));

    private static ILockOperation? LockAround(IOperation yield)
    {
        var current = yield.Parent;
        while (current is not (null or ILockOperation or IAnonymousFunctionOperation or ILocalFunctionOperation))
            current = current.Parent;
        return current as ILockOperation;
    }

    private static void WatchCalls(CompilationStartAnalysisContext context, KnownTypes types) => Holding.WatchBodies(context, types,
        call => Waiting.IsThreadAffine(call.TargetMethod, call.Instance?.Type, types) && call.Function().OwnOperations().Any(IsYield),
        (action, holding, after) =>
        {
            IOperation? yield = null;
            if (after.Meets(holding.Taking, operation => YieldOf(operation) && (yield = operation) is not null, holding.IsRelease))
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, yield!.Syntax.GetLocation(), [holding.Taking.Syntax.GetLocation()], holding.Lock.Syntax, holding.Taking.Syntax.Line()));
        });

    private static bool IsYield(IOperation operation) => operation is IReturnOperation { Kind: OperationKind.YieldReturn };

    /// <summary>Whether the operation is a yield, as a graph has it.</summary>
    private static bool YieldOf(IOperation operation) => IsYield(operation) || operation.Syntax is YieldStatementSyntax { Expression: not null };
}
