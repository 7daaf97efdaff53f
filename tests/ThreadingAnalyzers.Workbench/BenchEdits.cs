using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace ThreadingAnalyzers.Workbench;

/// <summary>
/// What an editor computes after a key, in processor time: a method's body changed, and the document's diagnostics asked for again, on a
/// compilation that was analysed before the change.
/// </summary>
/// <param name="Idle">The time without a rule, for each document.</param>
/// <param name="Rules">The time with all rules, for the same documents.</param>
internal sealed record BenchEdits(ImmutableArray<TimeSpan> Idle, ImmutableArray<TimeSpan> Rules)
{
    private const int Documents = 20;

    /// <summary>No edits.</summary>
    public static BenchEdits None { get; } = new([], []);

    /// <summary>Edits documents all over a project.</summary>
    public static async Task<BenchEdits> MeasureAsync(CSharpCompilation compilation, ImmutableArray<Rule> rules)
    {
        var bodies = compilation.SyntaxTrees
            .Select(tree => (Tree: tree, Body: tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().FirstOrDefault(method => method.Body is not null)?.Body))
            .Where(document => document.Body is not null).ToList();
        var chosen = Enumerable.Range(0, Math.Min(Documents, bodies.Count)).Select(number => bodies[number * bodies.Count / Math.Min(Documents, bodies.Count)]).ToList();
        if (chosen is [])
            return None;

        await AskAsync(compilation, chosen[0].Tree, new Chosen(rules));
        var idle = ImmutableArray.CreateBuilder<TimeSpan>();
        var ruled = ImmutableArray.CreateBuilder<TimeSpan>();
        foreach (var (tree, body) in chosen)
        {
            var text = await tree.GetTextAsync();
            var edited = tree.WithChangedText(text.WithChanges(new TextChange(new TextSpan(body!.OpenBraceToken.Span.End, 0), " ;")));
            var changed = compilation.ReplaceSyntaxTree(tree, edited);
            // Declarations are bound before the measurement of either, as an editor has them for colouring.
            await AskAsync(changed, edited, new BenchRun.IdleRule());
            idle.Add(await AskAsync(changed.Clone(), edited, new BenchRun.IdleRule()));
            ruled.Add(await AskAsync(changed.Clone(), edited, new Chosen(rules)));
        }
        return new(idle.ToImmutable(), ruled.ToImmutable());
    }

    private static async Task<TimeSpan> AskAsync(CSharpCompilation compilation, SyntaxTree tree, DiagnosticAnalyzer analyzer)
    {
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var driver = BenchRun.Driven(compilation, [analyzer]);
        await driver.GetAnalyzerSyntaxDiagnosticsAsync(tree, default);
        await driver.GetAnalyzerSemanticDiagnosticsAsync(compilation.GetSemanticModel(tree), null, default);
        return Process.GetCurrentProcess().TotalProcessorTime - before;
    }
}
