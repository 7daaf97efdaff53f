using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>Puts <c>Random.Shared</c>, which any thread may use, in the place of an unseeded <c>Random</c> of the type's or method's own.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class SharedUnsafeObjectFix() : Fix(SharedUnsafeObject.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (Variable(finding) is not { } random || random.DeclaringSyntaxReferences is not [var reference]
            || reference.SyntaxTree != finding.Root.SyntaxTree
            || reference.GetSyntax(finding.Cancellation) is not VariableDeclaratorSyntax { Initializer.Value: var value, Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: { } declaration } }
            || value is not BaseObjectCreationExpressionSyntax { ArgumentList: null or { Arguments.Count: 0 }, Initializer: null }
            || declaration is LocalDeclarationStatementSyntax { Parent: not (BlockSyntax or GlobalStatementSyntax) } || declaration.HasStructuredTrivia
            || random is IFieldSymbol { ContainingType.DeclaringSyntaxReferences.Length: > 1 })
            yield break;
        var uses = AtomicUpdate.Uses(random, finding.Root, finding).ToList();
        if (!uses.All(use => use.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax } access && access.Expression == use))
            yield break;
        yield return new Remedy("Use Random.Shared", editor =>
        {
            foreach (var use in uses)
                editor.ReplaceNode(use, SyntaxFactory.ParseExpression("global::System.Random.Shared").WithTriviaFrom(use).WithAdditionalAnnotations(Simplifier.Annotation));
            Remove(editor, declaration);
        });
    }

    /// <summary>The private field or local with the object, where its type has one instance for all threads.</summary>
    private static ISymbol? Variable(Finding finding)
    {
        var types = KnownTypes.Of(finding.Model.Compilation);
        return finding.Model.GetOperation(finding.Node, finding.Cancellation)?.DescendantsAndSelf()
            .Where(operation => types[operation.Type] == KnownType.Random && operation.Type!.GetMembers("Shared").Any(member => member.IsStatic))
            .Select(operation => operation switch
            {
                IFieldReferenceOperation { Field: { DeclaredAccessibility: Accessibility.Private } field } => field,
                ILocalReferenceOperation { Local: { RefKind: RefKind.None, IsUsing: false } local } => local,
                _ => (ISymbol?)null,
            }).FirstOrDefault(symbol => symbol is not null);
    }

    /// <summary>Removes a declaration and, where it stood first, the blank line that set it off.</summary>
    private static void Remove(DocumentEditor editor, SyntaxNode declaration)
    {
        if (declaration.Parent is GlobalStatementSyntax global)
            declaration = global;
        var members = declaration.Parent!.ChildNodes().Where(node => node is MemberDeclarationSyntax or StatementSyntax).ToList();
        if (members[0] == declaration && members.Count > 1)
            editor.ReplaceNode(members[1], (next, _) => next.WithLeadingTrivia(next.GetLeadingTrivia().SkipWhile(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia))));
        editor.RemoveNode(declaration, declaration.GetLeadingTrivia().Any(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia)) ? SyntaxRemoveOptions.KeepLeadingTrivia : SyntaxRemoveOptions.KeepNoTrivia);
    }
}
