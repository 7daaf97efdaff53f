using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Flow;

/// <summary>Where code stands, as messages tell it.</summary>
internal static class Places
{
    /// <summary>The number of the line that it begins in, from one.</summary>
    public static int Line(this Location location) => location.GetLineSpan().StartLinePosition.Line + 1;

    /// <summary>The number of the line that it begins in, from one.</summary>
    public static int Line(this SyntaxNode node) => node.GetLocation().Line();

    /// <summary>The line with the file, where that is another one: "line 7", "line 7 of Orders.cs".</summary>
    public static string LineSeenFrom(this SyntaxNode node, SyntaxNode here) =>
        node.SyntaxTree == here.SyntaxTree ? $"line {node.Line()}" : $"line {node.Line()} of {System.IO.Path.GetFileName(node.SyntaxTree.FilePath)}";
}
