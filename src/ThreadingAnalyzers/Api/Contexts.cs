using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>Types whose code one thread runs.</summary>
internal static class Contexts
{
    private static readonly ImmutableHashSet<string> UserInterfaceBases = ImmutableHashSet.Create(StringComparer.Ordinal,
        "Form", "Control", "UserControl", "Window", "Page", "ContentPage", "FrameworkElement", "DependencyObject", "ComponentBase", "MonoBehaviour", "Activity", "UIViewController", "ViewModelBase", "ReactiveObject");

    private static readonly ImmutableArray<string> ThreadTests = ImmutableArray.Create("InEventLoop", "CheckAccess", "HasThreadAccess", "IsCurrentThread");

    /// <summary>
    /// Whether the condition asks if the code runs on the one thread that something belongs to, by comparing threads or by the
    /// name of what is asked (<c>InEventLoop</c>, <c>IsMainThread</c>); a heuristic, for silence only.
    /// </summary>
    /// <param name="negated">Whether it is true on other threads: <c>InvokeRequired</c>.</param>
    public static bool IsThreadTest(IOperation condition, KnownTypes types, out bool negated)
    {
        var name = condition switch
        {
            IPropertyReferenceOperation { Property: var property } when types[property.ContainingType] != KnownType.Thread => property.Name,
            IInvocationOperation { TargetMethod: var method } => method.Name,
            _ => null,
        };
        negated = name == "InvokeRequired" || condition is IBinaryOperation { OperatorKind: BinaryOperatorKind.NotEquals };
        return name is not null
            ? negated || ThreadTests.Contains(name) || name.EndsWith("Thread", StringComparison.Ordinal) && (name.StartsWith("Is", StringComparison.Ordinal) || name.StartsWith("On", StringComparison.Ordinal) || name.StartsWith("In", StringComparison.Ordinal))
            : condition is IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } binary && (IsCurrentThread(binary.LeftOperand, types) || IsCurrentThread(binary.RightOperand, types));
    }

    /// <summary><c>Thread.CurrentThread</c>, its id, or <c>Environment.CurrentManagedThreadId</c>.</summary>
    private static bool IsCurrentThread(IOperation operand, KnownTypes types) => operand.Unconverted() is IPropertyReferenceOperation property
        && (property.Property.Name is "CurrentManagedThreadId" || property.Property.Name is "CurrentThread" && types[property.Property.ContainingType] == KnownType.Thread
            || property.Instance is { } inner && property.Property.Name == "ManagedThreadId" && IsCurrentThread(inner, types));

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
