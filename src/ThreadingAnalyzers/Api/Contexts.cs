using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>Types whose code one thread runs.</summary>
internal static class Contexts
{
    private static readonly ImmutableHashSet<string> UserInterfaceBases = ImmutableHashSet.Create(StringComparer.Ordinal,
        "Form", "Control", "UserControl", "Window", "Page", "ContentPage", "FrameworkElement", "DependencyObject", "ComponentBase", "MonoBehaviour", "Activity", "UIViewController", "ViewModelBase", "ReactiveObject");

    /// <summary>Whether the method is what top-level statements become.</summary>
    public static bool IsProgram(IMethodSymbol method) => method.Name == "<Main>$";

    /// <summary>
    /// Whether the type derives from one that cannot be resolved and is called like a user interface's. A heuristic: where
    /// packages are missing (an editor before the restore) the name is all there is, and silence is right there.
    /// </summary>
    public static bool IsUnresolvedUserInterface(INamedTypeSymbol type)
    {
        for (var current = type.BaseType; current is not null; current = current.BaseType)
            if (current.TypeKind == TypeKind.Error && UserInterfaceBases.Contains(current.Name))
                return true;
        return false;
    }
}
