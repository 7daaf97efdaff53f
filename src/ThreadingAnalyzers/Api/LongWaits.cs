using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>The calls that may hold their thread for long: until a signal, a connection, an item or a line comes, or a time is over.</summary>
internal static class LongWaits
{
    /// <summary>Words that mean so in the framework's classes of sockets, pipes and listeners.</summary>
    private static readonly ImmutableHashSet<string> Listening = ImmutableHashSet.Create(StringComparer.Ordinal,
        "Accept", "AcceptTcpClient", "AcceptSocket", "GetContext", "WaitForConnection", "Receive", "ReceiveFrom", "WaitForChanged", "ReadLine", "ReadKey");

    /// <summary>Whether the operation blocks its thread so.</summary>
    public static bool IsOne(IOperation operation, KnownTypes types) => operation switch
    {
        IInvocationOperation { TargetMethod: var method } => (types[method.ContainingType], method.Name) switch
        {
            (KnownType.Thread, "Sleep" or "Join") => true,
            (KnownType.BlockingCollection, "Take" or "TryTake" or "GetConsumingEnumerable") => method.Name != "TryTake" || method.Parameters.Length > 1,
            (KnownType.Monitor, "Wait") => true,
            (KnownType.WaitHandle or KnownType.Mutex or KnownType.Semaphore, "WaitOne" or "WaitAny" or "WaitAll") => true,
            (KnownType.SemaphoreSlim or KnownType.ManualResetEventSlim or KnownType.CountdownEvent or KnownType.Task, "Wait") => true,
            (KnownType.Barrier, "SignalAndWait") => true,
            (KnownType.None, var name) => Listening.Contains(name) && method.ContainingNamespace?.ToDisplayString() is "System" or "System.IO" or "System.IO.Pipes" or "System.Net" or "System.Net.Sockets",
            _ => false,
        },
        _ => false,
    };

    /// <summary>Whether the property says that somebody wants the work to end: a loop that asks it goes on until then.</summary>
    public static bool TellsEnd(IPropertySymbol property, KnownTypes types) => property.Name == "IsCancellationRequested" && types[property.ContainingType] is KnownType.CancellationToken or KnownType.CancellationTokenSource;

    /// <summary>Whether the method gives all lines or files that there are, however many.</summary>
    public static bool ReadsAll(IMethodSymbol method) => method.Name is "ReadLines" or "ReadAllLines" or "GetFiles" or "EnumerateFiles" or "GetDirectories" or "EnumerateDirectories" or "EnumerateFileSystemEntries"
        && method.ContainingType is { Name: "File" or "Directory" or "DirectoryInfo" };

    /// <summary>Whether an argument of the type tells a callback that an operation of sockets, streams or the like is done.</summary>
    public static bool IsCompletion(ITypeSymbol type) => type is { Name: "IAsyncResult", ContainingNamespace.Name: "System" } or { Name: "SocketAsyncEventArgs" } or { Name: "FileSystemEventArgs" } or { Name: "ElapsedEventArgs" };
}
