using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>Which operations of an object may not run beside each other.</summary>
[Flags]
internal enum OperationSide : byte
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Those that read.</summary>
    Reads = 1,
    /// <summary>Those that write.</summary>
    Writes = 2,
    /// <summary>All of them.</summary>
    Both = Reads | Writes,
}

/// <summary>
/// Objects that run one asynchronous operation at a time. Source: EF Core, "Avoiding DbContext threading issues"; the .NET reference,
/// Stream, WebSocket ("exactly one send and one receive"), DbConnection; ChannelOptions.SingleReader.
/// </summary>
internal static class Sequential
{
    private static readonly ImmutableArray<string> ReadWords = ImmutableArray.Create("Read", "Receive", "CopyTo", "Peek", "WaitToRead");

    private static readonly ImmutableArray<string> WriteWords = ImmutableArray.Create("Write", "Send", "Flush", "Complete", "WaitToWrite");

    private static readonly ImmutableHashSet<string> Ends = ImmutableHashSet.Create(StringComparer.Ordinal, "DisposeAsync", "CloseAsync", "CloseOutputAsync");

    /// <summary>Whether the type's objects run one operation at a time, or one that reads and one that writes.</summary>
    public static bool Is(ITypeSymbol? type, KnownTypes types) =>
        types.ContractOf(type) != TypeContract.Safe && !Values.IsLight(type)
        && (types.Is(type, KnownType.Connection) || types.Is(type, KnownType.Duplex) || types.Is(type, KnownType.UnsafeService));

    /// <summary>Which operations the method stands for, called on an object that <see cref="Is"/>.</summary>
    public static OperationSide SideOf(IMethodSymbol method, ITypeSymbol? type, KnownTypes types)
    {
        if (Ends.Contains(method.Name))
            return OperationSide.None;
        if (!types.Is(type, KnownType.Duplex))
            return OperationSide.Both;
        return ReadWords.Any(word => method.Name.StartsWith(word, StringComparison.Ordinal)) ? OperationSide.Reads
            : WriteWords.Any(word => method.Name.StartsWith(word, StringComparison.Ordinal)) ? OperationSide.Writes
            : OperationSide.None;
    }

    /// <summary>The side of a channel that the property gives.</summary>
    public static OperationSide SideOf(IPropertySymbol property) => property.ContainingType.Name != "Channel" ? OperationSide.None : property.Name switch
    {
        "Reader" => OperationSide.Reads,
        "Writer" => OperationSide.Writes,
        _ => OperationSide.None,
    };

    /// <summary>The side of a channel that the property of its options says one thread alone uses.</summary>
    public static OperationSide SingleSide(IPropertySymbol property) => property.Name switch
    {
        "SingleReader" => OperationSide.Reads,
        "SingleWriter" => OperationSide.Writes,
        _ => OperationSide.None,
    };

    /// <summary>Whether the value is an object of which several threads may use one: the console's, a wrapper that locks, one that does nothing.</summary>
    public static bool IsSafeValue(IOperation value) => value switch
    {
        Microsoft.CodeAnalysis.Operations.IMemberReferenceOperation { Member: { ContainingType.Name: "Console" } or { Name: "Null", IsStatic: true } } => true,
        Microsoft.CodeAnalysis.Operations.IInvocationOperation { TargetMethod: { Name: "Synchronized", IsStatic: true } } => true,
        _ => false,
    };

    /// <summary>Whether the property bounds how many bodies of a parallel loop run at once.</summary>
    public static bool IsDegree(IPropertySymbol property) => property.Name == "MaxDegreeOfParallelism";

    /// <summary>Whether the parallel loop starts its bodies and returns a task.</summary>
    public static bool IsAsyncLoop(IMethodSymbol method, KnownTypes types) => types[method.ContainingType] == KnownType.Parallel && method.Name is "ForEachAsync" or "ForAsync";

    /// <summary>Whether the query gives what its lambda returns for each element.</summary>
    public static bool IsSelect(IMethodSymbol method, KnownTypes types) => types[method.ContainingType] == KnownType.Enumerable && method.Name is "Select" or "SelectMany";

    /// <summary>Whether the query runs to its end at once.</summary>
    public static bool Materialises(IMethodSymbol method, KnownTypes types) => Copies.Returns(method, types);

    /// <summary>Whether the method waits for all or one of the tasks that it is given, or gives a task that does.</summary>
    public static bool IsCombination(IMethodSymbol method, KnownTypes types) => (method.Name is "WhenAll" or "WaitAll" || IsFirst(method)) && types.Is(method.ContainingType, KnownType.Task);

    /// <summary>Whether the combination is over with the first of its tasks, whatever becomes of the others.</summary>
    public static bool IsFirst(IMethodSymbol method) => method.Name is "WhenAny" or "WaitAny";
}
