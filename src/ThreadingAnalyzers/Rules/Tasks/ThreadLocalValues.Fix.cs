using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>Makes the object with <c>trackAllValues: true</c>, where all that makes it is in this file.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ThreadLocalValuesFix() : Fix(ThreadLocalValues.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Diagnostic.AdditionalLocations is not [{ SourceTree: { } tree } place] || tree.FilePath != finding.Root.SyntaxTree.FilePath
            || Creation(finding) is not { ArgumentList: var list } creation)
            yield break;
        var written = list?.Arguments.FirstOrDefault(argument => argument.Expression.Kind() is SyntaxKind.FalseLiteralExpression);
        var tracked = SyntaxFactory.Argument(SyntaxFactory.NameColon(SyntaxFactory.IdentifierName("trackAllValues")).WithTrailingTrivia(SyntaxFactory.Space), default, SyntaxFactory.LiteralExpression(SyntaxKind.TrueLiteralExpression));
        var all = list is null ? SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(tracked))
            : written is not null ? list.ReplaceNode(written, written.WithExpression(SyntaxFactory.LiteralExpression(SyntaxKind.TrueLiteralExpression)))
            : list.Arguments.Count == 0 ? list.WithArguments(SyntaxFactory.SingletonSeparatedList(tracked))
            : list.WithArguments(SyntaxFactory.SeparatedList(list.Arguments.Append(tracked), list.Arguments.GetSeparators().Append(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space))));
        yield return new Remedy("Track all values", editor => editor.ReplaceNode(creation, creation is ObjectCreationExpressionSyntax { ArgumentList: null } bare
            ? bare.WithType(bare.Type.WithoutTrailingTrivia()).WithArgumentList(all.WithTrailingTrivia(bare.Type.GetTrailingTrivia()))
            : creation.WithArgumentList(all)));
    }

    /// <summary>The creation of the object that is asked, found anew: an earlier fix may have moved it.</summary>
    private static BaseObjectCreationExpressionSyntax? Creation(Finding finding)
    {
        var asked = finding.Node.FirstAncestorOrSelf<MemberBindingExpressionSyntax>() is { } binding
            ? binding.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>()?.Expression
            : finding.Node.FirstAncestorOrSelf<MemberAccessExpressionSyntax>()?.Expression;
        if (asked is null || finding.Model.GetSymbolInfo(asked, finding.Cancellation).Symbol is not { } holder)
            return null;
        var creations = finding.Root.DescendantNodes().OfType<BaseObjectCreationExpressionSyntax>().Where(creation => creation.Parent switch
        {
            EqualsValueClauseSyntax { Parent: { } declaration } => SymbolEqualityComparer.Default.Equals(finding.Model.GetDeclaredSymbol(declaration, finding.Cancellation), holder),
            AssignmentExpressionSyntax assignment when assignment.Right == creation => SymbolEqualityComparer.Default.Equals(finding.Model.GetSymbolInfo(assignment.Left, finding.Cancellation).Symbol, holder),
            _ => false,
        }).ToList();
        return creations is [var only] && !only.ContainsDiagnostics && !Tracks(only) ? only : null;
    }

    // Another finding of the same object has mended it.
    private static bool Tracks(BaseObjectCreationExpressionSyntax creation) => creation.ArgumentList?.Arguments.Any(argument => argument.Expression.Kind() is SyntaxKind.TrueLiteralExpression) == true;
}
