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

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>Gives the work of a background thread that nobody keeps to the pool, where it comes to an end by itself.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class UnboundedThreadsFix() : Fix(UnboundedThreads.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>() is not { ArgumentList.Arguments: [{ Expression: var work }], Initializer.Expressions: [AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: nameof(Thread.IsBackground) }, Right: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.TrueLiteralExpression } }] } creation
            || creation.Parent is not MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0, Parent: ExpressionStatementSyntax statement } }
            || finding.Model.GetTypeInfo(work, finding.Cancellation).ConvertedType is not INamedTypeSymbol { DelegateInvokeMethod.Parameters.IsEmpty: true }
            || finding.Model.GetOperation(creation, finding.Cancellation) is not IObjectCreationOperation operation || Spawn.Of(operation, KnownTypes.Of(finding.Model.Compilation)) is not { } spawn
            || Work.Of(spawn.Value)?.Body is not { } body || !StartStatement.Ends(body) || work is not (AnonymousFunctionExpressionSyntax or IdentifierNameSyntax))
            yield break;
        var run = SyntaxFactory.ParseExpression("System.Threading.Tasks.Task.Run").WithAdditionalAnnotations(Simplifier.Annotation);
        var start = SyntaxFactory.ExpressionStatement(SyntaxFactory.AssignmentExpression(SyntaxKind.SimpleAssignmentExpression,
            SyntaxFactory.IdentifierName("_").WithTrailingTrivia(SyntaxFactory.Space), SyntaxFactory.Token(SyntaxKind.EqualsToken).WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxFactory.InvocationExpression(run, SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(work.WithoutTrivia()))))));
        yield return new Remedy("Use Task.Run", editor => editor.ReplaceNode(statement, start.WithTriviaFrom(statement)));
    }
}
