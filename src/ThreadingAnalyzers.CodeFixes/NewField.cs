using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>A private field that a fix gives a type: named as the type names its own, declared below its first fields.</summary>
internal static class NewField
{
    /// <summary>The wanted name with the prefix of the type's other private fields, and the first free number behind it where something else has it.</summary>
    /// <param name="declaration">Where the field will stand.</param>
    /// <param name="type">The type.</param>
    /// <param name="isStatic">Whether the field is static.</param>
    /// <param name="wanted">The name without a prefix.</param>
    /// <param name="replaced">The name of a local that the field takes the place of; null where there is none.</param>
    public static string Name(TypeDeclarationSyntax declaration, INamedTypeSymbol type, bool isStatic, string wanted, string? replaced = null)
    {
        var fields = type.GetMembers().OfType<IFieldSymbol>().Where(field => field is { DeclaredAccessibility: Accessibility.Private, IsImplicitlyDeclared: false, IsConst: false }).ToList();
        var prefix = isStatic && fields.Any(field => field.IsStatic && field.Name.StartsWith("s_", StringComparison.Ordinal)) ? "s_"
            : fields.Any(field => field.Name.StartsWith("_", StringComparison.Ordinal)) ? "_" : "";
        var taken = new HashSet<string>(declaration.SyntaxTree.GetRoot().DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText != replaced).Select(token => token.ValueText), StringComparer.Ordinal);
        for (var current = type; current is not null; current = current.BaseType)
            taken.UnionWith(current.MemberNames);
        return Enumerable.Range(1, int.MaxValue).Select(number => prefix + wanted + (number == 1 ? "" : number)).First(name => !taken.Contains(name));
    }

    /// <summary>Declares it.</summary>
    /// <param name="editor">The document.</param>
    /// <param name="type">Where.</param>
    /// <param name="field">The declaration as text, its types with their namespaces.</param>
    public static void Declare(DocumentEditor editor, TypeDeclarationSyntax type, string field)
    {
        var lineEnd = SyntaxFactory.EndOfLine(type.SyntaxTree.GetText().ToString().Contains("\r\n") ? "\r\n" : "\n");
        editor.ReplaceNode(type, (current, _) => Below((TypeDeclarationSyntax)current, SyntaxFactory.ParseMemberDeclaration(field)!, lineEnd));
    }

    private static TypeDeclarationSyntax Below(TypeDeclarationSyntax type, MemberDeclarationSyntax field, SyntaxTrivia lineEnd)
    {
        var index = type.Members.TakeWhile(member => member is FieldDeclarationSyntax).Count();
        var lines = index == 0 && type.Members is not [] ? 2 : 1;
        return type.WithMembers(type.Members.Insert(index, field.WithTrailingTrivia(Enumerable.Repeat(lineEnd, lines)).WithAdditionalAnnotations(Formatter.Annotation, Simplifier.Annotation)));
    }
}
