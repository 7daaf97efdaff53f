using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>A field that gets the modifier <c>volatile</c>.</summary>
internal static class VolatileField
{
    /// <summary>How the field gets it; null for what is no field of this file, or is declared with others.</summary>
    public static Action<DocumentEditor>? Of(ISymbol flag, Finding finding) => flag is IFieldSymbol && flag.DeclaringSyntaxReferences is [var reference] && reference.SyntaxTree == finding.Root.SyntaxTree
        && reference.GetSyntax(finding.Cancellation) is VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: FieldDeclarationSyntax field } declaration }
            ? editor => editor.ReplaceNode(field, field.Modifiers.Count == 0
                ? field.WithDeclaration(declaration.WithoutLeadingTrivia()).AddModifiers(SyntaxFactory.Token(SyntaxKind.VolatileKeyword).WithLeadingTrivia(declaration.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.Space))
                : field.AddModifiers(SyntaxFactory.Token(SyntaxKind.VolatileKeyword).WithTrailingTrivia(SyntaxFactory.Space)))
            : null;
}
