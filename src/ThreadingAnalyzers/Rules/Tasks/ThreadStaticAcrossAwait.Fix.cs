using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>Lets the state follow the code: an <c>AsyncLocal</c> in the place of a private thread-static field that only this file uses, by its value.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ThreadStaticAcrossAwaitFix() : Fix(ThreadStaticAcrossAwait.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var state = finding.Node is IdentifierNameSyntax or MemberAccessExpressionSyntax ? (ExpressionSyntax)finding.Node : null;
        if (state is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Value" } value)
            state = value.Expression;
        // An object that each thread keeps for itself must not be shared by what runs at once.
        if (state is null || !IsWritten(finding.Node) || finding.Model.GetSymbolInfo(state, finding.Cancellation).Symbol is not IFieldSymbol { IsStatic: true, DeclaredAccessibility: Accessibility.Private, DeclaringSyntaxReferences: [var reference] } field
            || reference.SyntaxTree != finding.Root.SyntaxTree || field.ContainingType.DeclaringSyntaxReferences.Length != 1
            || reference.GetSyntax(finding.Cancellation) is not VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: FieldDeclarationSyntax declaration } } variable)
            yield break;
        var uses = finding.Root.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name => name.Identifier.ValueText == field.Name && SymbolEqualityComparer.Default.Equals(finding.Model.GetSymbolInfo(name, finding.Cancellation).Symbol, field)).ToList();
        if (KnownTypes.Of(finding.Model.Compilation)[field.Type] == KnownType.ThreadLocal)
        {
            if (variable.Initializer?.Value is BaseObjectCreationExpressionSyntax { ArgumentList: null or { Arguments.Count: 0 }, Initializer: null } && uses.All(use => use.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Value" } access && access.Expression == use))
                yield return new Remedy("Use AsyncLocal", editor =>
                {
                    foreach (var name in declaration.DescendantNodes().OfType<GenericNameSyntax>().Where(name => name.Identifier.ValueText == "ThreadLocal"))
                        editor.ReplaceNode(name, name.WithIdentifier(SyntaxFactory.Identifier("AsyncLocal").WithTriviaFrom(name.Identifier)));
                });
            yield break;
        }
        if (variable.Initializer is not null || declaration.AttributeLists is not [{ Attributes: [_] } mark] || uses.Any(use => use.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 } or RefExpressionSyntax || use.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } } }))
            yield break;
        yield return new Remedy("Use AsyncLocal", editor =>
        {
            foreach (var use in uses)
            {
                var whole = use.Parent is MemberAccessExpressionSyntax access && access.Name == use ? (ExpressionSyntax)access : use;
                editor.ReplaceNode(whole, SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, whole.WithoutTrivia(), SyntaxFactory.IdentifierName("Value")).WithTriviaFrom(whole));
            }
            var type = $"AsyncLocal<{declaration.Declaration.Type}>";
            var made = ((CSharpParseOptions)declaration.SyntaxTree.Options).LanguageVersion >= LanguageVersion.CSharp9 ? "new()" : $"new {type}()";
            var modifiers = string.Join(" ", declaration.Modifiers.Select(modifier => modifier.ValueText));
            editor.ReplaceNode(declaration, SyntaxFactory.ParseMemberDeclaration($"{modifiers} readonly {type} {field.Name} = {made};")!
                .WithLeadingTrivia(mark.GetLeadingTrivia()).WithTrailingTrivia(declaration.GetTrailingTrivia()));
        });
    }

    private static bool IsWritten(SyntaxNode state) => state.Parent is AssignmentExpressionSyntax { RawKind: not (int)SyntaxKind.CoalesceAssignmentExpression } assignment && assignment.Left == state
        || state.Parent is PostfixUnaryExpressionSyntax or PrefixUnaryExpressionSyntax;
}
