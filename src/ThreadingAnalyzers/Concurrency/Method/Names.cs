using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>The names by which facts speak of symbols: documentation ids, and positions for what has none; and what members are. Made once a text.</summary>
internal sealed class Names(Text text, KnownTypes types)
{
    private readonly Dictionary<IPropertySymbol, bool> automatic = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, ITypeSymbol?> made = new(SymbolEqualityComparer.Default);

    /// <summary>The id of a type or member, of its definition where it is generic.</summary>
    public string Id(ISymbol symbol)
    {
        if (symbol is IMethodSymbol { MethodKind: MethodKind.LocalFunction or MethodKind.AnonymousFunction } nested)
            return Nested(nested);
        return types.IdOf(symbol is IMethodSymbol { PartialDefinitionPart: { } definition } ? definition : symbol);
    }

    /// <summary>A captured local or parameter as memory.</summary>
    public Path Captured(ISymbol variable) => Path.Of(Root.Local, $"{variable.Name}@{Position(variable)}");

    /// <summary>The name of the field that a primary constructor's parameter is to the other members.</summary>
    public string Primary(ISymbol parameter) => $"{Id(parameter.ContainingType)}.{parameter.Name}";

    /// <summary>The type of the value: of what a member holds whose declaration names an interface only, that of all objects that it is given.</summary>
    public ITypeSymbol? TypeOf(IOperation? value, CancellationToken cancellation)
    {
        value = value?.Unconverted();
        if (value is not IMemberReferenceOperation { Type.TypeKind: TypeKind.Interface, Member: { } member, SemanticModel: { } model })
            return value?.Type;
        member = member.OriginalDefinition;
        if (!made.TryGetValue(member, out var known))
            made[member] = known = member is IFieldSymbol || member is IPropertySymbol property && IsMemory(property) ? Making.Of(member, model, cancellation) : null;
        return known ?? value.Type;
    }

    private string Nested(IMethodSymbol method) => $"{method.Name}@{text.Path}:{Position(method)}";

    private static int Position(ISymbol symbol) => symbol.DeclaringSyntaxReferences is [{ Span.Start: var start }, ..] ? start
        : symbol.Locations is [{ SourceSpan.Start: var place }, ..] ? place : 0;

    /// <summary>Whether the property is nothing but a field with a shorter name, not to be replaced by an override.</summary>
    public bool IsMemory(IPropertySymbol property)
    {
        property = property.OriginalDefinition;
        if (property.IsIndexer || property.IsAbstract || !property.Locations.Any(location => location.IsInSource))
            return false;
        if (!automatic.TryGetValue(property, out var known))
            automatic[property] = known = property.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, property));
        return known;
    }
}
