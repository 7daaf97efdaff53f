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
    public static bool IsCurrentThread(IOperation operand, KnownTypes types) => operand.Unconverted() is IPropertyReferenceOperation property
        && (property.Property.Name is "CurrentManagedThreadId" || property.Property.Name is "CurrentThread" && types[property.Property.ContainingType] == KnownType.Thread
            || property.Instance is { } inner && property.Property.Name == "ManagedThreadId" && IsCurrentThread(inner, types));

    /// <summary>Whether the member is the number of a thread: the one that runs the code, or one that is at hand.</summary>
    public static bool IsThreadId(ISymbol member) => member is IPropertySymbol && (member.Name is "CurrentManagedThreadId" || member.Name is "ManagedThreadId" && member.ContainingType.Name is "Thread");

    private static readonly ImmutableHashSet<string> FreeMembers = ImmutableHashSet.Create(StringComparer.Ordinal,
        "Invoke", "BeginInvoke", "EndInvoke", "InvokeAsync", "CheckAccess", "VerifyAccess", "CreateGraphics", "Invalidate", "DispatchExceptionAsync", "RunOnUiThread", "Dispatch", "DispatchAsync", "Freeze");

    private static readonly ImmutableArray<string> Toolkits = ImmutableArray.Create("System.Windows", "Microsoft.UI", "Microsoft.Maui", "Windows.UI", "Avalonia", "UnityEngine", "Xamarin.Forms");

    /// <summary>
    /// Whether only the user interface's thread may call or write the member: one that the toolkit declares. What a program adds
    /// to a control is ordinary code, whose own uses count.
    /// </summary>
    public static bool IsAffine(ISymbol member, KnownTypes types) =>
        member.ContainingType is { } type && !FreeMembers.Contains(member.Name) && types.Is(type, KnownType.UserInterfaceObject) && !types.Is(type, KnownType.Freezable)
        && (types[type] == KnownType.UserInterfaceObject || !type.Locations.Any(location => location.IsInSource) || IsOfToolkit(type) && member.DeclaredAccessibility != Accessibility.Private);

    /// <summary>Whether the member changes a collection that belongs to a control.</summary>
    public static bool ChangesPart(ISymbol member) => IsOfToolkit(member.ContainingType) && member is IMethodSymbol method && Containers.Mutates(method);

    /// <summary>Whether the member tells that the code runs on the thread of the user interface, or, false, that it does not; null for another.</summary>
    public static bool? IsOnOwnThread(ISymbol member) => member.Name switch
    {
        // With arguments it asks for rights.
        "CheckAccess" when member is IMethodSymbol { Parameters.Length: > 0 } => null,
        "CheckAccess" or "HasThreadAccess" or "IsMainThread" => true,
        "InvokeRequired" or "IsInvokeRequired" => false,
        _ => null,
    };

    /// <summary>Whether the call throws on any other thread than the object's own.</summary>
    public static bool Verifies(IMethodSymbol method) => method.Name is "VerifyAccess" or "ThrowIfNotOnUIThread";

    /// <summary>Whether who awaits the call goes on on the thread of the user interface.</summary>
    public static bool Returns(IMethodSymbol method) => method.Name is "SwitchToMainThreadAsync" or "SwitchToMainThread" or "SwitchToUi" or "ResumeForegroundAsync";

    private static bool IsOfToolkit(INamedTypeSymbol? type)
    {
        var scope = type?.ContainingNamespace?.ToDisplayString() ?? "";
        return Toolkits.Any(toolkit => scope == toolkit || scope.StartsWith(toolkit + ".", StringComparison.Ordinal));
    }

    /// <summary>Whether the type derives from a class of a library other than the framework: that library may run its members in turns.</summary>
    public static bool IsOfLibrary(INamedTypeSymbol type)
    {
        var current = type.BaseType;
        while (current is not null && current.Locations.Any(location => location.IsInSource))
            current = current.BaseType;
        return current is not null && (current.TypeKind == TypeKind.Error || Outermost(current) is not ("System" or "Microsoft"));
    }

    private static string? Outermost(INamedTypeSymbol type)
    {
        var scope = type.ContainingNamespace;
        while (scope is { ContainingNamespace.IsGlobalNamespace: false })
            scope = scope.ContainingNamespace;
        return scope?.Name;
    }

    private static readonly ImmutableHashSet<string> TurnBases = ImmutableHashSet.Create(StringComparer.Ordinal, "ActorBase", "ReceiveActor", "UntypedActor", "Grain", "GrainBase");

    /// <summary>Whether a framework of actors runs the type's members one at a time, by the name of a base; a heuristic, for silence only.</summary>
    public static bool RunsInTurns(INamedTypeSymbol? type)
    {
        for (var current = type; current is not null; current = current.BaseType)
            if (TurnBases.Contains(current.Name))
                return true;
        return false;
    }

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
