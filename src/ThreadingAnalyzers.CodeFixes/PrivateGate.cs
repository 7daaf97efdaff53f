using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>A private readonly object that a class gets to lock: where it is declared, how it is called, whether all instances share it.</summary>
internal sealed class PrivateGate
{
    private readonly TypeDeclarationSyntax declaration;
    private readonly string name;
    private readonly bool isStatic;

    private PrivateGate(TypeDeclarationSyntax declaration, string name, bool isStatic) => (this.declaration, this.name, this.isStatic) = (declaration, name, isStatic);

    /// <summary>The gate of the type around a node, or null when that type cannot have one without changing something else.</summary>
    public static PrivateGate? For(SyntaxNode node, INamedTypeSymbol type, bool isStatic, KnownTypes types)
    {
        // A field is part of a record's equality, a struct's copies each have their own, and a deserialised object has none.
        var fits = isStatic ? !type.IsGenericType : type is { IsReferenceType: true, IsRecord: false, IsSerializable: false } && !type.GetAttributes().Any(attribute => types[attribute.AttributeClass] == KnownType.DataContractAttribute);
        return fits && node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } declaration and (ClassDeclarationSyntax or RecordDeclarationSyntax or StructDeclarationSyntax)
            && !declaration.OpenBraceToken.IsMissing && !declaration.OpenBraceToken.IsKind(SyntaxKind.None)
            ? new PrivateGate(declaration, NewField.Name(declaration, type, isStatic, "gate"), isStatic)
            : null;
    }

    /// <summary>Declares the field and puts it in the place of the locked expressions.</summary>
    public void LockFrom(DocumentEditor editor, IEnumerable<ExpressionSyntax> locked)
    {
        foreach (var expression in locked)
            editor.ReplaceNode(expression, SyntaxFactory.IdentifierName(name).WithTriviaFrom(expression));
        var creation = ((CSharpParseOptions)declaration.SyntaxTree.Options).LanguageVersion >= LanguageVersion.CSharp9 ? "new()" : "new object()";
        NewField.Declare(editor, declaration, $"private {(isStatic ? "static " : "")}readonly object {name} = {creation};");
    }
}
