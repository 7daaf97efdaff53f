using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>What the methods of dictionaries do to the entry under a key, by the names that they all share.</summary>
internal static class Entries
{
    /// <summary>Whether the method puts in an entry under the key that is its first argument.</summary>
    public static bool IsPutBy(IMethodSymbol method) => method.Name is "Add" or "TryAdd" or "GetOrAdd" or "AddOrUpdate";

    /// <summary>Whether the method takes entries out, or may.</summary>
    public static bool IsTakenBy(IMethodSymbol method) => method.Name is "Remove" or "TryRemove" or "Clear";
}
