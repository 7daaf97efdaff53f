using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>The concurrent collections that can stand in the place of others, as far as these only add, look up and enumerate in order.</summary>
internal static class ConcurrentTwins
{
    /// <summary>The namespace of the concurrent collections.</summary>
    public const string Namespace = "System.Collections.Concurrent";

    /// <summary>The name of the concurrent collection for a generic one, or null where there is none of its sort.</summary>
    public static string? Of(INamedTypeSymbol type, KnownTypes types) => types[type] switch
    {
        KnownType.List => "ConcurrentQueue",
        KnownType.Collection => type.OriginalDefinition.MetadataName switch
        {
            "Dictionary`2" => "ConcurrentDictionary",
            "Queue`1" => "ConcurrentQueue",
            _ => null,
        },
        _ => null,
    };
}
