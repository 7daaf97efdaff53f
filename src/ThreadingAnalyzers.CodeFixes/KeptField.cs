using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>A private field for what code has made and dropped, which the object's own Dispose ends.</summary>
/// <param name="Type">The class.</param>
/// <param name="Member">The member that makes it.</param>
/// <param name="Symbol">The class.</param>
internal sealed record KeptField(ClassDeclarationSyntax Type, MemberDeclarationSyntax Member, INamedTypeSymbol Symbol)
{
    /// <summary>The field for a value that a member of a class makes itself; null where other code runs it.</summary>
    public static KeptField? For(SyntaxNode made, Finding finding) =>
        made.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { Parent: ClassDeclarationSyntax { TypeParameterList: null } type } member
            && !made.Ancestors().TakeWhile(node => node != member).Any(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)
            && finding.Model.GetDeclaredSymbol(type, finding.Cancellation) is { } symbol
            ? new KeptField(type, member, symbol) : null;

    /// <summary>Whether the member that makes it is static, so that nothing ends it.</summary>
    public bool IsStatic => Member.Modifiers.Any(SyntaxKind.StaticKeyword);

    /// <summary>Whether it is made once for an object.</summary>
    public bool IsMadeOnce => Member is ConstructorDeclarationSyntax;

    /// <summary>A name for the field after the wanted word, which the local may have that it takes the place of.</summary>
    public string Name(string wanted) => NewField.Name(Type, Symbol, IsStatic, wanted, replaced: wanted);

    /// <summary>Declares the field.</summary>
    /// <param name="editor">The document.</param>
    /// <param name="type">The type, as written with its namespace.</param>
    /// <param name="name">The name.</param>
    public void Declare(DocumentEditor editor, string type, string name) =>
        NewField.Declare(editor, Type, $"private {(IsStatic ? "static " : "")}{(IsMadeOnce ? "readonly " : "")}{type} {name};");
}
