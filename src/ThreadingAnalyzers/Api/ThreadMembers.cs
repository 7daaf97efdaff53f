using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>What the members of <c>System.Threading.Thread</c> mean for the life of a thread.</summary>
internal static class ThreadMembers
{
    /// <summary>Whether the method starts the thread that it is called on.</summary>
    public static bool Starts(IMethodSymbol method, KnownTypes types) => method.Name is "Start" or "UnsafeStart" && IsOfThread(method, types);

    /// <summary>Whether the member decides if the process waits for the thread.</summary>
    public static bool IsBackground(ISymbol member, KnownTypes types) => member.Name is "IsBackground" && IsOfThread(member, types);

    /// <summary>Whether the member is the thread that runs the code.</summary>
    public static bool IsCurrent(ISymbol member, KnownTypes types) => member.Name is "CurrentThread" && IsOfThread(member, types);

    private static bool IsOfThread(ISymbol member, KnownTypes types) => types[member.ContainingType] == KnownType.Thread;
}
