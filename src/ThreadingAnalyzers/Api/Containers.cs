using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>What the members of collections do to the content, and which types may be used by one thread at a time only.</summary>
internal static class Containers
{
    /// <summary>Whether a method of that name gives what a loop goes through the elements by.</summary>
    public static bool IsEnumerator(string method) => method == "GetEnumerator";

    /// <summary>Whether the method goes through a sequence, an array or a list by itself and keeps nothing of it.</summary>
    public static bool GoesThrough(IMethodSymbol method, KnownTypes types) => types[method.ContainingType] is KnownType.Enumerable or KnownType.List or KnownType.Array;

    /// <summary>Whether values of the type hold such as elements or parts: an array, a collection or a view of one, a tuple, a record, a task of one.</summary>
    /// <param name="type">The type.</param>
    /// <param name="isOne">Whether a type is that of such an element.</param>
    public static bool Holds(ITypeSymbol? type, Func<ITypeSymbol, bool> isOne) => type switch
    {
        IArrayTypeSymbol array => isOne(array.ElementType) || Holds(array.ElementType, isOne),
        INamedTypeSymbol named => named.TypeArguments.Any(argument => isOne(argument) || Holds(argument, isOne)) || Values.PartsOf(named).Any(part => isOne(part.Type)) || Holds(named.ContainingType, isOne),
        _ => false,
    };

    private static readonly ImmutableHashSet<string> Mutators = ImmutableHashSet.Create(StringComparer.Ordinal,
        "Add", "AddRange", "AddFirst", "AddLast", "AddBefore", "AddAfter", "Append", "AppendFormat", "AppendLine", "AppendJoin", "Clear",
        "Dequeue", "Enqueue", "EnqueueDequeue", "DequeueEnqueue", "EnsureCapacity", "ExceptWith", "Insert", "InsertRange", "IntersectWith", "Move", "Pop", "Push",
        "Remove", "RemoveAll", "RemoveAt", "RemoveFirst", "RemoveLast", "RemoveRange", "RemoveWhere", "Replace", "Reverse", "Sort", "Set", "SetAll", "SetAt",
        "SymmetricExceptWith", "TrimExcess", "TryAdd", "TryDequeue", "TryPop", "UnionWith", "set_Item", "set_Capacity", "set_Length");

    private static readonly ImmutableHashSet<string> Views = ImmutableHashSet.Create(StringComparer.Ordinal,
        "AsEnumerable", "AsReadOnly", "AsSpan", "AsParallel", "Cast", "Concat", "Distinct", "OfType", "OrderBy", "OrderByDescending", "Reverse", "Skip", "Take", "Where");

    private static readonly ImmutableHashSet<string> Copies = ImmutableHashSet.Create(StringComparer.Ordinal, "ToList", "ToArray", "ToHashSet", "ToDictionary", "ToImmutableArray", "ToImmutableList", "GetRange");

    private static readonly ImmutableHashSet<string> Projections = ImmutableHashSet.Create(StringComparer.Ordinal, "Select", "SelectMany", "ConvertAll");

    private static readonly ImmutableHashSet<string> Insertions = ImmutableHashSet.Create(StringComparer.Ordinal, "Add", "AddFirst", "AddLast", "Enqueue", "Insert", "Push", "TryAdd", "TryWrite", "Write", "WriteAsync");

    /// <summary>Whether the result is another view of the receiver's or first argument's elements, evaluated when it is used.</summary>
    public static bool IsView(IMethodSymbol method) => Views.Contains(method.Name);

    /// <summary>The collection that a value reads when it is used: below queries that are not run yet, read-only wrappers, keys and values, enumerators; else the value.</summary>
    public static IOperation Viewed(IOperation value, KnownTypes types)
    {
        while (true)
        {
            value = value.Unconverted();
            var source = value switch
            {
                IInvocationOperation { TargetMethod: { Name: "AsReadOnly" or "GetEnumerator" }, Instance: { } receiver } => receiver,
                IInvocationOperation { TargetMethod: var query, Arguments: [{ Value: var first }, ..] } when types[query.ContainingType] == KnownType.Enumerable && IsDeferred(query) => first,
                IPropertyReferenceOperation { Property.Name: "Keys" or "Values", Instance: { } dictionary } when types.Is(dictionary.Type, KnownType.Collection) => dictionary,
                IObjectCreationOperation { Type.Name: "ReadOnlyCollection" or "ReadOnlyDictionary", Arguments: [{ Value: var wrapped }] } => wrapped,
                ITranslatedQueryOperation { Operation: var query } => query,
                _ => null,
            };
            if (source is null)
                return value;
            value = source;
        }
    }

