using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>
/// Keeps the timer in a private field: a static one where static code makes it, or one that the type's own Dispose ends. Where
/// an object has no Dispose, only its author knows when the timer is over.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class TimerNotKeptFix() : Fix(TimerNotKept.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var types = KnownTypes.Of(finding.Model.Compilation);
        if (finding.Node.FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>() is not { } creation || finding.Model.GetOperation(creation, finding.Cancellation) is not { } made || Timers.Callback(made, types) is not { } callback
            || creation.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { Parent: ClassDeclarationSyntax { TypeParameterList: null } type } member || creation.Ancestors().TakeWhile(node => node != member).Any(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)
            || Replaced(creation) is not var (statement, local) || finding.Model.GetDeclaredSymbol(type, finding.Cancellation) is not { } symbol)
            yield break;
        var isStatic = member.Modifiers.Any(SyntaxKind.StaticKeyword);
        var end = isStatic ? null : type.Members.OfType<MethodDeclarationSyntax>().FirstOrDefault(method => finding.Model.GetDeclaredSymbol(method, finding.Cancellation) is { } candidate && Handles.IsDispose(candidate));
        if (!isStatic && end?.Body is not { } )
            yield break;

        var name = NameIn(symbol, type, local ?? (Work.Of(callback)?.Method is { MethodKind: MethodKind.Ordinary, Name: { Length: > 0 } work } ? char.ToLowerInvariant(work[0]) + work.Substring(1) + "Timer" : "timer"));
        var nullable = finding.Model.GetNullableContext(creation.SpanStart).AnnotationsEnabled() ? "?" : "";
        yield return new Remedy("Keep it in a field", editor =>
        {
            if (local is not null)
                foreach (var use in member.DescendantNodes().OfType<IdentifierNameSyntax>().Where(use => use.Identifier.ValueText == local))
                    editor.ReplaceNode(use, SyntaxFactory.IdentifierName(name).WithTriviaFrom(use));
            var assigned = SyntaxFactory.ExpressionStatement(SyntaxFactory.AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, SyntaxFactory.IdentifierName(name), creation.WithoutTrivia())).WithTriviaFrom(statement).WithAdditionalAnnotations(Formatter.Annotation);
            editor.ReplaceNode(statement, assigned);
            if (end is { Body: { } body })
                editor.ReplaceNode(body, (current, _) => ((BlockSyntax)current).AddStatements(SyntaxFactory.ParseStatement($"{name}?.Dispose();").WithAdditionalAnnotations(Formatter.Annotation)));
            var field = SyntaxFactory.ParseMemberDeclaration($"private {(isStatic ? "static " : "")}System.Threading.Timer{nullable} {name};")!;
            editor.ReplaceNode(type, (current, _) => WithField((ClassDeclarationSyntax)current, field));
        });
    }

    /// <summary>The statement that becomes an assignment, and the local that it declares.</summary>
    private static (StatementSyntax Statement, string? Local)? Replaced(BaseObjectCreationExpressionSyntax creation) => creation.Parent switch
    {
        ExpressionStatementSyntax statement => (statement, null),
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" }, Parent: ExpressionStatementSyntax statement } => (statement, null),
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Identifier.ValueText: var local, Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax statement } } } => (statement, local),
        _ => null,
    };

    private static ClassDeclarationSyntax WithField(ClassDeclarationSyntax type, MemberDeclarationSyntax field)
    {
        var index = type.Members.TakeWhile(member => member is FieldDeclarationSyntax).Count();
        var lineEnd = SyntaxFactory.EndOfLine(type.ToFullString().Contains("\r\n") ? "\r\n" : "\n");
        return type.WithMembers(type.Members.Insert(index, field.WithTrailingTrivia(Enumerable.Repeat(lineEnd, index == 0 && type.Members.Count > 0 ? 2 : 1))
            .WithAdditionalAnnotations(Formatter.Annotation, Microsoft.CodeAnalysis.Simplification.Simplifier.Annotation)));
    }

    private static string NameIn(INamedTypeSymbol symbol, TypeDeclarationSyntax type, string wanted)
    {
        var underscore = symbol.GetMembers().OfType<IFieldSymbol>().Any(field => field is { DeclaredAccessibility: Accessibility.Private, IsImplicitlyDeclared: false, IsConst: false } && field.Name.StartsWith("_", StringComparison.Ordinal));
        var taken = new HashSet<string>(type.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText != wanted).Select(token => token.ValueText), StringComparer.Ordinal);
        taken.UnionWith(symbol.MemberNames);
        var stem = (underscore ? "_" : "") + wanted;
        return Enumerable.Range(1, int.MaxValue).Select(number => number == 1 ? stem : stem + number).First(name => !taken.Contains(name));
    }
}
