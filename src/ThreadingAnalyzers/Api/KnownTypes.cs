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

    private readonly ConcurrentDictionary<INamedTypeSymbol, TypeContract> contracts = new(SymbolEqualityComparer.Default);

    private readonly ConcurrentDictionary<ISymbol, string> ids = new(SymbolEqualityComparer.Default);

    private readonly ConcurrentDictionary<ISymbol, MemberContract> memberContracts = new(SymbolEqualityComparer.Default);

    private KnownTypes(DeclaredNames declared) => Declared = declared;

    /// <summary>What the options of the program declare.</summary>
    public DeclaredNames Declared { get; }

    /// <summary>The one instance of a compilation, shared by all rules; it lives as long as the compilation.</summary>
    public static KnownTypes Of(Compilation compilation) => Compilations.GetValue(compilation, static _ => new KnownTypes(DeclaredNames.None));

    /// <summary>The types of a program whose options declare that.</summary>
    public static KnownTypes Of(Compilation compilation, DeclaredNames declared) => declared == DeclaredNames.None ? Of(compilation) : new KnownTypes(declared);

    /// <summary>The meaning of exactly this type (of its definition, where it is generic), not of its bases.</summary>
    public KnownType this[ITypeSymbol? type] => type is INamedTypeSymbol named && KnownNames.MayKnow(named.Name)
        ? known.GetOrAdd(named.OriginalDefinition, static definition => KnownNames.Of(FullName(definition)))
        : type is not null && DeclaredNames.Include(Declared.InterfaceTypes, type) ? KnownType.UserInterfaceObject
        : KnownType.None;

    /// <summary>What the type, or the nearest of its bases that says anything, says of threads; options count as attributes do.</summary>
    public TypeContract ContractOf(ITypeSymbol? type)
    {
        if (type is not INamedTypeSymbol { SpecialType: SpecialType.None } named)
            return TypeContract.None;
        return contracts.GetOrAdd(named.OriginalDefinition, definition => SelfAndBases(definition)
            .Select(candidate => DeclaredNames.Include(Declared.SafeTypes, candidate) ? TypeContract.Safe : Contracts.Of(candidate))
            .FirstOrDefault(contract => contract != TypeContract.None));
    }

    /// <summary>What a field or property says of its guards and threads; what is not in the source says nothing.</summary>
    public MemberContract ContractOf(ISymbol member) => memberContracts.GetOrAdd(member.OriginalDefinition, static member => Contracts.OfMember(member));

    /// <summary>The name of a type or member that outlives the compilation: the documentation id of its definition.</summary>
    public string IdOf(ISymbol symbol) => ids.GetOrAdd(symbol.OriginalDefinition, static symbol => symbol.GetDocumentationCommentId() ?? symbol.ToDisplayString());

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
