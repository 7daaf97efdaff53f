using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Signals;

/// <summary>Makes a <c>while</c> of the <c>if</c> that only waits.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class WaitOutsideLoopFix() : Fix(WaitOutsideLoop.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { } wait)
            yield break;
        var only = wait.Parent is BlockSyntax { Statements.Count: 1 } block ? block : (SyntaxNode)wait;
        if (only.Parent is IfStatementSyntax { Else: null } test && test.Statement == only
            // What the condition declares is used behind the if, and a loop would hide it.
            && !test.Condition.DescendantNodes().Any(node => node is SingleVariableDesignationSyntax))
            yield return new Remedy("Wait in a loop", editor => editor.ReplaceNode(test, SyntaxFactory.WhileStatement(
                SyntaxFactory.Token(SyntaxKind.WhileKeyword).WithTriviaFrom(test.IfKeyword), test.OpenParenToken, test.Condition, test.CloseParenToken, test.Statement)));
    }
}
