using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>Copies the field to a local before the test, and tests and uses that.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class RereadSharedFieldFix() : Fix(RereadSharedField.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (Named(finding.Node) is not { } use || finding.Model.GetSymbolInfo(use, finding.Cancellation).Symbol is not (IFieldSymbol or IPropertySymbol { IsIndexer: false }) || Symbol(finding, use) is not { } field)
            yield break;
        if (Range(use, field, finding) is not var (first, last))
            yield break;
        var statements = StatementsOf(first).SkipWhile(statement => statement != first).ToList();
        var uses = statements.Take(statements.IndexOf(last) + 1).SelectMany(statement => Mentions(statement, field, finding)).ToList();
        // The rest of the block too, as long as nothing there changes the field.
        var rest = statements.Skip(statements.IndexOf(last) + 1).SelectMany(statement => Mentions(statement, field, finding)).ToList();
        var function = FunctionOf(use);
        if (!uses.All(mention => CanBeCopied(mention) && FunctionOf(mention) == function))
            yield break;
        if (rest.All(mention => CanBeCopied(mention) && FunctionOf(mention) == function))
            uses.AddRange(rest);
        var name = FreeName.In(MemberOf(first), Wanted(field), finding.Model, first.SpanStart);
        var written = uses[0].WithoutTrivia();
        yield return new Remedy("Copy it to a local", editor =>
        {
            var indent = first.GetLeadingTrivia();
            var line = indent.ToList().FindLastIndex(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)) + 1;
            var declaration = SyntaxFactory.LocalDeclarationStatement(SyntaxFactory.VariableDeclaration(SyntaxFactory.IdentifierName("var"), SyntaxFactory.SingletonSeparatedList(
                SyntaxFactory.VariableDeclarator(name).WithInitializer(SyntaxFactory.EqualsValueClause(written))))).NormalizeWhitespace()
                .WithLeadingTrivia(indent).WithTrailingTrivia(SyntaxFactory.ElasticMarker).WithAdditionalAnnotations(Formatter.Annotation);
            editor.InsertBefore(first, declaration);
            foreach (var mention in uses.Where(mention => !first.Span.Contains(mention.Span)))
                editor.ReplaceNode(mention, SyntaxFactory.IdentifierName(name).WithTriviaFrom(mention));
            var own = uses.Where(mention => first.Span.Contains(mention.Span)).ToList();
            editor.ReplaceNode(first, first.ReplaceNodes(own, (mention, _) => SyntaxFactory.IdentifierName(name).WithTriviaFrom(mention)).WithLeadingTrivia(indent.Skip(line)));
        });
    }

    /// <summary>The statements from the one with the test to the one with the second read, both in one block.</summary>
    private static (StatementSyntax First, StatementSyntax Last)? Range(ExpressionSyntax use, ISymbol field, Finding finding)
    {
        foreach (var node in use.Ancestors())
        {
            // A loop tests again and again, a lambda runs later, and behind a lock the object may be at its end.
            if (node is LockStatementSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax or WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax)
                return null;
            if (node is not StatementSyntax statement || statement.Parent is not (BlockSyntax or SwitchSectionSyntax) || statement is BlockSyntax)
                continue;
            if (Mentions(statement, field, finding).Any(mention => mention.SpanStart < use.SpanStart))
                return (statement, statement);
            if (StatementsOf(statement).TakeWhile(other => other != statement).Reverse().FirstOrDefault(other => other is IfStatementSyntax test && Mentions(test.Condition, field, finding).Any()) is { } test)
                return (test, statement);
        }
        return null;
    }

    private static IEnumerable<ExpressionSyntax> Mentions(SyntaxNode code, ISymbol field, Finding finding) => code.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>()
        .Where(name => name.Identifier.ValueText == field.Name && SymbolEqualityComparer.Default.Equals(finding.Model.GetSymbolInfo(name, finding.Cancellation).Symbol, field))
        .Select(name => Named(name)!)
        .Where(mention => Symbol(finding, mention) is not null);

    /// <summary>The member by the name that the code uses: with <c>this.</c> or the type in front, where that stands there.</summary>
    private static ExpressionSyntax? Named(SyntaxNode node) => node switch
    {
        IdentifierNameSyntax { Parent: MemberAccessExpressionSyntax access } name when access.Name == name => access,
        IdentifierNameSyntax name => name,
        MemberAccessExpressionSyntax access => access,
        _ => null,
    };

    /// <summary>The member, where it is static or the code's own object's: then all mentions are of one memory.</summary>
    private static ISymbol? Symbol(Finding finding, ExpressionSyntax use) => finding.Model.GetSymbolInfo(use, finding.Cancellation).Symbol is { } symbol
        && (symbol.IsStatic || use is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax }) ? symbol : null;

    private static SyntaxNode? FunctionOf(SyntaxNode node) => node.Ancestors().FirstOrDefault(outer => outer is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax);

    private static bool CanBeCopied(ExpressionSyntax mention) => mention switch
    {
        { Parent: AssignmentExpressionSyntax assignment } => assignment.Left != mention,
        { Parent: ArgumentSyntax argument } => argument.RefKindKeyword.IsKind(SyntaxKind.None),
        { Parent: PostfixUnaryExpressionSyntax { OperatorToken.RawKind: (int)SyntaxKind.PlusPlusToken or (int)SyntaxKind.MinusMinusToken } } => false,
        { Parent: PrefixUnaryExpressionSyntax { OperatorToken.RawKind: (int)SyntaxKind.PlusPlusToken or (int)SyntaxKind.MinusMinusToken or (int)SyntaxKind.AmpersandToken } } => false,
        { Parent: InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } } } => false,
        { Parent: AnonymousObjectMemberDeclaratorSyntax { NameEquals: null } } => false,
        _ => true,
    };

    /// <summary>The field's name as a local is called; where the field is called so itself, what it is now.</summary>
    private static string Wanted(ISymbol field)
    {
        var plain = field.Name.TrimStart('_');
        plain = plain.Length > 1 && plain[1] == '_' ? plain.Substring(2) : plain;
        plain = plain.Length == 0 ? "value" : char.ToLowerInvariant(plain[0]) + plain.Substring(1);
        return plain != field.Name && SyntaxFacts.GetKeywordKind(plain) == SyntaxKind.None ? plain : "current" + char.ToUpperInvariant(plain[0]) + plain.Substring(1);
    }

    private static IEnumerable<StatementSyntax> StatementsOf(StatementSyntax statement) => statement.Parent switch
    {
        BlockSyntax block => block.Statements,
        SwitchSectionSyntax section => section.Statements,
        _ => [statement],
    };

    private static SyntaxNode MemberOf(StatementSyntax statement) => statement.Ancestors().OfType<MemberDeclarationSyntax>().First();
}
