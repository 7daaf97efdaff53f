using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>How values of a type behave in memory that threads share.</summary>
internal static class Values
{
    /// <summary>The type of what a field, property or variable holds; null for another symbol.</summary>
    public static ITypeSymbol? TypeOf(ISymbol member) => member switch
    {
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        ILocalSymbol local => local.Type,
        IParameterSymbol parameter => parameter.Type,
        _ => null,
    };

    /// <summary>Whether the property tells that a nullable value is there.</summary>
    public static bool IsPresence(IPropertySymbol property) => property.Name == "HasValue" && property.ContainingType.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;

    /// <summary>Whether the property tells how many elements an array, a list or a string has.</summary>
    public static bool IsSize(IPropertySymbol property) => property.Name is "Length" or "Count" && property.Type.SpecialType == SpecialType.System_Int32;

    /// <summary>Whether the member can be used of a nullable value that is not there.</summary>
    public static bool AllowsNull(ISymbol member) => member.ContainingType?.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T && member.Name != "Value";

    /// <summary>
    /// Whether a plain write of the type can be seen half done: structs of more than one word. long and double are written
    /// in one piece where the process has 64 bits (ECMA-335, I.12.6.6), so they do not count.
    /// </summary>
    public static bool IsWide(ITypeSymbol? type) => type switch
    {
        { SpecialType: SpecialType.System_Decimal } => true,
        // One word each, though structs.
        { SpecialType: not SpecialType.None } => false,
        { TypeKind: TypeKind.Struct } and INamedTypeSymbol named => named.IsTupleType
            || named.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T
            || named is { Name: "Guid" or "DateTimeOffset", ContainingNamespace.Name: "System" }
            || named.GetMembers().OfType<IFieldSymbol>().Count(field => !field.IsStatic) > 1 && named.Locations.Any(location => location.IsInSource),
        _ => false,
    };
}
