using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Signals;

/// <summary>
/// Throws when the time is over, where the code behind certainly needs what is waited for: others' work is counted, or the code
/// that gives the signal writes what is read here. A wait for an event may as well be a pause that can be cut short.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class TimeoutIgnoredFix() : Fix(TimeoutIgnored.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { Parent: ExpressionStatementSyntax { Parent: BlockSyntax block } statement } call
            || finding.Model.GetOperation(call, finding.Cancellation) is not IInvocationOperation wait
            || !SignalMembers.CountsWork(wait.TargetMethod, KnownTypes.Of(finding.Model.Compilation)) && !IsNeeded(block.Statements.SkipWhile(other => other != statement).Skip(1), wait, finding))
            yield break;
        var thrown = SyntaxFactory.ThrowStatement(SyntaxFactory.ObjectCreationExpression(
            SyntaxFactory.ParseTypeName("global::System.TimeoutException").WithAdditionalAnnotations(Simplifier.Annotation), SyntaxFactory.ArgumentList(), null).NormalizeWhitespace());
        var test = SyntaxFactory.IfStatement(SyntaxFactory.PrefixUnaryExpression(SyntaxKind.LogicalNotExpression, call.WithoutTrivia()), thrown)
            .WithTriviaFrom(statement).WithAdditionalAnnotations(Formatter.Annotation);
        // What is said behind the wait is said of the wait.
        if (statement.GetTrailingTrivia().Any(SyntaxKind.SingleLineCommentTrivia))
            test = test.WithCloseParenToken(test.CloseParenToken.WithTrailingTrivia(statement.GetTrailingTrivia()))
                .WithTrailingTrivia(statement.GetTrailingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)));
        yield return new Remedy("Test the result", editor => editor.ReplaceNode(statement, test));
    }

    /// <summary>Whether a statement behind the wait names what the code writes that gives the signal.</summary>
    private static bool IsNeeded(IEnumerable<StatementSyntax> behind, IInvocationOperation wait, Finding finding)
    {
        var types = KnownTypes.Of(finding.Model.Compilation);
        var setters = finding.Root.DescendantNodes().OfType<InvocationExpressionSyntax>().Select(call => finding.Model.GetOperation(call, finding.Cancellation)).OfType<IInvocationOperation>()
            .Where(call => SignalMembers.Sets(call.TargetMethod, types) && call.Instance is { } set && wait.Instance is { } waited && set.Unconverted().IsSameAs(waited.Unconverted()))
            .Select(call => WrittenBy.Work(call.Function())).ToList();
        return behind.Any(statement => setters.Any(written => written.IsNamedIn(statement, finding.Model)));
    }
}
