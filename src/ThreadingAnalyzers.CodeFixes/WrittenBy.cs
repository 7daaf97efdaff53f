using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>The variables, fields and properties that some code writes, and who reads them.</summary>
internal sealed class WrittenBy
{
    private readonly HashSet<ISymbol> symbols;

    private WrittenBy(IEnumerable<ISymbol> symbols) => this.symbols = new(symbols, SymbolEqualityComparer.Default);

    /// <summary>What a body writes, the code in its lambdas among it.</summary>
    public static WrittenBy Work(IOperation body) => new(body.Descendants().Where(operation => operation.IsWritten())
        .Select(operation => operation.Variable() ?? (operation as IMemberReferenceOperation)?.Member).OfType<ISymbol>());

    /// <summary>Whether the code names one of them.</summary>
    public bool IsNamedIn(SyntaxNode code, SemanticModel model) => symbols.Count > 0 && code.DescendantNodes().OfType<IdentifierNameSyntax>()
        .Any(name => model.GetSymbolInfo(name).Symbol is { } symbol && symbols.Contains(symbol));
}
