using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>Raises the event by <c>?.Invoke</c>, which reads it once; a test that did nothing else goes.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class RacyEventInvokeFix() : Fix(RacyEventInvoke.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (Raised(finding.Node) is not { Parent: ExpressionStatementSyntax statement } call || finding.Model.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: < LanguageVersion.CSharp6 })
            yield break;
        var @event = call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Invoke" } explicitly && explicitly.Expression.Span.Contains(finding.Node.Span)
            ? explicitly.Expression : call.Expression;
        var raised = statement.WithExpression(SyntaxFactory.ConditionalAccessExpression(@event.WithoutTrailingTrivia(),
            SyntaxFactory.InvocationExpression(SyntaxFactory.MemberBindingExpression(SyntaxFactory.IdentifierName("Invoke")), call.ArgumentList)).WithTriviaFrom(call));
        var test = OnlyTest(statement, @event, finding);
        yield return new Remedy("Use ?.Invoke", editor => editor.ReplaceNode((SyntaxNode?)test ?? statement, test is null ? raised
            : raised.WithLeadingTrivia(Comments(test.GetLeadingTrivia(), statement.GetLeadingTrivia())).WithTrailingTrivia(test.GetTrailingTrivia()).WithAdditionalAnnotations(Formatter.Annotation)));
    }

    private static InvocationExpressionSyntax? Raised(SyntaxNode node) => node.AncestorsAndSelf().OfType<InvocationExpressionSyntax>()
        .FirstOrDefault(call => call.Expression == node || call.Expression is MemberAccessExpressionSyntax access && (access.Name == node || access.Expression == node || access.Expression is MemberAccessExpressionSyntax { Name: var inner } && inner == node));

    /// <summary>The statement that tests the event for null and does nothing but raise it.</summary>
    private static IfStatementSyntax? OnlyTest(StatementSyntax statement, ExpressionSyntax @event, Finding finding)
    {
        SyntaxNode? around = statement.Parent is BlockSyntax { Statements.Count: 1 } block && !block.OpenBraceToken.TrailingTrivia.Any(IsComment) && !block.CloseBraceToken.LeadingTrivia.Any(IsComment) ? block.Parent : statement.Parent;
        return around is IfStatementSyntax { Else: null } test && Tests(test.Condition, finding.Model.GetSymbolInfo(@event, finding.Cancellation).Symbol, finding) ? test : null;
    }

    private static bool Tests(ExpressionSyntax condition, ISymbol? @event, Finding finding) => @event is not null && condition switch
    {
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.NotEqualsExpression } binary =>
            binary.Right.IsKind(SyntaxKind.NullLiteralExpression) && Is(binary.Left, @event, finding) || binary.Left.IsKind(SyntaxKind.NullLiteralExpression) && Is(binary.Right, @event, finding),
        IsPatternExpressionSyntax { Expression: var tested, Pattern: UnaryPatternSyntax { Pattern: ConstantPatternSyntax { Expression.RawKind: (int)SyntaxKind.NullLiteralExpression } } } => Is(tested, @event, finding),
        IsPatternExpressionSyntax { Expression: var tested, Pattern: RecursivePatternSyntax { Designation: null, Type: null, PropertyPatternClause.Subpatterns.Count: 0 } } => Is(tested, @event, finding),
        _ => false,
    };

    private static bool Is(ExpressionSyntax tested, ISymbol @event, Finding finding) => SymbolEqualityComparer.Default.Equals(finding.Model.GetSymbolInfo(tested, finding.Cancellation).Symbol, @event);

    private static bool IsComment(SyntaxTrivia trivia) => !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia);

    /// <summary>What stands before the test, and the comments that stood before the call.</summary>
    private static SyntaxTriviaList Comments(SyntaxTriviaList test, SyntaxTriviaList call) => call.Any(IsComment) ? test.AddRange(call.SkipWhile(trivia => !IsComment(trivia))) : test;
}
