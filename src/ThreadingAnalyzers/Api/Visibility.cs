using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>Who can reach a symbol.</summary>
internal static class Visibility
{
    /// <summary>Whether code of another assembly can name the symbol: it and all types around it are public, or protected where a type can be derived from.</summary>
    public static bool IsVisibleOutside(this ISymbol symbol)
    {
        for (var current = symbol; current is not null; current = current.ContainingType)
        {
            var visible = current.DeclaredAccessibility switch
            {
                Accessibility.Public => true,
                Accessibility.Protected or Accessibility.ProtectedOrInternal => current.ContainingType is { IsSealed: false, IsStatic: false } type && CanBeDerivedFrom(type),
                _ => false,
            };
            if (!visible)
                return false;
        }
        return true;
    }

    private static bool CanBeDerivedFrom(INamedTypeSymbol type) => type.InstanceConstructors.Any(constructor =>
        constructor.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal);

    /// <summary>
    /// Whether code of another assembly can use this compilation at all. Nobody references a program: there, <c>public</c>
    /// is habit and means no more than <c>internal</c>.
    /// </summary>
    public static bool HasOutside(this Compilation compilation) => compilation.Options.OutputKind
        is OutputKind.DynamicallyLinkedLibrary or OutputKind.NetModule or OutputKind.WindowsRuntimeMetadata;

    /// <summary>
    /// Whether the compilation has all code that can name the symbol: it is private, or no further known than in an assembly
    /// that lets nobody look inside.
    /// </summary>
    public static bool IsWhollySeen(this ISymbol symbol, Compilation compilation) =>
        symbol.DeclaredAccessibility == Accessibility.Private && symbol.ContainingType is not null
        || !(symbol.IsVisibleOutside() && compilation.HasOutside())
        && !compilation.Assembly.GetAttributes().Any(attribute => attribute.AttributeClass is { Name: "InternalsVisibleToAttribute" });
}
