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

    /// <summary>Whether a call of that name ends the work or life of its object.</summary>
    public static bool IsStop(string name) => Names.Contains(name);

    /// <summary>The place among the stop members of a type: what only stops comes before what also disposes.</summary>
    public static int Rank(IMethodSymbol method) => Names.IndexOf(method.Name.Substring(method.Name.LastIndexOf('.') + 1));

    /// <summary>Whether the method sets the object that it is called on going, so that it works until it is stopped.</summary>
    public static bool Begins(IMethodSymbol method) => method is { IsStatic: false, Name: "Start" or "StartAsync" or "Open" or "OpenAsync" or "Connect" or "ConnectAsync" or "Listen" };

    /// <summary>Whether the method cancels the source of tokens that it is called on.</summary>
    public static bool IsCancel(IMethodSymbol method) => method.Name is "Cancel" or "CancelAsync";

    /// <summary>Whether the property is the token of a source.</summary>
    public static bool IsToken(IPropertySymbol property) => property.Name == "Token";
}