    private static bool IsDeferred(IMethodSymbol query) =>
        query.ReturnType.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T || query.ReturnType.Name == "IOrderedEnumerable";

    /// <summary>Whether the result is a new collection of the same elements.</summary>
    public static bool IsCopy(IMethodSymbol method) => Copies.Contains(method.Name);

    /// <summary>Whether the result is a sequence of what the delegate returns.</summary>
    public static bool IsProjection(IMethodSymbol method) => Projections.Contains(method.Name);

    /// <summary>Whether the method picks one element of a sequence.</summary>
    public static bool IsOne(IMethodSymbol method) => method.Name is "First" or "Last" or "FirstOrDefault" or "LastOrDefault" or "ElementAt";

    /// <summary>Whether the method takes or shows one element of its collection, by its result or by an out parameter.</summary>
    public static bool GivesOne(IMethodSymbol method) => IsOne(method) || method.Name is "Single" or "SingleOrDefault" or "Peek" or "Pop" or "Dequeue" or "Take" or "TryPeek" or "TryPop" or "TryDequeue" or "TryTake" || LooksUp(method);

    /// <summary>Whether the call gives the element under a key, which stays where it is.</summary>
    public static bool LooksUp(IMethodSymbol method) => method.Name is "TryGetValue" or "GetValueOrDefault" or "GetOrAdd" or "AddOrUpdate";

    /// <summary>Whether the property is the keys or the elements of a dictionary, or the element in a pair with its key.</summary>
    public static bool IsOfElements(IPropertySymbol property, KnownTypes types) =>
        (ConcurrentCollections.IsKeys(property) || ConcurrentCollections.IsValues(property)) && types[property.ContainingType] is KnownType.Collection or KnownType.SafeCollection || ConcurrentCollections.IsValue(property);

    /// <summary>Whether the last argument becomes an element of the receiver.</summary>
    public static bool Inserts(IMethodSymbol method) => Insertions.Contains(method.Name);

    /// <summary>
    /// Whether the property says nothing of the elements: what never changes, or a count, which is one word, read in one piece;
    /// that it may be old is what everybody who asks for it expects.
    /// </summary>
    public static bool IsOutside(IPropertySymbol property) =>
        property.Name is "Count" or "Length" or "Capacity" or "SyncRoot" or "IsSynchronized" or "IsReadOnly" or "IsFixedSize" or "Comparer";

    /// <summary>Whether the property is the object that users of a collection lock, as the first collections of the framework have it.</summary>
    public static bool IsSyncRoot(IPropertySymbol property) => property.Name == "SyncRoot" && property.ContainingType.ContainingNamespace is { Name: "Collections" or "Generic" or "Specialized" or "ObjectModel" };

    /// <summary>Whether one thread at a time may use the type's content when one of them changes it.</summary>
    public static bool IsUnsafeCollection(ITypeSymbol? type, KnownTypes types) =>
        (types.Is(type, KnownType.List) || types.Is(type, KnownType.Collection) || IsLiveView(type, types)) && types.ContractOf(type) is TypeContract.None or TypeContract.Unsafe;

    /// <summary>Whether the type is the keys or the values of a dictionary, which are read out of it when they are used.</summary>
    private static bool IsLiveView(ITypeSymbol? type, KnownTypes types) => type is { Name: "KeyCollection" or "ValueCollection", ContainingType: { } dictionary } && types[dictionary] == KnownType.Collection;

    /// <summary>Whether one thread at a time may use the object at all; reading changes it too.</summary>
    public static bool IsUnsafeService(ITypeSymbol? type, KnownTypes types) =>
        types.ContractOf(type) switch
        {
            TypeContract.None => types.Is(type, KnownType.StringBuilder) || types.Is(type, KnownType.UnsafeService) || types[type] == KnownType.Random,
            var contract => contract == TypeContract.Unsafe,
        };

    /// <summary>Whether the value is the one object of its type that all threads may use, kept in a field that never gets another: <c>Random.Shared</c>.</summary>
    public static bool IsForAll(IOperation? value) => value?.Unconverted() is IFieldReferenceOperation { Field: { IsReadOnly: true, DeclaringSyntaxReferences: [var declared] } }
        && declared.GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Shared" } };

    /// <summary>Whether the member changes the content of its collection.</summary>
    public static bool Mutates(IMethodSymbol method) => Mutators.Contains(method.Name);

    /// <summary>Whether writing through the indexer replaces an element without touching the structure, as for a list.</summary>
    public static bool IsElementwise(ITypeSymbol? type, KnownTypes types) => type is IArrayTypeSymbol || types.Is(type, KnownType.List);
}
