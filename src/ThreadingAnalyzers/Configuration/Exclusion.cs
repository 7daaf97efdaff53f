using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Configuration;

/// <summary>The namespaces, types and members that a user keeps a rule out of: <c>excluded_symbols</c>.</summary>
internal static class Exclusion
{
    /// <summary>
    /// Whether the symbol, or one that it is in, is named by the option: by its name, by its full name without type arguments and
    /// parameters, or by its documentation id.
    /// </summary>
    public static bool Excludes(this AnalyzerConfigOptions options, string rule, ISymbol? symbol)
    {
        var names = Option.ExcludedSymbols.ReadNames(options, rule);
        if (names.Count == 0)
            return false;
        for (var current = symbol; current is not null and not INamespaceSymbol { IsGlobalNamespace: true } and not IModuleSymbol; current = current.ContainingSymbol)
            if (names.Contains(current.Name) || names.Contains(current.GetDocumentationCommentId() ?? "") || names.Contains(DeclaredNames.FullName(current)))
                return true;
        return false;
    }
}
