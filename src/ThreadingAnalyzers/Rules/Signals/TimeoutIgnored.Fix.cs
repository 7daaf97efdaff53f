using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Signals;

/// <summary>Throws when the time is over.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class TimeoutIgnoredFix() : Fix(TimeoutIgnored.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { Parent: ExpressionStatementSyntax statement } call)
            yield break;
        var thrown = SyntaxFactory.ThrowStatement(SyntaxFactory.ObjectCreationExpression(
            SyntaxFactory.ParseTypeName("global::System.TimeoutException").WithAdditionalAnnotations(Simplifier.Annotation), SyntaxFactory.ArgumentList(), null).NormalizeWhitespace());
        yield return new Remedy("Test the result", editor => editor.ReplaceNode(statement, SyntaxFactory.IfStatement(
            SyntaxFactory.PrefixUnaryExpression(SyntaxKind.LogicalNotExpression, call.WithoutTrivia()), thrown).WithTriviaFrom(statement).WithAdditionalAnnotations(Formatter.Annotation)));
    }
}
