using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
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
            ? new PrivateGate(declaration, NameIn(declaration, type, isStatic), isStatic)
            : null;
    }

    /// <summary>Declares the field below the first fields of the type and puts it in the place of the locked expressions.</summary>
    public void LockFrom(DocumentEditor editor, IEnumerable<ExpressionSyntax> locked)
    {
        foreach (var expression in locked)
            editor.ReplaceNode(expression, SyntaxFactory.IdentifierName(name).WithTriviaFrom(expression));
        editor.ReplaceNode(declaration, (current, _) => WithField((TypeDeclarationSyntax)current));
    }

    private TypeDeclarationSyntax WithField(TypeDeclarationSyntax type)
    {
        var creation = ((CSharpParseOptions)declaration.SyntaxTree.Options).LanguageVersion >= LanguageVersion.CSharp9 ? "new()" : "new object()";
        var lineEnd = SyntaxFactory.EndOfLine(declaration.SyntaxTree.GetText().ToString().Contains("\r\n") ? "\r\n" : "\n");
        var index = type.Members.TakeWhile(member => member is FieldDeclarationSyntax).Count();
        var field = SyntaxFactory.ParseMemberDeclaration($"private {(isStatic ? "static " : "")}readonly object {name} = {creation};")!
            .WithTrailingTrivia(Enumerable.Repeat(lineEnd, index == 0 && type.Members is not [] ? 2 : 1))
            .WithAdditionalAnnotations(Formatter.Annotation);
        return type.WithMembers(type.Members.Insert(index, field));
    }

    private static string NameIn(TypeDeclarationSyntax declaration, INamedTypeSymbol type, bool isStatic)
    {
        var fields = type.GetMembers().OfType<IFieldSymbol>().Where(field => field is { DeclaredAccessibility: Accessibility.Private, IsImplicitlyDeclared: false, IsConst: false }).ToList();
        var prefix = isStatic && fields.Any(field => field.IsStatic && field.Name.StartsWith("s_", StringComparison.Ordinal)) ? "s_"
            : fields.Any(field => field.Name.StartsWith("_", StringComparison.Ordinal)) ? "_" : "";
        var taken = new HashSet<string>(declaration.SyntaxTree.GetRoot().DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText), StringComparer.Ordinal);
        for (var current = type; current is not null; current = current.BaseType)
            taken.UnionWith(current.MemberNames);
        return Enumerable.Range(1, int.MaxValue).Select(number => prefix + (number == 1 ? "gate" : $"gate{number}")).First(name => !taken.Contains(name));
    }
}
