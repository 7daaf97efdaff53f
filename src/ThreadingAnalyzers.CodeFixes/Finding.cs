using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>A diagnostic seen in the document to be mended: what a fix reads to decide what it can offer.</summary>
/// <param name="Document">The document as it is now; under FixAll, with the earlier findings already mended.</param>
/// <param name="Root">The document's tree.</param>
/// <param name="Model">The meaning of <paramref name="Root"/>.</param>
/// <param name="Node">The innermost node that covers the squiggle.</param>
/// <param name="Diagnostic">The diagnostic, trusted for its id and properties only: its span may be an earlier text's.</param>
/// <param name="Cancellation">Ends the work when the user moves on.</param>
internal sealed record Finding(
    Document Document, SyntaxNode Root, SemanticModel Model, SyntaxNode Node, Diagnostic Diagnostic, CancellationToken Cancellation);
