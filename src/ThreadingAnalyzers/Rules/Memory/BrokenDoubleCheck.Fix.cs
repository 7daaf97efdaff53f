using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>Repeats the test inside the lock statement, or leaves it all to a Lazy where nothing else uses the field; sets last what is set too early.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class BrokenDoubleCheckFix() : Fix(BrokenDoubleCheck.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        foreach (var remedy in PublishLast.Remedies(finding))
            yield return remedy;
        if (finding.Node.FirstAncestorOrSelf<IfStatementSyntax>() is not { Else: null } test || !test.Condition.Span.Contains(finding.Node.Span))
            yield break;
        if (Lock(test.Statement is BlockSyntax block ? block.Statements : SyntaxFactory.SingletonList(test.Statement)) is { } inner)
            yield return new Remedy("Test again inside the lock", editor => editor.ReplaceNode(inner, inner.WithStatement(Inside(test, inner.Statement)).WithAdditionalAnnotations(Formatter.Annotation)));
        else if (test.Parent is BlockSyntax outer && Lock(outer.Statements.SkipWhile(statement => statement != test).Skip(1)) is { Statement: BlockSyntax held } behind)
            yield return new Remedy("Test again inside the lock", editor => editor.ReplaceNode(behind, behind.WithStatement(
                held.WithStatements(held.Statements.Insert(0, test.WithLeadingTrivia().WithTrailingTrivia(LineEnd(held)).WithAdditionalAnnotations(Formatter.Annotation)))).WithAdditionalAnnotations(Formatter.Annotation)));
        if (Lazily(test, finding) is { } lazily)
            yield return new Remedy("Use Lazy<T>", lazily);
    }

    /// <summary>
    /// The member that does nothing but fill the field under the lock and return it, as one that asks a Lazy; null where the
    /// field is used elsewhere. A gate that nobody locks any more goes.
    /// </summary>
    private static Action<DocumentEditor>? Lazily(IfStatementSyntax test, Finding finding)
    {
        if (test.Parent is not BlockSyntax { Parent: AccessorDeclarationSyntax or MethodDeclarationSyntax } body || Lock(test.DescendantNodes().OfType<LockStatementSyntax>().Concat(body.Statements.OfType<LockStatementSyntax>())) is not { } @lock
            || Statements(@lock.Statement).FirstOrDefault() is not ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Left: var target, Right: var value } } fill
            || finding.Model.GetSymbolInfo(target, finding.Cancellation).Symbol is not { } symbol || LazyField.Of(symbol, finding) is not { } field || !field.CanMake(value)
            || value.DescendantTrivia().Any(IsWord) || AtomicUpdate.Uses(symbol, finding.Root, finding).Any(use => !body.Span.Contains(use.Span)))
            return null;
        // Nothing but the test, the lock, the assignment and returns of the field.
        var others = body.DescendantNodes().OfType<StatementSyntax>().Where(statement => statement is not BlockSyntax && statement != test && statement != @lock && statement != fill).ToList();
        if (others.Count == 0 || others.Any(statement => statement is not ReturnStatementSyntax { Expression: { } returned } || !SyntaxFactory.AreEquivalent(returned, target)) || body.DescendantTrivia().Any(IsWord))
            return null;
        var lineEnd = body.OpenBraceToken.TrailingTrivia.Where(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia));
        var only = SyntaxFactory.ReturnStatement(LazyField.Made(target, target).WithLeadingTrivia(SyntaxFactory.Space).WithoutTrailingTrivia()).WithTrailingTrivia(lineEnd).WithAdditionalAnnotations(Formatter.Annotation);
        var gate = Gate(@lock, finding);
        return editor =>
        {
            field.Declare(editor, value);
            editor.ReplaceNode(body, body.WithStatements(SyntaxFactory.SingletonList<StatementSyntax>(only)));
            if (gate is not null)
                editor.RemoveNode(gate, SyntaxRemoveOptions.KeepNoTrivia);
        };
    }

    /// <summary>The declaration of the object that is locked here and used nowhere else.</summary>
    private static FieldDeclarationSyntax? Gate(LockStatementSyntax @lock, Finding finding) =>
        finding.Model.GetSymbolInfo(@lock.Expression).Symbol is IFieldSymbol { DeclaredAccessibility: Accessibility.Private, ContainingType.DeclaringSyntaxReferences.Length: 1, DeclaringSyntaxReferences: [{ } declared] } gate
        && declared.GetSyntax(finding.Cancellation) is VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: FieldDeclarationSyntax declaration } }
        && AtomicUpdate.Uses(gate, finding.Root, finding).Count() == 1 ? declaration : null;

    private static IEnumerable<StatementSyntax> Statements(StatementSyntax statement) => statement is BlockSyntax block ? block.Statements : [statement];

    private static bool IsWord(SyntaxTrivia trivia) => !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia);

    private static LockStatementSyntax? Lock(IEnumerable<StatementSyntax> statements) => statements.OfType<LockStatementSyntax>().FirstOrDefault();

    private static IEnumerable<SyntaxTrivia> LineEnd(BlockSyntax block) => block.OpenBraceToken.TrailingTrivia.Where(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia));

    private static StatementSyntax Inside(IfStatementSyntax test, StatementSyntax held)
    {
        var again = SyntaxFactory.IfStatement(test.Condition.WithoutTrivia(), held.WithoutTrailingTrivia()).WithAdditionalAnnotations(Formatter.Annotation);
        return held is BlockSyntax { Statements.Count: > 1 } block
            ? block.WithStatements(SyntaxFactory.SingletonList<StatementSyntax>(again.WithStatement(block.WithoutTrivia()).WithTrailingTrivia(LineEnd(block)))).WithAdditionalAnnotations(Formatter.Annotation)
            : held is BlockSyntax { Statements: [var only] } single ? single.WithStatements(SyntaxFactory.SingletonList<StatementSyntax>(again.WithStatement(only.WithoutTrailingTrivia()).WithTriviaFrom(only)))
            : again.WithTriviaFrom(held);
    }
}
