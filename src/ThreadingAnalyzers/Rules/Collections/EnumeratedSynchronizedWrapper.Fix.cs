using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Collections;

/// <summary>Locks the wrapper's root around the loop, where the loop waits for nobody and gives control to nobody.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class EnumeratedSynchronizedWrapperFix() : Fix(EnumeratedSynchronizedWrapper.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<CommonForEachStatementSyntax>() is not { } loop || loop.DescendantNodes().Any(node => node is AwaitExpressionSyntax or YieldStatementSyntax))
            yield break;
        // The keys of a table are locked by the table's root.
        var wrapper = loop.Expression is MemberAccessExpressionSyntax { Expression: var viewed } && Roots(finding, viewed) ? viewed : loop.Expression;
        if (!Roots(finding, wrapper))
            yield break;
        yield return new Remedy("Lock SyncRoot", editor => editor.ReplaceNode(loop, SyntaxFactory.LockStatement(
                SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, wrapper.WithoutTrivia(), SyntaxFactory.IdentifierName("SyncRoot")),
                SyntaxFactory.Block(loop.WithoutLeadingTrivia()))
            .WithLeadingTrivia(loop.GetLeadingTrivia()).WithAdditionalAnnotations(Formatter.Annotation)));
    }

    private static bool Roots(Finding finding, ExpressionSyntax wrapper) =>
        finding.Model.GetTypeInfo(wrapper, finding.Cancellation).Type is { } type && finding.Model.LookupSymbols(wrapper.SpanStart, type, "SyncRoot").Any();
}
