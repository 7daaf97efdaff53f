using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>The methods of collections whose result is a new collection at each call.</summary>
internal static class Copies
{
    /// <summary>Whether each call of the method returns a new object.</summary>
    public static bool Returns(IMethodSymbol method, KnownTypes types) => types[method.ContainingType] switch
    {
        KnownType.Enumerable => method.Name is "ToList" or "ToArray" or "ToDictionary" or "ToHashSet" or "ToLookup",
        KnownType.List => method.Name is "ToArray" or "GetRange" or "FindAll" or "ConvertAll",
        _ => false,
    };
}
