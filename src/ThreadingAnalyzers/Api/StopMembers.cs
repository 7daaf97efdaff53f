using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>The members by which an object that works in the background is brought to its end. Their names are the convention.</summary>
internal static class StopMembers
{
    private static readonly ImmutableArray<string> Names = ImmutableArray.Create(
        "Stop", "StopAsync", "OnStop", "Shutdown", "ShutDown", "ShutdownAsync", "OnShutdown", "Halt", "Terminate", "Quit", "Disconnect", "Close", "CloseAsync", "Dispose", "DisposeAsync");

    /// <summary>Whether the method ends the work of its object: it is called so, or implements a <c>Dispose</c>.</summary>
    public static bool IsStop(IMethodSymbol method) =>
        method.MethodKind is MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation && method.Parameters.Length <= 1 && Rank(method) >= 0;

    /// <summary>The place among the stop members of a type: what only stops comes before what also disposes.</summary>
    public static int Rank(IMethodSymbol method) => Names.IndexOf(method.Name.Substring(method.Name.LastIndexOf('.') + 1));
}
