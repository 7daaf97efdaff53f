using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>Awaits the task where it is started or returned; a method that returns it becomes async.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class CapturedDisposableFix() : Fix(CapturedDisposable.Descriptor)
{
    private const string Title = "Await before disposing";

    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var types = KnownTypes.Of(finding.Model.Compilation);
        foreach (var call in finding.Node.AncestorsAndSelf().OfType<InvocationExpressionSyntax>())
        {
            if (call.Parent is ReturnStatementSyntax { Parent: BlockSyntax } returned)
            {
                if (Method(returned) is { Body: { } body } method && Values.IsTask(finding.Model.GetTypeInfo(call, finding.Cancellation).Type, types)
                    && finding.Model.GetDeclaredSymbol(method, finding.Cancellation) is { ReturnType: INamedTypeSymbol { TypeArguments.Length: var results } declared } && Values.IsTask(declared, types)
                    && Returns(body) is var all && all.All(other => other.Expression is not null) && (results == 1 || all is [var only] && body.Statements.Last() == only))
                    yield return new Remedy(Title, editor =>
                    {
                        foreach (var other in all)
                            editor.ReplaceNode(other, results == 1
                                ? other.WithExpression(Awaited(other.Expression!))
                                : SyntaxFactory.ExpressionStatement(Awaited(other.Expression!).WithLeadingTrivia(other.GetLeadingTrivia())).WithTrailingTrivia(other.GetTrailingTrivia()));
                        editor.ReplaceNode(method, (current, _) => ((MethodDeclarationSyntax)current).AddModifiers(SyntaxFactory.Token(SyntaxKind.AsyncKeyword).WithTrailingTrivia(SyntaxFactory.Space)));
                    });
                yield break;
            }
            if (call.Parent is ExpressionStatementSyntax or AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" }, Parent: ExpressionStatementSyntax }
                && Values.IsTask(finding.Model.GetTypeInfo(call, finding.Cancellation).Type, types) && IsAsync(call))
            {
                var dropped = call.Parent as AssignmentExpressionSyntax ?? (ExpressionSyntax)call;
                yield return new Remedy(Title, editor => editor.ReplaceNode(dropped, Awaited(call).WithTriviaFrom(dropped)));
                yield break;
            }
        }
    }

    private static ExpressionSyntax Awaited(ExpressionSyntax task) => SyntaxFactory.AwaitExpression(
        SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space), task.WithoutTrivia()).WithTriviaFrom(task);

    /// <summary>The method that the statement ends, where it is not async yet and can be.</summary>
    private static MethodDeclarationSyntax? Method(SyntaxNode statement) => statement.Ancestors().FirstOrDefault(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or LockStatementSyntax or UnsafeStatementSyntax or MemberDeclarationSyntax) is MethodDeclarationSyntax method
        && !method.Modifiers.Any(SyntaxKind.AsyncKeyword) && !method.ParameterList.Parameters.Any(parameter => parameter.Modifiers.Any(modifier => modifier.Kind() is SyntaxKind.RefKeyword or SyntaxKind.OutKeyword or SyntaxKind.InKeyword)) ? method : null;

    private static List<ReturnStatementSyntax> Returns(BlockSyntax body) =>
        [.. body.DescendantNodes(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).OfType<ReturnStatementSyntax>()];

    private static bool IsAsync(SyntaxNode node) => node.Ancestors().FirstOrDefault(outer => outer is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or LockStatementSyntax or MemberDeclarationSyntax) switch
    {
        AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword),
        LocalFunctionStatementSyntax local => local.Modifiers.Any(SyntaxKind.AsyncKeyword),
        MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
        GlobalStatementSyntax => true,
        _ => false,
    };
}
