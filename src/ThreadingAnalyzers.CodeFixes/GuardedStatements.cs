using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>
/// The statements of one block between a call that takes a lock and the one that gives it back, be that the next statement
/// but these or all of the finally of a try behind them: what can become a <c>try</c> or a <c>lock</c> as a whole.
/// </summary>
internal sealed class GuardedStatements
{
    private readonly BlockSyntax block;
    private readonly StatementSyntax taking;
    private readonly StatementSyntax last;
    private readonly IOperation @lock;
    private readonly bool isMonitor;

    private GuardedStatements(BlockSyntax block, StatementSyntax taking, StatementSyntax last, IOperation @lock, bool isMonitor) =>
        (this.block, this.taking, this.last, this.@lock, this.isMonitor) = (block, taking, last, @lock, isMonitor);

    /// <summary>The statements behind the acquisition that is found, or null where they cannot be put in a block of their own.</summary>
    public static GuardedStatements? After(Finding finding)
    {
        var types = KnownTypes.Of(finding.Model.Compilation);
        if (finding.Model.GetOperation(finding.Node, finding.Cancellation) is not IInvocationOperation call || Holding.Of(call, types) is not { Releases: [var release] } holding
            || finding.Node.FirstAncestorOrSelf<StatementSyntax>() is not ExpressionStatementSyntax { Parent: BlockSyntax block } taking
            || release.Syntax.FirstAncestorOrSelf<StatementSyntax>() is not ExpressionStatementSyntax giving
            || Last(block, giving) is not { } last || block.Statements.IndexOf(last) <= block.Statements.IndexOf(taking) + 1
            || LockMembers.Flag(call) is not null)
            return null;
        var guarded = new GuardedStatements(block, taking, last, holding.Lock, types[call.TargetMethod.ContainingType] is KnownType.Monitor or KnownType.Lock && call.Arguments.Length <= 1);
        return guarded.IsClosed() ? guarded : null;
    }

    /// <summary>Whether a lock statement may hold them: of a monitor or <c>Lock</c>, without await and yield.</summary>
    public bool CanLock => isMonitor && last is not TryStatementSyntax
        && !Between.SelectMany(statement => statement.DescendantNodesAndSelf(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))).Any(node => node is AwaitExpressionSyntax or YieldStatementSyntax);

    private IEnumerable<StatementSyntax> Between => block.Statements.SkipWhile(statement => statement != taking).Skip(1).TakeWhile(statement => statement != last);

    /// <summary>Puts them in a try whose finally is the release, or at the head of the try that releases.</summary>
    public void ReleaseInFinally(DocumentEditor editor)
    {
        if (last is TryStatementSyntax @try)
        {
            Replace(editor, taking, @try.WithBlock(@try.Block.WithStatements(@try.Block.Statements.InsertRange(0, Between))));
            return;
        }
        var finallyClause = SyntaxFactory.FinallyClause(SyntaxFactory.Block(last.WithoutTrivia()));
        Replace(editor, taking, SyntaxFactory.TryStatement(NewBlock.Around(Between), default, finallyClause));
    }

    /// <summary>Puts them in a lock statement in the place of both calls.</summary>
    public void Lock(DocumentEditor editor) =>
        Replace(editor, null, SyntaxFactory.LockStatement((ExpressionSyntax)@lock.Syntax.WithoutTrivia(), NewBlock.Around(Between)).WithLeadingTrivia(taking.GetLeadingTrivia()));

    private void Replace(DocumentEditor editor, StatementSyntax? head, StatementSyntax body)
    {
        var (from, to) = (block.Statements.IndexOf(taking), block.Statements.IndexOf(last));
        var ended = body.WithTrailingTrivia(last.GetTrailingTrivia()).WithAdditionalAnnotations(Formatter.Annotation);
        var mended = block.Statements.Take(from).Concat(head is null ? [ended] : [head, ended]).Concat(block.Statements.Skip(to + 1));
        editor.ReplaceNode(block, block.WithStatements(SyntaxFactory.List(mended)));
    }

    /// <summary>The statement of the block that gives the lock back: the call, or a try without handlers whose finally is that call.</summary>
    private static StatementSyntax? Last(BlockSyntax block, StatementSyntax giving) =>
        giving.Parent == block ? giving
        : giving.Parent is BlockSyntax { Statements.Count: 1, Parent: FinallyClauseSyntax { Parent: TryStatementSyntax { Catches.Count: 0 } @try } } && @try.Parent == block ? @try
        : null;

    /// <summary>Whether no variable that they declare is named behind them, no label stands among them, and nothing is said at the calls that would get lost.</summary>
    private bool IsClosed()
    {
        var statements = Between.ToList();
        if (statements.Any(statement => statement is LocalFunctionStatementSyntax || statement.DescendantNodesAndSelf().Any(node => node is LabeledStatementSyntax) || statement is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 })
            || last is not TryStatementSyntax && last.GetLeadingTrivia().Concat(taking.GetTrailingTrivia()).Concat(last.GetTrailingTrivia()).Any(IsComment))
            return false;
        var names = new HashSet<string>(statements.SelectMany(statement => statement.DescendantNodesAndSelf(node => node is not (BlockSyntax or AnonymousFunctionExpressionSyntax)))
            .Select(node => node switch
            {
                VariableDeclaratorSyntax variable => variable.Identifier.ValueText,
                SingleVariableDesignationSyntax variable => variable.Identifier.ValueText,
                _ => "",
            }));
        var behind = last is TryStatementSyntax { Finally: { } @finally } ? @finally.SpanStart : last.SpanStart;
        return !block.DescendantTokens().Any(token => token.SpanStart >= behind && token.IsKind(SyntaxKind.IdentifierToken) && names.Contains(token.ValueText));
    }

    private static bool IsComment(SyntaxTrivia trivia) => !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia);
}
