using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>Copies the variable to a local of the iteration and lets all lambdas of the statement capture that.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class CapturedLoopVariableFix() : Fix(CapturedLoopVariable.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node is not IdentifierNameSyntax capture
            || finding.Model.GetSymbolInfo(capture, finding.Cancellation).Symbol is not { } variable
            || TypeOf(variable) is not { } type
            || capture.Ancestors().OfType<AnonymousFunctionExpressionSyntax>().LastOrDefault(function => !function.Span.Contains(variable.DeclaringSyntaxReferences[0].Span) && IsInLoopOf(function, variable)) is not { } lambda
            || lambda.FirstAncestorOrSelf<StatementSyntax>() is not { } statement || !CanPrecede(statement))
            yield break;

        var uses = statement.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name => name.Identifier.ValueText == variable.Name && SymbolEqualityComparer.Default.Equals(finding.Model.GetSymbolInfo(name, finding.Cancellation).Symbol, variable))
            .ToList();
        var captured = uses.Where(name => name.Ancestors().TakeWhile(node => node != statement).Any(node => node is AnonymousFunctionExpressionSyntax)).ToList();
        if (uses.Any(IsWritten) || captured.Any(NamesMember))
            yield break;
        yield return new Remedy("Copy it to a local", editor => Copy(editor, statement, variable.Name, FreeName.In(MemberOf(statement), variable.Name + "Copy", finding.Model, statement.SpanStart), type, captured));
    }

    private static void Copy(DocumentEditor editor, StatementSyntax statement, string name, string copy, TypeSyntax type, List<IdentifierNameSyntax> captured)
    {
        var indent = statement.GetLeadingTrivia().TakeWhile(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia) || trivia.IsKind(SyntaxKind.WhitespaceTrivia)).ToList();
        var blank = indent.FindLastIndex(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)) + 1;
        var renamed = statement
            .ReplaceNodes(captured, (use, _) => SyntaxFactory.IdentifierName(copy).WithTriviaFrom(use))
            .WithLeadingTrivia(statement.GetLeadingTrivia().Skip(blank));
        var declaration = SyntaxFactory.LocalDeclarationStatement(SyntaxFactory.VariableDeclaration(type.WithoutTrivia().WithTrailingTrivia(SyntaxFactory.Space), SyntaxFactory.SingletonSeparatedList(
                SyntaxFactory.VariableDeclarator(copy).WithInitializer(SyntaxFactory.EqualsValueClause(SyntaxFactory.IdentifierName(name)))))).NormalizeWhitespace()
            .WithAdditionalAnnotations(Formatter.Annotation);

        switch (statement.Parent)
        {
            case BlockSyntax or SwitchSectionSyntax:
                editor.InsertBefore(statement, declaration.WithLeadingTrivia(statement.GetLeadingTrivia().Take(blank)).WithTrailingTrivia(SyntaxFactory.ElasticMarker));
                editor.ReplaceNode(statement, renamed);
                break;
            default:
                editor.ReplaceNode(statement, SyntaxFactory.Block(declaration.WithTrailingTrivia(SyntaxFactory.ElasticMarker), renamed.WithAdditionalAnnotations(Formatter.Annotation))
                    .WithTrailingTrivia(statement.GetTrailingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)))
                    .WithAdditionalAnnotations(Formatter.Annotation));
                break;
        }
    }

    /// <summary>The type as the variable's declaration writes it, <c>var</c> included; null where it writes none.</summary>
    private static TypeSyntax? TypeOf(ISymbol variable) => variable.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() switch
    {
        VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Type: not RefTypeSyntax and var type } } => type,
        SingleVariableDesignationSyntax { Parent: DeclarationExpressionSyntax { Type: var type } } => type,
        SingleVariableDesignationSyntax => SyntaxFactory.IdentifierName("var"),
        ParameterSyntax { Type: { } type } => type,
        _ => null,
    };

    private static bool IsInLoopOf(SyntaxNode function, ISymbol variable) => function.Ancestors()
        .TakeWhile(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax))
        .Any(node => node is ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax or CommonForEachStatementSyntax);

    /// <summary>Whether a declaration before the statement is one that the lambda in it sees.</summary>
    private static bool CanPrecede(StatementSyntax statement) =>
        statement is ExpressionStatementSyntax or LocalDeclarationStatementSyntax or ReturnStatementSyntax or YieldStatementSyntax
        && statement.Parent is BlockSyntax or SwitchSectionSyntax or ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax or CommonForEachStatementSyntax or IfStatementSyntax or ElseClauseSyntax;

    private static bool IsWritten(IdentifierNameSyntax name) => name.Parent switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left == name,
        PrefixUnaryExpressionSyntax prefix => prefix.OperatorToken.Kind() is SyntaxKind.PlusPlusToken or SyntaxKind.MinusMinusToken or SyntaxKind.AmpersandToken,
        PostfixUnaryExpressionSyntax postfix => postfix.OperatorToken.Kind() is SyntaxKind.PlusPlusToken or SyntaxKind.MinusMinusToken,
        ArgumentSyntax argument => !argument.RefKindKeyword.IsKind(SyntaxKind.None),
        _ => false,
    };

    // 'new { i }' and '(i, x)' take a member's name from the variable's.
    private static bool NamesMember(IdentifierNameSyntax name) =>
        name.Parent is AnonymousObjectMemberDeclaratorSyntax { NameEquals: null } or ArgumentSyntax { Parent: TupleExpressionSyntax, NameColon: null };

    private static SyntaxNode MemberOf(StatementSyntax statement) =>
        statement.Ancestors().OfType<MemberDeclarationSyntax>().FirstOrDefault(member => member is not GlobalStatementSyntax) ?? statement.SyntaxTree.GetRoot();
}
