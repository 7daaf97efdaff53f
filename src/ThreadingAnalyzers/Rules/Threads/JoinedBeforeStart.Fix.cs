using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>Swaps the join with the start where the one stands right before the other.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class JoinedBeforeStartFix() : Fix(JoinedBeforeStart.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { Expression: MemberAccessExpressionSyntax { Expression: var joined }, Parent: ExpressionStatementSyntax { Parent: { } block } join }
            || block.ChildNodes().OfType<StatementSyntax>().SkipWhile(statement => statement != join).Skip(1).FirstOrDefault() is not ExpressionStatementSyntax { Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var started } } } start
            || joined.ToString() != started.ToString())
            yield break;
        yield return new Remedy("Start it first", editor =>
        {
            editor.ReplaceNode(join, start.WithTriviaFrom(join));
            editor.ReplaceNode(start, join.WithTriviaFrom(start));
        });
    }
}
