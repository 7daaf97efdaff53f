using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>How work that goes on and on comes to its end: by a token, a call that fails when what it waits on is closed, or with the process.</summary>
internal static class Endings
{
    /// <summary>First words of calls that wait for input and fail, or give nothing, once their source is closed.</summary>
    private static readonly ImmutableArray<string> Inputs = ImmutableArray.Create(
        "Take", "Accept", "Receive", "Read", "GetContext", "EndGetContext", "WaitForConnection", "GetConsumingEnumerable", "Consume", "Dequeue", "MoveNext", "WaitForChanged", "ThrowIf", "Fetch", "Poll", "Next");

    private static readonly ImmutableHashSet<string> OfProcess = ImmutableHashSet.Create(StringComparer.Ordinal, "Exit", "FailFast", "ExitThread", "Kill");

    /// <summary>Whether the call may end, by design, the loop that it is in: its source is closed, a token is cancelled, the process ends.</summary>
    public static bool MayEndLoop(IMethodSymbol method, KnownTypes types) =>
        OfProcess.Contains(method.Name)
        || !IsAlwaysThere(method, types) && !IsNeverClosed(method.ContainingType) && Inputs.Any(word => method.Name.StartsWith(word, StringComparison.Ordinal));

    // The console is never closed, a file is read whole, an atomic read waits for nothing, and an empty collection is asked before.
    private static bool IsAlwaysThere(IMethodSymbol method, KnownTypes types) =>
        types[method.ContainingType] is KnownType.Volatile or KnownType.Interlocked or KnownType.Thread or KnownType.Enumerable or KnownType.List or KnownType.Collection or KnownType.SafeCollection || method.ContainingType is { Name: "Console" or "File" or "Random" };

    // An interface of the program that offers no end has none to wait for.
    private static bool IsNeverClosed(INamedTypeSymbol? type) => type is { TypeKind: TypeKind.Interface, DeclaringSyntaxReferences.IsEmpty: false }
        && !type.AllInterfaces.Prepend(type).SelectMany(part => part.GetMembers()).Any(member => StopMembers.IsStop(member.Name) || PoolMembers.MayEnd(member.Name));

    /// <summary>Whether the call ends the process.</summary>
    public static bool EndsProcess(IMethodSymbol method) => method is { IsStatic: true, Name: "Exit" or "FailFast", ContainingType.Name: "Environment" };

    /// <summary>Whether the call only tells people something: it writes to the console or a log.</summary>
    public static bool Tells(IMethodSymbol method) => method.Name.StartsWith("Write", StringComparison.Ordinal) && method.ContainingType is { Name: "Console" or "Debug" or "Trace" } || method.Name.StartsWith("Log", StringComparison.Ordinal) || method.ContainingType?.Name.EndsWith("Logger", StringComparison.Ordinal) == true;

    /// <summary>Whether what is read here is only put into a text, or told to people, so that nothing hangs on it.</summary>
    public static bool IsTold(IOperation read) => read.Parent switch
    {
        IInterpolationOperation => true,
        IConversionOperation or IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } => IsTold(read.Parent),
        IArgumentOperation { Parent: IInvocationOperation call } => Tells(call.TargetMethod),
        _ => false,
    };

    /// <summary>Whether the property tells that a token or its source is cancelled.</summary>
    public static bool IsCancelled(IPropertySymbol property, KnownTypes types) =>
        property.Name == "IsCancellationRequested" && types[property.ContainingType] is KnownType.CancellationToken or KnownType.CancellationTokenSource;

    /// <summary>Whether the property is the token of a source.</summary>
    public static bool IsToken(IPropertySymbol property, KnownTypes types) => property.Name == "Token" && types[property.ContainingType] == KnownType.CancellationTokenSource;

    /// <summary>Whether the property tells that an event is set.</summary>
    public static bool IsSet(IPropertySymbol property, KnownTypes types) => property.Name == "IsSet" && types[property.ContainingType] == KnownType.ManualResetEventSlim;

    /// <summary>Whether the type is an event that is set by somebody, and not a lock or a semaphore.</summary>
    public static bool IsEvent(ITypeSymbol? type, KnownTypes types) =>
        types[type] is KnownType.ManualResetEventSlim || types.Is(type, KnownType.EventWaitHandle);

    /// <summary>Whether the call neither gives the signal that it is called on nor hands it to somebody who may: it waits, takes it back, or frees it.</summary>
    public static bool LeavesUnset(IMethodSymbol method) => method.Name is "WaitOne" or "Wait" or "Reset" or "Dispose" or "Close";

    /// <summary>Whether the call waits for the signal that it is called on.</summary>
    public static bool Awaits(IMethodSymbol method) => method.Name is "WaitOne" or "Wait";

    /// <summary>Whether the call reads a flag for all threads to agree on: <c>Volatile.Read(ref flag)</c>.</summary>
    public static bool ReadsFlag(IMethodSymbol method, KnownTypes types) => method.Name is "Read" && types[method.ContainingType] is KnownType.Volatile or KnownType.Interlocked;

    /// <summary>Whether the call writes its second argument to the first: <c>Volatile.Write(ref flag, true)</c>.</summary>
    public static bool WritesFlag(IMethodSymbol method, KnownTypes types) => method.Name is "Write" or "Exchange" && types[method.ContainingType] is KnownType.Volatile or KnownType.Interlocked;

    /// <summary>Whether the call lets go of what it is called on: nobody may use it any more.</summary>
    public static bool Frees(IMethodSymbol method) => method.Name is "Dispose" or "DisposeAsync" or "Close" && method.Parameters.Length <= 1;
}
