using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>What a type says of threads that use its objects.</summary>
internal enum TypeContract : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Any thread may use them at any time.</summary>
    Safe,
    /// <summary>One thread at a time may use an object.</summary>
    Unsafe,
    /// <summary>Each object belongs to one thread.</summary>
    Confined,
}

/// <summary>What a field or property says of threads that use it.</summary>
/// <param name="Guards">The locks that a use of it wants held, as its attributes name them.</param>
/// <param name="IsConfined">Whether only one thread uses it.</param>
internal sealed record MemberContract(ImmutableArray<string> Guards, bool IsConfined);

/// <summary>
/// Threading contracts that code writes as attributes. They are known by their simple names in any namespace, so nobody needs
/// to reference us for them. Source: Goetz et al., "Java Concurrency in Practice", appendix A.
/// </summary>
internal static class Contracts
{
    private const string GuardedBy = "GuardedBy", RequiresLock = "RequiresLock", ThreadPool = "ThreadPool";

    /// <summary>Whether an attribute of that simple name, as code writes it, names a lock.</summary>
    public static bool NamesLock(string attribute) => Plain(attribute) is GuardedBy or RequiresLock;

    /// <summary>What the attributes of a field or property say.</summary>
    public static MemberContract OfMember(ISymbol member) => member.Locations.Any(location => location.IsInSource)
        ? new(Named(member, GuardedBy).ToImmutableArray(), Has(member, "ThreadConfined"))
        : new(ImmutableArray<string>.Empty, false);

    /// <summary>The locks that a call of the method wants held.</summary>
    public static IEnumerable<string> RequiredBy(IMethodSymbol method) =>
        Named(method, RequiresLock).Concat(method.AssociatedSymbol is { } property ? Named(property, RequiresLock) : []);

    /// <summary>What the attributes of a type say.</summary>
    public static TypeContract Of(INamedTypeSymbol type)
    {
        foreach (var attribute in type.GetAttributes())
            switch (Plain(attribute.AttributeClass?.Name))
            {
                case "ThreadSafe": return TypeContract.Safe;
                case "NotThreadSafe": return TypeContract.Unsafe;
                case "ThreadConfined": return TypeContract.Confined;
            }
        return TypeContract.None;
    }

    /// <summary>By which method a type that says it is a thread pool is shut down: empty where it does not say, null where it is no pool.</summary>
    public static string? Shutdown(INamedTypeSymbol type) => Has(type, ThreadPool) ? Named(type, ThreadPool).FirstOrDefault() ?? "" : null;

    /// <summary>Whether the method calls the delegate before it returns.</summary>
    public static bool RunsImmediately(IParameterSymbol parameter) => Has(parameter, "RunsImmediately");

    /// <summary>The field or property that a contract names, in the type, its bases or the types around it; null where there is none.</summary>
    public static ISymbol? Lock(INamedTypeSymbol? type, string name)
    {
        for (var outer = type; outer is not null; outer = outer.ContainingType)
            for (var current = outer; current is not null; current = current.BaseType)
                if (current.GetMembers(name.Substring(name.LastIndexOf('.') + 1)).FirstOrDefault(member => member is IFieldSymbol or IPropertySymbol) is { } found)
                    return found;
        return null;
    }

    /// <summary>Whether the name stands for the object itself, whose monitor is meant.</summary>
    public static bool IsSelf(string name) => name == "this";

    private static bool Has(ISymbol symbol, string name) => symbol.GetAttributes().Any(attribute => Plain(attribute.AttributeClass?.Name) == name);

    private static IEnumerable<string> Named(ISymbol symbol, string name) => symbol.GetAttributes()
        .Where(attribute => Plain(attribute.AttributeClass?.Name) == name)
        .SelectMany(attribute => attribute.ConstructorArguments)
        .SelectMany(argument => argument.Kind == TypedConstantKind.Array ? argument.Values.AsEnumerable() : [argument])
        .Select(argument => argument.Value).OfType<string>();

    private static string Plain(string? attribute)
    {
        const string suffix = "Attribute";
        var simple = attribute ?? "";
        return simple.EndsWith(suffix, StringComparison.Ordinal) ? simple.Substring(0, simple.Length - suffix.Length) : simple;
    }
}
