using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>
/// Queues whose consumers wait for what is added until they are told that no more will come: blocking collections and channels.
/// Source: the .NET reference, BlockingCollection.CompleteAdding and ChannelWriter.Complete.
/// </summary>
internal static class Queues
{
    /// <summary>Whether the expression makes such a queue.</summary>
    public static bool IsMadeBy(IOperation operation, KnownTypes types) => operation switch
    {
        IObjectCreationOperation or { Syntax: CollectionExpressionSyntax } => types[operation.Type] == KnownType.BlockingCollection,
        IInvocationOperation { TargetMethod: { Name: "CreateUnbounded" or "CreateBounded" or "CreateUnboundedPrioritized", ContainingType: { Name: "Channel" } factory } } => IsOfChannels(factory),
        _ => false,
    };

    /// <summary>Whether the property is an end of a channel, by which the queue is used as by itself.</summary>
    public static bool IsEnd(IPropertySymbol property) => property.Name is "Reader" or "Writer" && IsOfChannels(property.ContainingType);

    /// <summary>Whether the type is that of a whole channel, which has two ends.</summary>
    public static bool HasEnds(ITypeSymbol type) => type is INamedTypeSymbol { Name: "Channel" } named && IsOfChannels(named);

    /// <summary>Whether the type is that of a queue or of one of its ends.</summary>
    public static bool IsQueue(ITypeSymbol? type, KnownTypes types) =>
        types[type] is KnownType.BlockingCollection or KnownType.ChannelWriter || type is INamedTypeSymbol { Name: "Channel" or "ChannelReader" } named && IsOfChannels(named);

    /// <summary>Whether objects of the type take no more once they are completed: queues, and the blocks of a dataflow.</summary>
    public static bool IsClosable(ITypeSymbol? type, KnownTypes types) => IsQueue(type, types) || IsBlock(type);

    /// <summary>Whether the type is a block of a dataflow.</summary>
    public static bool IsBlock(ITypeSymbol? type) => type?.ContainingNamespace is { Name: "Dataflow", ContainingNamespace.Name: "Tasks" };

    /// <summary>Whether the property is the task that ends when a block has done its work.</summary>
    public static bool IsCompletion(IPropertySymbol property) => property.Name == "Completion";

    /// <summary>Whether the call says that nothing more will be added.</summary>
    public static bool Completes(IMethodSymbol method, KnownTypes types) => method.Name is "CompleteAdding" or "Complete" or "TryComplete" && IsQueue(method.ContainingType, types);

    /// <summary>Whether the call adds to the queue.</summary>
    public static bool Adds(IMethodSymbol method, KnownTypes types) => method.Name is "Add" or "TryAdd" or "TryWrite" or "WriteAsync" && IsQueue(method.ContainingType, types);

    /// <summary>Whether the call waits for the next item, or for the next tick of a timer.</summary>
    public static bool Awaits(IMethodSymbol method, KnownTypes types) =>
        (method.Name is "Take" or "ReadAsync" or "WaitToReadAsync" || method.Name is "TryTake" && method.Parameters.Length > 1) && IsQueue(method.ContainingType, types)
        || method.Name is "WaitForNextTickAsync" && types[method.ContainingType] == KnownType.PeriodicTimer;

    /// <summary>Whether the call lets a time pass.</summary>
    public static bool Delays(IMethodSymbol method, KnownTypes types) => ThreadMembers.Sleeps(method, types) || method.Name is "Delay" && types[method.ContainingType] == KnownType.Task;

    /// <summary>Whether the call gives a sequence that ends when the queue is complete, and only then: it is given no token that can be cancelled.</summary>
    public static bool Consumes(IInvocationOperation call, KnownTypes types) =>
        call.TargetMethod.Name is "GetConsumingEnumerable" or "ReadAllAsync" && IsQueue(call.TargetMethod.ContainingType, types)
        && call.Arguments.All(argument => argument.ArgumentKind == ArgumentKind.DefaultValue || argument.Value.Unconverted() is IDefaultValueOperation or IPropertyReferenceOperation { Property: { Name: "None", IsStatic: true } });

    /// <summary>Whether the method gives a sequence that ends with the one that it is given.</summary>
    public static bool PassesOn(IMethodSymbol method) => method.Name is "ConfigureAwait" or "Select" or "AsParallel" or "Create" && method.Parameters.All(parameter => parameter.Type.Name != "CancellationToken");

    /// <summary>Whether the method goes through the sequence that it is given to its end.</summary>
    public static bool GoesThrough(IMethodSymbol method) => method.Name is "ForEach" or "ForAll" or "ForEachAsync" or "ToList" or "Sum" or "Count" && method.Parameters.All(parameter => parameter.Type.Name is not ("CancellationToken" or "ParallelOptions"));

    private static bool IsOfChannels(INamedTypeSymbol? type) => type?.ContainingNamespace is { Name: "Channels", ContainingNamespace.Name: "Threading" };
}
