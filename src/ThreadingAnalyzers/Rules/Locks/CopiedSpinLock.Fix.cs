using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>Takes <c>readonly</c> from the field of a SpinLock or SpinWait.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class CopiedSpinLockFix() : Fix(CopiedSpinLock.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<FieldDeclarationSyntax>() is { } field && finding.Node.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is { } declarator
            && finding.Node == declarator && field.Modifiers.FirstOrDefault(modifier => modifier.IsKind(SyntaxKind.ReadOnlyKeyword)) is { RawKind: not 0 } keyword
            && finding.Model.GetDeclaredSymbol(declarator, finding.Cancellation) is IFieldSymbol { ContainingType.IsReadOnly: false })
            yield return new Remedy("Remove readonly", editor => editor.ReplaceNode(field, Without(field, keyword)));
    }

    private static FieldDeclarationSyntax Without(FieldDeclarationSyntax field, SyntaxToken keyword)
    {
        var shorter = field.WithModifiers(field.Modifiers.Remove(keyword));
        return keyword == field.GetFirstToken() ? shorter.WithLeadingTrivia(keyword.LeadingTrivia) : shorter;
    }
}
