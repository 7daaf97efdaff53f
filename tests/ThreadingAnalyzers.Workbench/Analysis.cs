using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ThreadingAnalyzers.Workbench;

/// <summary>Runs rules over a compilation in the two ways that users do.</summary>
internal static class Analysis
{
    /// <summary>As a build: all documents at once, concurrently.</summary>
    /// <param name="rider">Runs along.</param>
    /// <exception cref="AggregateException">A rule threw.</exception>
    public static Task<ImmutableArray<Diagnostic>> AsBuildAsync(
        Compilation compilation, ImmutableArray<Rule> rules, AnalyzerOptions options, CancellationToken cancellation = default, DiagnosticAnalyzer? rider = null) =>
        RunAsync(compilation, rider is null ? [new Chosen(rules)] : [new Chosen(rules), rider], options, driver => driver.GetAnalyzerDiagnosticsAsync(cancellation));

    /// <summary>As an editor: one document after the other, and never the end of the compilation.</summary>
    /// <exception cref="AggregateException">A rule threw.</exception>
    public static Task<ImmutableArray<Diagnostic>> AsEditorAsync(
        Compilation compilation, ImmutableArray<Rule> rules, AnalyzerOptions options, CancellationToken cancellation = default) =>
        AsEditorAsync(compilation, rules, options, compilation.SyntaxTrees, cancellation);

    /// <summary>As an editor, for the documents that are given.</summary>
    /// <exception cref="AggregateException">A rule threw.</exception>
    public static Task<ImmutableArray<Diagnostic>> AsEditorAsync(
        Compilation compilation, ImmutableArray<Rule> rules, AnalyzerOptions options, IEnumerable<SyntaxTree> trees, CancellationToken cancellation = default) =>
        RunAsync(compilation, [new Chosen(rules)], options, async driver =>
        {
            var found = ImmutableArray.CreateBuilder<Diagnostic>();
            foreach (var tree in trees)
            {
                found.AddRange(await driver.GetAnalyzerSyntaxDiagnosticsAsync(tree, cancellation));
                found.AddRange(await driver.GetAnalyzerSemanticDiagnosticsAsync(compilation.GetSemanticModel(tree), null, cancellation));
            }
            return found.ToImmutable();
        });

    private static async Task<ImmutableArray<Diagnostic>> RunAsync(
        Compilation compilation, ImmutableArray<DiagnosticAnalyzer> rules, AnalyzerOptions options, Func<CompilationWithAnalyzers, Task<ImmutableArray<Diagnostic>>> ask)
    {
        var thrown = new ConcurrentBag<Exception>();
        var driver = compilation.WithAnalyzers(rules, new CompilationWithAnalyzersOptions(
            options, (exception, rule, _) => thrown.Add(new InvalidOperationException($"{(rule as Chosen)?.Name ?? rule.GetType().Name} threw: {exception.Message}", exception)),
            concurrentAnalysis: true, logAnalyzerExecutionTime: false));
        var found = await ask(driver);
        return thrown.IsEmpty ? found : throw new AggregateException(thrown);
    }
}
