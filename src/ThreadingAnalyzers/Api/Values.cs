using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>How values of a type behave in memory that threads share.</summary>
internal static class Values
{
    private static readonly ImmutableHashSet<string> Factories = ImmutableHashSet.Create(StringComparer.Ordinal, "Build", "Connect", "Create", "Make", "New", "Open", "Start");

    /// <summary>Disposable by their interface only: what nobody disposes of costs nothing.</summary>
    private static readonly ImmutableHashSet<string> Light = ImmutableHashSet.Create(StringComparer.Ordinal,
        "DataSet", "DataTable", "MemoryStream", "Process", "StringReader", "StringWriter", "Task", "UnmanagedMemoryStream");

    /// <summary>Whether a second object of the type, which nobody keeps, does harm: it holds a resource, runs, or excludes others than the first does.</summary>
    public static bool LivesOn(ITypeSymbol? type, KnownTypes types) => type is { IsValueType: false }
        && (types[type] is KnownType.Thread || !Light.Contains(type.Name) && (IsDisposable(type) || type.AllInterfaces.Any(IsDisposable)));

    /// <summary>Whether the type is disposable by its interface only, and works on memory alone.</summary>
    public static bool IsLight(ITypeSymbol? type) => type is not null && Light.Contains(type.Name);

    /// <summary>Whether the method ends the life of the object that it is called on.</summary>
    public static bool IsDisposal(IMethodSymbol method) => method.Name is "Dispose" or "DisposeAsync" or "Close" && method.Parameters.Length == 0;

    /// <summary>Whether closing an object of the type is how its loops are ended: what listens, accepts or serves. By its name, for silence only.</summary>
    public static bool IsEndpoint(ITypeSymbol? type) => type is not null && Endpoints.Any(word => type.Name.IndexOf(word, StringComparison.Ordinal) >= 0);

    private static readonly ImmutableArray<string> Endpoints = ImmutableArray.Create("Socket", "Listener", "Server", "Pipe", "Host", "Watcher", "TcpClient", "UdpClient", "NetworkStream", "SerialPort");

    /// <summary>Whether a method of which the source is not seen keeps nothing of its arguments: checks, texts and output.</summary>
    public static bool KeepsNothing(IMethodSymbol method) => method.Name is "ThrowIfNull" or "ReferenceEquals" or "KeepAlive" or "SuppressFinalize" or "Equals" or "WriteLine" or "Write" or "Format" or "NotNull" or "IsNotNull" or "Same" or "AreSame" or "IsNull" or "Null";

    /// <summary>Whether the type is a task that somebody can wait for, with a result or without.</summary>
    public static bool IsTask(ITypeSymbol? type, KnownTypes types) => types[type] is KnownType.Task or KnownType.TaskOfT or KnownType.ValueTask or KnownType.ValueTaskOfT;

    /// <summary>Whether the method is asynchronous by its modifier or its name, and gives a task.</summary>
    public static bool IsAsync(IMethodSymbol method, KnownTypes types) =>
        IsTask(method.ReturnType, types) && (method.IsAsync || method.Name.EndsWith("Async", StringComparison.Ordinal));

    /// <summary>Whether the call waits for a person: the program goes on until somebody ends it.</summary>
    public static bool WaitsForUser(IMethodSymbol method) => method is { Name: "ReadLine" or "ReadKey" or "Read", ContainingType.Name: "Console" };

    /// <summary>Whether the method's name says that it makes what it returns.</summary>
    public static bool IsMadeBy(IMethodSymbol method) => Factories.Any(word => method.Name.StartsWith(word, StringComparison.Ordinal));

    /// <summary>Whether the type is disposable.</summary>
    public static bool IsDisposableType(ITypeSymbol? type) => type is not null && (IsDisposable(type) || type.AllInterfaces.Any(IsDisposable));

    private static bool IsDisposable(ITypeSymbol type) => type.SpecialType == SpecialType.System_IDisposable || type is { Name: "IAsyncDisposable", ContainingNamespace.Name: "System" };

    /// <summary>The type of what a field, property or variable holds; null for another symbol.</summary>
    public static ITypeSymbol? TypeOf(ISymbol member) => member switch
    {
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        ILocalSymbol local => local.Type,
        IParameterSymbol parameter => parameter.Type,
        _ => null,
    };

