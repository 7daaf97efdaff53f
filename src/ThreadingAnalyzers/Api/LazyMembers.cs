using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ThreadingAnalyzers.Api;

/// <summary>The members of <c>Lazy</c>, and the ways to say that one thread only asks for its value.</summary>
internal static class LazyMembers
{
    /// <summary>Whether the property makes the value when it is first read.</summary>
    public static bool IsValue(IPropertySymbol property, KnownTypes types) => property.Name == "Value" && types[property.ContainingType] == KnownType.Lazy;

    /// <summary>Whether the access reads a property that is called as that of <c>Lazy</c> is.</summary>
    public static bool IsValue(MemberAccessExpressionSyntax access) => access.Name.Identifier.ValueText == "Value";

    /// <summary>Whether the creation says that one thread only asks: <c>isThreadSafe: false</c> or <c>LazyThreadSafetyMode.None</c>.</summary>
    public static bool IsForOneThread(BaseObjectCreationExpressionSyntax creation) => Mode(creation) is not null;

    /// <summary>The argument that says so; null where none does.</summary>
    public static ArgumentSyntax? Mode(BaseObjectCreationExpressionSyntax creation) => creation.ArgumentList?.Arguments.FirstOrDefault(argument =>
        argument.Expression.IsKind(SyntaxKind.FalseLiteralExpression) || argument.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "None", Expression: var mode } && mode.ToString().EndsWith("LazyThreadSafetyMode", StringComparison.Ordinal));
}
