using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Signals;

/// <summary>Gives the signal in a <c>finally</c>: one of its own around the work before it, or that of the try it ends. A promise needs a result and has no fix.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class SignalNotInFinallyFix() : Fix(SignalNotInFinally.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { Parent: ExpressionStatementSyntax { Parent: BlockSyntax block } signal } call
            || finding.Model.GetSymbolInfo(call, finding.Cancellation).Symbol is not IMethodSymbol method
            || KnownTypes.Of(finding.Model.Compilation)[method.ContainingType] == KnownType.TaskCompletionSource
            || block.Statements.Last() != signal || block.Statements.Count < 2 || Declares(block, call))
            yield break;
        var last = SyntaxFactory.FinallyClause(SyntaxFactory.Block(signal.WithLeadingTrivia(signal.GetLeadingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.EndOfLineTrivia)))));
        var work = block.WithStatements(block.Statements.RemoveAt(block.Statements.Count - 1));
        if (block.Parent is TryStatementSyntax { Finally: null } @try)
            yield return new Remedy("Signal in finally", editor => editor.ReplaceNode(@try, @try.WithBlock(work).WithFinally(last).WithAdditionalAnnotations(Formatter.Annotation)));
        else if (block.Parent is LambdaExpressionSyntax or AnonymousMethodExpressionSyntax or LocalFunctionStatementSyntax or MethodDeclarationSyntax)
            yield return new Remedy("Signal in finally", editor => editor.ReplaceNode(block, block.WithStatements(SyntaxFactory.SingletonList<StatementSyntax>(
                SyntaxFactory.TryStatement(NewBlock.Around(work.Statements), default, last).WithAdditionalAnnotations(Formatter.Annotation)))));
    }

    /// <summary>Whether the block declares what the signal names; a finally does not see it.</summary>
    private static bool Declares(BlockSyntax block, InvocationExpressionSyntax call) => block.Statements.OfType<LocalDeclarationStatementSyntax>()
        .Any(declaration => declaration.Declaration.Variables.Any(variable => call.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == variable.Identifier.ValueText)));
}
