using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>A name for a new local that nothing else has.</summary>
internal static class FreeName
{
    /// <summary>The wanted name or, where the member uses it or sees something so called, the same with the first free number behind it.</summary>
    public static string In(SyntaxNode member, string wanted, SemanticModel model, int position)
    {
        var taken = new HashSet<string>(member.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText), StringComparer.Ordinal);
        taken.UnionWith(model.LookupSymbols(position).Select(symbol => symbol.Name));
        var free = wanted;
        for (var number = 2; taken.Contains(free); number++)
            free = wanted + number;
        return free;
    }
}
