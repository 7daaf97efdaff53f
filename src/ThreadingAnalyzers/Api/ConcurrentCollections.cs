using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>What a call does with a concurrent collection, as far as it matters to who does two calls in a row.</summary>
internal enum CollectionUse
{
    /// <summary>Something else.</summary>
    None,
    /// <summary>Asks whether a key is there.</summary>
    AsksKey,
    /// <summary>Asks for the value of a key that may be missing.</summary>
    TriesToGet,
    /// <summary>Asks how many elements there are, or whether there is one.</summary>
    AsksCount,
    /// <summary>Gets the value of a key that must be there.</summary>
    Gets,
    /// <summary>Sets the value of a key, be it there or not.</summary>
    Sets,
    /// <summary>Adds a key that must not be there.</summary>
    Adds,
    /// <summary>Adds a key unless it is there, and tells.</summary>
    TriesToAdd,
    /// <summary>Gets the value of a key, or makes it.</summary>
    GetsOrAdds,
    /// <summary>Changes the value of a key, or makes it.</summary>
    Updates,
    /// <summary>Changes the value of a key if it is the expected one, and tells.</summary>
    TriesToUpdate,
    /// <summary>Removes a key if it is there.</summary>
    Removes,
    /// <summary>Takes an element out if there is one, and tells.</summary>
    TriesToTake,
    /// <summary>Takes an element out; waits for one.</summary>
    Takes,
    /// <summary>Puts an element in if there is room, and tells.</summary>
    TriesToPut,
    /// <summary>Reads an element that must be there.</summary>
    Picks,
    /// <summary>Asks how many elements there are, and then copies them.</summary>
    CountsAndCopies,
}

/// <summary>The concurrent collections and their members, as data. Source: the .NET API reference of System.Collections.Concurrent and System.Threading.Channels.</summary>
internal static class ConcurrentCollections
{
    private static readonly ImmutableHashSet<string> Removers = ImmutableHashSet.Create(StringComparer.Ordinal,
        "Clear", "Remove", "Take", "TryDequeue", "TryPop", "TryPopRange", "TryRemove", "TryTake", "TryTakeFromAny", "TakeFromAny", "GetConsumingEnumerable");

    private static readonly ImmutableHashSet<string> Pickers = ImmutableHashSet.Create(StringComparer.Ordinal,
        "First", "Last", "Single", "ElementAt", "Max", "Min", "MaxBy", "MinBy", "Aggregate", "Average");

    // They make an array of 'ICollection<T>.Count' elements and have it filled by 'CopyTo' (System.Linq, Enumerable.ToArray, ToList, Buffer). Of the
    // concurrent collections the dictionary alone is such an ICollection; the others are gone through.
    private static readonly ImmutableHashSet<string> Copiers = ImmutableHashSet.Create(StringComparer.Ordinal,
        "ToList", "ToArray", "OrderBy", "OrderByDescending", "Order", "OrderDescending", "Reverse");

    /// <summary>Whether several threads may change the collection at once.</summary>
    public static bool Is(ITypeSymbol? type, KnownTypes types) => types[type] == KnownType.BlockingCollection
        || types[type] == KnownType.SafeCollection && type!.MetadataName.StartsWith("Concurrent", StringComparison.Ordinal);

    /// <summary>Whether the type is the concurrent dictionary.</summary>
    public static bool IsDictionary(ITypeSymbol? type, KnownTypes types) => types[type] == KnownType.SafeCollection && type!.MetadataName == "ConcurrentDictionary`2";

