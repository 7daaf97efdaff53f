using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>Has the shutdown wait: by its own argument, by the member that waits, or for the completion of a block.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ShutdownWithoutWaitFix() : Fix(ShutdownWithoutWait.Descriptor)
{
    private const string Title = "Wait for the shutdown";

    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { Expression: MemberAccessExpressionSyntax { Expression: var pool }, Parent: ExpressionStatementSyntax { Parent: BlockSyntax or GlobalStatementSyntax } statement } call
            || call.Ancestors().Any(node => node is LockStatementSyntax))
            yield break;
        if (finding.Diagnostic.Properties.ContainsKey(ShutdownWithoutWait.WaitProperty))
        {
            if (call.ArgumentList.Arguments.Select(argument => argument.Expression).FirstOrDefault(argument => argument.IsKind(SyntaxKind.FalseLiteralExpression)) is { } refusal)
                yield return new Remedy(Title, editor => editor.ReplaceNode(refusal, SyntaxFactory.LiteralExpression(SyntaxKind.TrueLiteralExpression).WithTriviaFrom(refusal)));
            yield break;
        }
        var wait = finding.Diagnostic.Properties.TryGetValue(ShutdownWithoutWait.MemberProperty, out var member) ? $"{pool}.{member}();"
            : finding.Model.GetTypeInfo(pool).Type?.GetMembers("Completion").Any() != true ? null
            : IsAsync(call) ? $"await {pool}.Completion;" : $"{pool}.Completion.Wait();";
        if (wait is not null)
            yield return new Remedy(Title, editor => editor.InsertAfter(statement, SyntaxFactory.ParseStatement(wait).WithTrailingTrivia(statement.GetTrailingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia))).WithAdditionalAnnotations(Formatter.Annotation)));
    }

    private static bool IsAsync(SyntaxNode node) => node.Ancestors().FirstOrDefault(outer => outer is MethodDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax) switch
    {
        MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
        LocalFunctionStatementSyntax function => function.Modifiers.Any(SyntaxKind.AsyncKeyword),
        AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword),
        _ => false,
    };
}
