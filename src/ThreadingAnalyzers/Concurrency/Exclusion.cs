using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency;

/// <summary>
/// Whether one thread at a time comes to a place, as far as the text around it says: a lock is held there, or nobody else has the
/// object yet. For silence: any lock will do, and that it is taken before the place in the text is enough.
/// </summary>
internal static class Exclusion
{
    /// <summary>Whether a lock is held at the operation by its own function, by one around it, or by a caller; or the object is being made.</summary>
    public static bool IsAlone(IOperation operation, KnownTypes types, Compilation compilation, CancellationToken cancellation) =>
        IsUnderLock(operation, types) || operation.SemanticModel?.GetEnclosingSymbol(operation.Syntax.SpanStart, cancellation) is { } function && (IsConstruction(function) || Contexts.RunsInTurns(function.ContainingType) || IsCalledUnderLock(function, types, compilation, cancellation));

    /// <summary>Whether a lock is held at the operation by the member that it is in.</summary>
    public static bool IsUnderLock(IOperation operation, KnownTypes types)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
            if (current is ILockOperation)
                return true;
        return MonitorLocks.IsSynchronized(operation.Method()) || operation.Root().DescendantsAndSelf().Any(before => before is IInvocationOperation call && before.Syntax.Span.End <= operation.Syntax.SpanStart && Takes(call, types));
    }

    private static bool Takes(IInvocationOperation call, KnownTypes types) =>
        (Holding.LockOf(call, EffectKind.Acquire, types) ?? Holding.LockOf(call, EffectKind.TryAcquire, types)) is { } taken ? !AdmitsMany(taken, types)
        : call.TargetMethod.MethodKind == MethodKind.Ordinary && types[call.TargetMethod.ContainingType] != KnownType.Interlocked && Waiting.IsNamedLikeLock(call.TargetMethod) && !ConcurrentCollections.MakesSynchronized(call.TargetMethod);

    /// <summary>Whether the lock is a semaphore that is made to let several in.</summary>
    public static bool AdmitsMany(IOperation taken, KnownTypes types) => types[taken.Type] is KnownType.SemaphoreSlim or KnownType.Semaphore
        && taken.Source() is IObjectCreationOperation { Arguments: [{ Value.ConstantValue: var count }, ..] } && count is not { HasValue: true, Value: 0 or 1 };

    private static bool IsConstruction(ISymbol function) => function is IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor } or IFieldSymbol or IPropertySymbol;

    private static bool IsCalledUnderLock(ISymbol function, KnownTypes types, Compilation compilation, CancellationToken cancellation)
    {
        while (function is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction })
            function = function.ContainingSymbol;
        return function is IMethodSymbol { MethodKind: MethodKind.Ordinary } method
            && (ConcurrentCollections.IsNamedLocked(method.Name)
                || method.DeclaredAccessibility == Accessibility.Private && MemberUses.Of(method, compilation, cancellation)?.Any(use => IsUnderLock(use, types) || IsInConstructor(use)) == true);
    }

    private static bool IsInConstructor(IOperation use) =>
        use.Syntax.FirstAncestorOrSelf<MemberDeclarationSyntax>() is ConstructorDeclarationSyntax && use.Function() is not (IAnonymousFunctionOperation or ILocalFunctionOperation);
}
