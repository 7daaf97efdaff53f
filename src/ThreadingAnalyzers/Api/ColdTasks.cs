using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>The members by which a task that was made by its constructor is set going.</summary>
internal static class ColdTasks
{
    /// <summary>Whether the type's constructor makes a task that somebody must start.</summary>
    public static bool IsTask(ITypeSymbol? type, KnownTypes types) => types[type] is KnownType.Task or KnownType.TaskOfT;

    /// <summary>Whether the method runs the task in place.</summary>
    public static bool RunsNow(IMethodSymbol method) => method.Name == "RunSynchronously";
}
