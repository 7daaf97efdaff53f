using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Flow;

/// <summary>Where code stands, as messages tell it.</summary>
internal static class Places
{
    /// <summary>The number of the line that it begins in, from one.</summary>
    public static int Line(this Location location) => location.GetLineSpan().StartLinePosition.Line + 1;

    /// <summary>The number of the line that it begins in, from one.</summary>
    public static int Line(this SyntaxNode node) => node.GetLocation().Line();
}
