using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;
using Microsoft.CodeAnalysis.Text;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>
/// The base of every fix: a fix says which remedies a finding has; this class offers them, applies them one by one or,
/// under FixAll, one after the other over a document, and leaves the text formatted with the line ends it had.
/// </summary>
public abstract class Fix : CodeFixProvider
{
    private protected Fix(params DiagnosticDescriptor[] rules) => FixableDiagnosticIds = rules.Select(rule => rule.Id).ToImmutableArray();

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <summary>The remedies that are certainly right for this finding; none where none is.</summary>
    private protected abstract IEnumerable<Remedy> Remedies(Finding finding);

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null)
            return;
        foreach (var diagnostic in context.Diagnostics)
        {
            var node = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            if (await FindAsync(context.Document, node, diagnostic, context.CancellationToken).ConfigureAwait(false) is not { } finding)
                continue;
            foreach (var remedy in Remedies(finding))
                context.RegisterCodeFix(
                    CodeAction.Create(remedy.Title, cancellation => ApplyAsync(finding with { Cancellation = cancellation }, remedy), remedy.Key),
                    diagnostic);
        }
    }

    /// <summary>
    /// Mends a document's findings in the order of the text, each on the text that the earlier ones left, so that the second
    /// finding of a type sees the field that the first one added.
    /// </summary>
    public sealed override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(async (context, document, diagnostics) =>
    {
        var cancellation = context.CancellationToken;
        var root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        if (root is null)
            return document;

        var marks = diagnostics
            .Where(diagnostic => FixableDiagnosticIds.Contains(diagnostic.Id))
            .OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)
            .Select(diagnostic => (Diagnostic: diagnostic, Mark: new SyntaxAnnotation(), Node: root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true)))
            .ToList();
        document = document.WithSyntaxRoot(root.ReplaceNodes(
            marks.Select(mark => mark.Node).Distinct(),
            (original, current) => current.WithAdditionalAnnotations(marks.Where(mark => mark.Node == original).Select(mark => mark.Mark))));

        foreach (var (diagnostic, mark, _) in marks)
        {
            var node = (await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false))?.GetAnnotatedNodes(mark).FirstOrDefault();
            if (node is null || await FindAsync(document, node, diagnostic, cancellation).ConfigureAwait(false) is not { } finding)
                continue;
            if (Remedies(finding).FirstOrDefault(remedy => remedy.Key == context.CodeActionEquivalenceKey) is { } remedy)
                document = await ApplyAsync(finding, remedy).ConfigureAwait(false);
        }
        return document;
    });

    private static async Task<Finding?> FindAsync(Document document, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellation) =>
        await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false) is { } model
            ? new Finding(document, node.SyntaxTree.GetRoot(cancellation), model, node, diagnostic, cancellation)
            : null;

    private static async Task<Document> ApplyAsync(Finding finding, Remedy remedy)
    {
        var editor = await DocumentEditor.CreateAsync(finding.Document, finding.Cancellation).ConfigureAwait(false);
        remedy.Edit(editor);
        var changed = await Simplifier.ReduceAsync(editor.GetChangedDocument(), cancellationToken: finding.Cancellation).ConfigureAwait(false);
        var options = (await changed.GetOptionsAsync(finding.Cancellation).ConfigureAwait(false))
            .WithChangedOption(FormattingOptions.NewLine, LanguageNames.CSharp, LineEnd(await finding.Document.GetTextAsync(finding.Cancellation).ConfigureAwait(false)));
        var formatted = await Formatter.FormatAsync(changed, Formatter.Annotation, options, finding.Cancellation).ConfigureAwait(false);
        return await changed.GetSyntaxRootAsync(finding.Cancellation).ConfigureAwait(false) is { } before && await formatted.GetSyntaxRootAsync(finding.Cancellation).ConfigureAwait(false) is { } after
            ? formatted.WithSyntaxRoot(Done(OuterComments.Keep(before, after))) : formatted;
    }

    // What is still marked, the editor would format once more, with its own line ends.
    private static SyntaxNode Done(SyntaxNode root) =>
        root.ReplaceNodes(root.GetAnnotatedNodes(Formatter.Annotation), (_, node) => node.WithoutAnnotations(Formatter.Annotation));

    /// <summary>The line end that the text uses, so that a fix never mixes two.</summary>
    private static string LineEnd(SourceText text)
    {
        var first = text.Lines[0];
        return first.EndIncludingLineBreak > first.End ? text.ToString(TextSpan.FromBounds(first.End, first.EndIncludingLineBreak)) : "\n";
    }
}
