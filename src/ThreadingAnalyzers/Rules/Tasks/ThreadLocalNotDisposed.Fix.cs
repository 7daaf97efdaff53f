using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>Disposes of the local where its scope ends.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ThreadLocalNotDisposedFix() : Fix(ThreadLocalNotDisposed.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is { UsingKeyword.RawKind: 0, Declaration.Variables.Count: 1, Parent: BlockSyntax or GlobalStatementSyntax } declaration
            && ((CSharpParseOptions)declaration.SyntaxTree.Options).LanguageVersion >= LanguageVersion.CSharp8)
            yield return new Remedy("Use a using declaration", editor => editor.ReplaceNode(declaration, declaration.WithoutLeadingTrivia()
                .WithUsingKeyword(SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithLeadingTrivia(declaration.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.Space))));
    }
}
