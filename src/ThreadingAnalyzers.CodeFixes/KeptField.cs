using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

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

    /// <summary>A name for the field after the wanted word, as the other fields of the class are called.</summary>
    public string Name(string wanted)
    {
        var underscore = Symbol.GetMembers().OfType<IFieldSymbol>().Any(field => field is { DeclaredAccessibility: Accessibility.Private, IsImplicitlyDeclared: false, IsConst: false } && field.Name.StartsWith("_", StringComparison.Ordinal));
        var taken = new HashSet<string>(Type.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText != wanted).Select(token => token.ValueText), StringComparer.Ordinal);
        taken.UnionWith(Symbol.MemberNames);
        var stem = (underscore ? "_" : "") + wanted;
        return Enumerable.Range(1, int.MaxValue).Select(number => number == 1 ? stem : stem + number).First(name => !taken.Contains(name));
    }

    /// <summary>Declares the field below the first fields of the class.</summary>
    /// <param name="editor">The document.</param>
    /// <param name="type">The type, as written with its namespace.</param>
    /// <param name="name">The name.</param>
    public void Declare(DocumentEditor editor, string type, string name)
    {
        var field = SyntaxFactory.ParseMemberDeclaration($"private {(IsStatic ? "static " : "")}{(IsMadeOnce ? "readonly " : "")}{type} {name};")!;
        editor.ReplaceNode(Type, (current, _) => WithField((ClassDeclarationSyntax)current, field));
    }

    private static ClassDeclarationSyntax WithField(ClassDeclarationSyntax type, MemberDeclarationSyntax field)
    {
        var index = type.Members.TakeWhile(member => member is FieldDeclarationSyntax).Count();
        var lineEnd = SyntaxFactory.EndOfLine(type.ToFullString().Contains("\r\n") ? "\r\n" : "\n");
        return type.WithMembers(type.Members.Insert(index, field.WithTrailingTrivia(Enumerable.Repeat(lineEnd, index == 0 && type.Members.Count > 0 ? 2 : 1))
            .WithAdditionalAnnotations(Formatter.Annotation, Simplifier.Annotation)));
    }
}
