using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>Awaits each operation before the next: those that one call awaits together, or one that is kept in a local and only awaited.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ConcurrentUnsafeTasksFix() : Fix(ConcurrentUnsafeTasks.Descriptor)
{
    private const string Title = "Await one after the other";

    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call)
            yield break;
        if (call.Parent is ArgumentSyntax { Parent: ArgumentListSyntax { Arguments: var all, Parent: InvocationExpressionSyntax { Parent: AwaitExpressionSyntax { Parent: ExpressionStatementSyntax { Parent: BlockSyntax or GlobalStatementSyntax } statement } } } })
        {
            if (statement.Parent is BlockSyntax block && all.All(argument => argument.Expression is InvocationExpressionSyntax))
                yield return new Remedy(Title, editor => editor.ReplaceNode(block, (current, _) =>
                {
                    var now = (BlockSyntax)current;
                    var index = block.Statements.IndexOf(statement);
                    var (indent, lineEnd) = (statement.GetLeadingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia)), statement.GetTrailingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)));
                    var each = all.Select((argument, i) => (StatementSyntax)SyntaxFactory.ExpressionStatement(Awaited(argument.Expression))
                        .WithLeadingTrivia(i == 0 ? statement.GetLeadingTrivia() : indent.Skip(indent.Count() - 1))
                        .WithTrailingTrivia(i == all.Count - 1 ? statement.GetTrailingTrivia() : lineEnd));
                    return now.WithStatements(SyntaxFactory.List(now.Statements.Take(index).Concat(each).Concat(now.Statements.Skip(index + 1))));
                }));
            yield break;
        }
        if (call.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Type.IsVar: true } } variable } && variable.Ancestors().OfType<MemberDeclarationSyntax>().FirstOrDefault() is { } member)
        {
            var name = variable.Identifier.ValueText;
            var uses = member.DescendantNodes().OfType<IdentifierNameSyntax>().Where(use => use.Identifier.ValueText == name).ToList();
            if (uses.Count > 0 && uses.All(use => use.Parent is AwaitExpressionSyntax))
                yield return new Remedy(Title, editor =>
                {
                    editor.ReplaceNode(call, Awaited(call));
                    foreach (var use in uses)
                        editor.ReplaceNode(use.Parent!, use.WithTriviaFrom(use.Parent!));
                });
        }
        else if (call.Parent is AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" }, Parent: ExpressionStatementSyntax } discard
            && discard.Ancestors().FirstOrDefault(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax) is MethodDeclarationSyntax method && method.Modifiers.Any(SyntaxKind.AsyncKeyword))
        {
            yield return new Remedy(Title, editor => editor.ReplaceNode(discard, Awaited(call).WithTriviaFrom(discard)));
        }
    }

    private static ExpressionSyntax Awaited(ExpressionSyntax task) => SyntaxFactory.AwaitExpression(
        SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space), task.WithoutTrivia());
}
