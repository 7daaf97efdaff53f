using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>
/// Fills a local and stores that last; of a flag, sets it last. Only where all that is done in between stands in the statements
/// that follow, and nothing that they call looks at the field.
/// </summary>
internal static class PublishLast
{
    private const string Title = "Publish last";

    /// <summary>The remedy for a write that stands before what it is to follow; none where it is not certain.</summary>
    public static IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<AssignmentExpressionSyntax>() is not { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Parent: ExpressionStatementSyntax { Parent: BlockSyntax block } statement } assignment
            || !assignment.Left.Span.Contains(finding.Node.Span) || finding.Model.GetSymbolInfo(assignment.Left, finding.Cancellation).Symbol is not { } stored || stored is not (IFieldSymbol or IPropertySymbol))
            yield break;
        var rest = block.Statements.Skip(block.Statements.IndexOf(statement) + 1).ToList();
        if (assignment.Right is BaseObjectCreationExpressionSyntax creation)
        {
            var filling = rest.TakeWhile(next => Names(next, stored, finding)).TakeWhile(next => next is not ReturnStatementSyntax).ToList();
            if (filling.Count > 0 && !rest.Skip(filling.Count).Any(later => later is not ReturnStatementSyntax && Names(later, stored, finding)) && filling.All(step => IsOwn(step, stored, finding)))
                yield return new Remedy(Title, editor => Fill(editor, finding, statement, assignment, creation, filling, stored));
        }
        else if (assignment.Right is LiteralExpressionSyntax)
        {
            var before = rest.TakeWhile(next => next is not (ReturnStatementSyntax or BreakStatementSyntax)).ToList();
            if (before.Count > 0 && before.All(step => !Names(step, stored, finding) && IsOwn(step, stored, finding) && !Leaves(step)))
                yield return new Remedy(Title, editor =>
                {
                    editor.InsertAfter(before.Last(), statement.WithLeadingTrivia(before.Last().GetLeadingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia))));
                    editor.RemoveNode(statement, SyntaxRemoveOptions.KeepExteriorTrivia & SyntaxRemoveOptions.KeepDirectives);
                });
        }
    }

    private static bool Names(SyntaxNode step, ISymbol stored, Finding finding) => AtomicUpdate.Uses(stored, step, finding).Any();

    /// <summary>Whether the step only fills: it gives the field no other value, keeps no delegate that reads it, and calls nothing of ours that does.</summary>
    private static bool IsOwn(StatementSyntax step, ISymbol stored, Finding finding) =>
        !AtomicUpdate.Uses(stored, step, finding).Any(use => use.Parent is AssignmentExpressionSyntax assignment && assignment.Left == use
            || use.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not (int)SyntaxKind.None } or RefExpressionSyntax
            || use.Ancestors().TakeWhile(node => node != step).Any(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
        && !step.DescendantNodes().Any(node => node is AwaitExpressionSyntax or YieldStatementSyntax)
        && step.DescendantNodes().OfType<InvocationExpressionSyntax>().All(call => finding.Model.GetSymbolInfo(call, finding.Cancellation).Symbol is { } method
            && method.DeclaringSyntaxReferences.All(declared => !declared.GetSyntax(finding.Cancellation).DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == stored.Name)));

    private static bool Leaves(StatementSyntax step) => step.DescendantNodesAndSelf().Any(node => node is ReturnStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax or GotoStatementSyntax);

    private static void Fill(DocumentEditor editor, Finding finding, ExpressionStatementSyntax statement, AssignmentExpressionSyntax assignment, BaseObjectCreationExpressionSyntax creation, List<StatementSyntax> filling, ISymbol stored)
    {
        var model = finding.Model;
        var member = statement.Ancestors().First(node => node is MemberDeclarationSyntax);
        var name = FreeName.In(member, LocalName(stored.Name), model, statement.SpanStart);
        var local = SyntaxFactory.IdentifierName(name);
        var type = stored is IFieldSymbol field ? field.Type : ((IPropertySymbol)stored).Type;
        // The same type, so that the steps mean the same of the local.
        var isSame = creation is ObjectCreationExpressionSyntax && SymbolEqualityComparer.IncludeNullability.Equals(model.GetTypeInfo(creation, finding.Cancellation).Type?.WithNullableAnnotation(NullableAnnotation.None), type.WithNullableAnnotation(NullableAnnotation.None));
        var declared = isSame ? "var" : type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToMinimalDisplayString(model, statement.SpanStart);
        var declaration = SyntaxFactory.ParseStatement($"{declared} {name} = {creation.WithoutTrivia()};").WithLeadingTrivia(statement.GetLeadingTrivia()).WithTrailingTrivia(statement.GetTrailingTrivia());
        foreach (var use in filling.SelectMany(step => AtomicUpdate.Uses(stored, step, finding)))
            editor.ReplaceNode(use, local.WithTriviaFrom(use));
        var last = filling.Last();
        var indent = statement.GetLeadingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia)).Take(1);
        editor.InsertAfter(last, SyntaxFactory.ExpressionStatement(assignment.WithRight(local.WithTriviaFrom(assignment.Right)).WithoutTrivia())
            .WithLeadingTrivia(indent).WithTrailingTrivia(statement.GetTrailingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia))));
        editor.ReplaceNode(statement, declaration.WithAdditionalAnnotations(Formatter.Annotation));
    }

    /// <summary>What a local for the field is called: without the prefix, or new where there is none.</summary>
    private static string LocalName(string field)
    {
        var plain = field.StartsWith("s_", StringComparison.Ordinal) || field.StartsWith("m_", StringComparison.Ordinal) ? field.Substring(2) : field.TrimStart('_');
        var lower = char.ToLowerInvariant(plain[0]) + plain.Substring(1);
        return lower == field || SyntaxFacts.GetKeywordKind(lower) != SyntaxKind.None ? "new" + char.ToUpperInvariant(plain[0]) + plain.Substring(1) : lower;
    }
}
