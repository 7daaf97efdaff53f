using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>
/// What each type symbol of one compilation means to us. A symbol is compared by name once and remembered, so a rule asks
/// as often as it likes. The question goes from the symbol to its meaning, never from a name to a symbol: a type that is
/// missing, defined twice or back-ported by a library (a <c>System.Threading.Lock</c> for .NET Framework) needs no care.
/// </summary>
internal sealed class KnownTypes
{
    private static readonly ConditionalWeakTable<Compilation, KnownTypes> Compilations = new();

    private readonly ConcurrentDictionary<INamedTypeSymbol, KnownType> known = new(SymbolEqualityComparer.Default);

    private KnownTypes() { }

    /// <summary>The one instance of a compilation, shared by all rules; it lives as long as the compilation.</summary>
    public static KnownTypes Of(Compilation compilation) => Compilations.GetValue(compilation, static _ => new KnownTypes());

    /// <summary>The meaning of exactly this type (of its definition, where it is generic), not of its bases.</summary>
    public KnownType this[ITypeSymbol? type] => type is INamedTypeSymbol named && KnownNames.MayKnow(named.Name)
        ? known.GetOrAdd(named.OriginalDefinition, static definition => KnownNames.Of(FullName(definition)))
        : KnownType.None;

    /// <summary>Whether the type is the known one, derives from it, or is a type parameter constrained to it.</summary>
    public bool Is(ITypeSymbol? type, KnownType wanted) => type switch
    {
        ITypeParameterSymbol parameter => parameter.ConstraintTypes.Any(constraint => Is(constraint, wanted)),
        INamedTypeSymbol named => SelfAndBases(named).Any(candidate => this[candidate] == wanted),
        _ => false,
    };

    private static IEnumerable<INamedTypeSymbol> SelfAndBases(INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
            yield return current;
    }

    /// <summary>Namespace and metadata name, nested types joined with '+': the form of <see cref="Type.FullName"/>.</summary>
    private static string FullName(INamedTypeSymbol type) => type.ContainingType is { } outer
        ? $"{FullName(outer)}+{type.MetadataName}"
        : type.ContainingNamespace is { IsGlobalNamespace: false } scope
            ? $"{scope.ToDisplayString()}.{type.MetadataName}"
            : type.MetadataName;
}