    /// <summary>What the method of a concurrent collection, or of an interface that it is seen as, does.</summary>
    /// <param name="method">The method.</param>
    /// <param name="isDictionary">Whether it is called on a dictionary.</param>
    public static CollectionUse UseOf(IMethodSymbol method, bool isDictionary) => method.Name switch
    {
        "ContainsKey" when isDictionary => CollectionUse.AsksKey,
        "TryGetValue" when isDictionary => CollectionUse.TriesToGet,
        "TryAdd" when isDictionary => CollectionUse.TriesToAdd,
        "GetOrAdd" when isDictionary => CollectionUse.GetsOrAdds,
        "AddOrUpdate" when isDictionary => CollectionUse.Updates,
        "TryUpdate" when isDictionary => CollectionUse.TriesToUpdate,
        "TryRemove" or "Remove" when isDictionary => CollectionUse.Removes,
        "Add" when isDictionary && method.Parameters.Length == 2 => CollectionUse.Adds,
        "TryAdd" when !isDictionary => CollectionUse.TriesToPut,
        "TryDequeue" or "TryTake" or "TryPop" or "TryPeek" => CollectionUse.TriesToTake,
        "Take" when method.Parameters.Length <= 1 => CollectionUse.Takes,
        _ => CollectionUse.None,
    };

    /// <summary>Whether the method, of a collection with keys, changes what is in it.</summary>
    public static bool Changes(IMethodSymbol method) => method.Name is "AddOrUpdate" or "GetOrAdd" or "TryUpdate" or "TryRemove";

    /// <summary>What a query over a concurrent collection, given as its first argument, does.</summary>
    /// <param name="method">The method of <c>Enumerable</c>.</param>
    /// <param name="isDictionary">Whether it is given a dictionary.</param>
    public static CollectionUse QueryOf(IMethodSymbol method, bool isDictionary) => method.Name switch
    {
        var name when isDictionary && Copiers.Contains(name) => CollectionUse.CountsAndCopies,
        "Any" or "Count" when method.Parameters.Length <= 1 => CollectionUse.AsksCount,
        var name when Pickers.Contains(name) => CollectionUse.Picks,
        _ => CollectionUse.None,
    };

    /// <summary>Whether the property tells how many elements there are, and whether it is true where there is none.</summary>
    public static bool IsCount(IPropertySymbol property) => property.Name is "Count" or "IsEmpty";

    /// <summary>Whether the method of a view of the keys, or a query, asks for one of them.</summary>
    public static bool AsksElement(IMethodSymbol method) => method.Name == "Contains";

    /// <summary>Whether the property gives the keys of a dictionary.</summary>
    public static bool IsKeys(IPropertySymbol property) => property.Name == "Keys";

    /// <summary>Whether the property gives the values of a dictionary.</summary>
    public static bool IsValues(IPropertySymbol property) => property.Name == "Values";

    /// <summary>Whether the property gives the value of a pair of a dictionary.</summary>
    public static bool IsValue(IPropertySymbol property) => property is { Name: "Value", ContainingType.Name: "KeyValuePair" };

    /// <summary>Whether a member so called takes elements out of a collection.</summary>
    public static bool TakesOut(string member) => Removers.Contains(member);

    /// <summary>Whether the method ends a collection: nothing will be put into it any more.</summary>
    public static bool Completes(IMethodSymbol method) => method.Name == "CompleteAdding";

    /// <summary>Whether the property tells if a collection was completed.</summary>
    public static bool TellsCompletion(IPropertySymbol property) => property.Name is "IsCompleted" or "IsAddingCompleted";

    /// <summary>Whether the method makes a wrapper whose single calls are locked.</summary>
    public static bool MakesSynchronized(IMethodSymbol method) => method is { Name: "Synchronized", IsStatic: true } && HasSynchronized(method.ContainingType);

    /// <summary>Whether the type is one of the old collections, which have such wrappers.</summary>
    public static bool HasSynchronized(ITypeSymbol? type) => type?.ContainingNamespace is { Name: "Collections", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    /// <summary>Whether the name says that who calls the method holds the lock already, or needs none; a heuristic, for silence only.</summary>
    public static bool IsNamedLocked(string method) => method.EndsWith("Locked", StringComparison.Ordinal) || method.IndexOf("NoLock", StringComparison.Ordinal) >= 0
        || method.IndexOf("UnderLock", StringComparison.Ordinal) >= 0 || method.IndexOf("InLock", StringComparison.Ordinal) >= 0;

    /// <summary>Whether the member is an id of the thread that runs the code: as a key it is that thread's own.</summary>
    public static bool IsThreadId(ISymbol member) => member.Name is "ManagedThreadId" or "CurrentManagedThreadId" or "CurrentThread";
}