    /// <summary>Whether the property is a name for memory of its own: its accessors have no code, and no interface names it too.</summary>
    public static bool IsStored(IPropertySymbol property) =>
        !IsOfInterface(property)
        && property.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, property.OriginalDefinition));

    /// <summary>Whether an interface may name the member too: it implements one, or is called like a member of one.</summary>
    public static bool IsOfInterface(ISymbol member) => member is IMethodSymbol { ExplicitInterfaceImplementations.IsEmpty: false } or IPropertySymbol { ExplicitInterfaceImplementations.IsEmpty: false }
        || member.ContainingType?.AllInterfaces.Any(implemented => !implemented.GetMembers(member.Name).IsEmpty) == true;

    /// <summary>The parameters by which a record of the source is given its parts, each a property of that name; none for another type.</summary>
    public static ImmutableArray<IParameterSymbol> PartsOf(INamedTypeSymbol type) => type.IsRecord
        && type.InstanceConstructors.FirstOrDefault(constructor => constructor.DeclaringSyntaxReferences is [{ } reference] && reference.GetSyntax() is RecordDeclarationSyntax) is { } primary
        ? primary.Parameters : ImmutableArray<IParameterSymbol>.Empty;

    /// <summary>Whether the members of the type, an extension block of C# 14, are called on another object; the Roslyn that we compile against has no word for it.</summary>
    public static bool IsExtension(INamedTypeSymbol? type) => type?.TypeKind > TypeKind.FunctionPointer;

    /// <summary>Which part of a tuple or record the field or property is, from 0 on; null where it is none.</summary>
    public static int? PartOf(ISymbol member)
    {
        if (member is IFieldSymbol { ContainingType: { IsTupleType: true } tuple } field)
            return tuple.TupleElements.IndexOf(field) is >= 0 and var element ? element : tuple.TupleElements.Select(one => one.CorrespondingTupleField ?? one).ToImmutableArray().IndexOf(field) is >= 0 and var item ? item : null;
        return member is IPropertySymbol && PartsOf(member.ContainingType).FirstOrDefault(part => part.Name == member.Name) is { } given ? given.Ordinal : null;
    }

    /// <summary>What the declaration of a field or property says of null.</summary>
    public static NullableAnnotation NullableAnnotationOf(this ISymbol member) => member switch
    {
        IFieldSymbol field => field.NullableAnnotation,
        IPropertySymbol property => property.NullableAnnotation,
        _ => NullableAnnotation.None,
    };

    /// <summary>Whether a value of the type is a piece of data, too small to number what a program has many of: a byte, a character, a flag, one of an enumeration.</summary>
    public static bool IsNarrow(ITypeSymbol? type) => type is { SpecialType: SpecialType.System_Byte or SpecialType.System_SByte or SpecialType.System_Char or SpecialType.System_Boolean } or { TypeKind: TypeKind.Enum };

    /// <summary>Whether a value of the type is a whole number that can index or count: of 16 bits or more.</summary>
    public static bool IsInteger(ITypeSymbol? type) => type?.SpecialType is >= SpecialType.System_Int16 and <= SpecialType.System_UInt64;

    /// <summary>Whether the property tells that a nullable value is there.</summary>
    public static bool IsPresence(IPropertySymbol property) => property.Name == "HasValue" && property.ContainingType.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;

    /// <summary>Whether the property tells how many elements an array, a list or a string has.</summary>
    public static bool IsSize(IPropertySymbol property) => property.Name is "Length" or "Count" && property.Type.SpecialType == SpecialType.System_Int32;

    /// <summary>Whether all that is asked is how many elements there are, or how many keys or values of them.</summary>
    public static bool IsForSize(IPropertyReferenceOperation property) => IsSize(property.Property)
        || property is { Property.Name: "Keys" or "Values", Parent: IPropertyReferenceOperation { Property: var size } asked } && asked.Instance == property && IsSize(size);

    /// <summary>Whether the member can be used of a nullable value that is not there.</summary>
    public static bool AllowsNull(ISymbol member) => member.ContainingType?.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T && member.Name != "Value";

    /// <summary>Whether the variable holds a copy of its own, of a structure of the program whose parts can be set.</summary>
    public static bool IsCopy(ISymbol variable) => variable is ILocalSymbol { RefKind: RefKind.None } or IParameterSymbol { RefKind: RefKind.None }
        && TypeOf(variable) is INamedTypeSymbol { TypeKind: TypeKind.Struct, IsReadOnly: false, IsRefLikeType: false } type && type.Locations.Any(location => location.IsInSource);

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
            // What is not known is as likely a class that may be null.
            || named is { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [{ TypeKind: not TypeKind.Error }] }
            || named is { Name: "Guid" or "DateTimeOffset", ContainingNamespace.Name: "System" }
            || named.GetMembers().OfType<IFieldSymbol>().Count(field => !field.IsStatic) > 1 && named.Locations.Any(location => location.IsInSource),
        _ => false,
    };
}
