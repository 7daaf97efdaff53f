using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>
/// What threads wait on and talk through, and what becomes of them when it is disposed. Sockets, listeners, streams and pipes are
/// closed on purpose, to wake who waits there; signals, locks, queues and token sources wake nobody, and throw from then on.
/// </summary>
internal static class Lifelines
{
    private static readonly ImmutableArray<string> Writers = ImmutableArray.Create("TextWriter", "StreamWriter", "BinaryWriter");

    /// <summary>Whether a use of a disposed object of the type throws, and to dispose it wakes nobody.</summary>
    public static bool FailsWhenDisposed(ITypeSymbol type, KnownTypes types) =>
        type is IArrayTypeSymbol { ElementType: var element } ? types.Is(element, KnownType.WaitHandle) : types[type] is KnownType.CancellationTokenSource or KnownType.BlockingCollection or KnownType.SemaphoreSlim or KnownType.ManualResetEventSlim or KnownType.CountdownEvent or KnownType.Barrier or KnownType.ReaderWriterLockSlim
        || types.Is(type, KnownType.WaitHandle) || Writers.Contains(type.Name);

    /// <summary>Whether the use of an object fails once it is disposed; a token source still tells if it was cancelled.</summary>
    public static bool Fails(IOperation use, KnownTypes types) => use.Parent switch
    {
        IPropertyReferenceOperation { Property: var property } => types[property.ContainingType] != KnownType.CancellationTokenSource || property.Name == "Token",
        IInvocationOperation call => call.Instance == use,
        IArrayElementReferenceOperation element => element.ArrayReference == use,
        IConditionalAccessOperation => true,
        // One of several that are waited for together.
        IConversionOperation { Type: { } type } several when types.Is(type, KnownType.WaitHandle) || type is IArrayTypeSymbol => Fails(several, types),
        IArrayInitializerOperation { Parent: IArrayCreationOperation { Parent: IArgumentOperation { Parent: IInvocationOperation call } } } => WaitsForSeveral(call.TargetMethod, types),
        IArgumentOperation { Value.Type: IArrayTypeSymbol, Parent: IInvocationOperation call } => WaitsForSeveral(call.TargetMethod, types),
        _ => false,
    };

    private static bool WaitsForSeveral(IMethodSymbol method, KnownTypes types) => method is { Name: "WaitAny" or "WaitAll", IsStatic: true } && types[method.ContainingType] == KnownType.WaitHandle;

    /// <summary>Whether the handler takes the exception of a disposed, or missing, object.</summary>
    public static bool Catches(ICatchClauseOperation handler) => handler.ExceptionType is { Name: "Object" or "Exception" or "SystemException" or "ObjectDisposedException" or "InvalidOperationException" or "NullReferenceException" };

    /// <summary>Whether the handler takes the exception of a cancelled token, and names it.</summary>
    public static bool CatchesCancellation(ICatchClauseOperation handler) => handler.ExceptionType is { Name: nameof(OperationCanceledException) or "TaskCanceledException" };

    /// <summary>What the operation that stands for the object of <c>x?.y</c> stands for.</summary>
    public static IOperation? Receiver(this IConditionalAccessInstanceOperation instance)
    {
        for (IOperation current = instance; current.Parent is { } parent; current = parent)
            if (parent is IConditionalAccessOperation access && access.WhenNotNull == current)
                return access.Operation;
        return null;
    }
}
