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

/// <summary>Puts the work into a try block whose handler traces the exception; what else a failure means, only the author knows.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class EscapingThreadExceptionFix() : Fix(EscapingThreadException.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.AncestorsAndSelf().OfType<BaseObjectCreationExpressionSyntax>().Select(node => finding.Model.GetOperation(node, finding.Cancellation)).OfType<IObjectCreationOperation>()
                .Select(creation => Spawn.Of(creation, KnownTypes.Of(finding.Model.Compilation))).FirstOrDefault(spawn => spawn is not null) is not { } spawn || Work.Of(spawn.Value)?.Body is not { } work)
            yield break;
        var body = (EscapingThreadException.Called(work)?.Body ?? work).Syntax switch
        {
            MethodDeclarationSyntax method => method.Body,
            LocalFunctionStatementSyntax function => function.Body,
            AnonymousFunctionExpressionSyntax lambda => lambda.Block,
            _ => null,
        };
        if (body is not { Statements.Count: > 0 } || body.SyntaxTree != finding.Root.SyntaxTree)
            yield break;
        var exception = FreeName.In(body.Parent!, "exception", finding.Model, body.SpanStart);
        var handler = (TryStatementSyntax)SyntaxFactory.ParseStatement($"try\n{{\n}}\ncatch (System.Exception {exception})\n{{\nSystem.Diagnostics.Trace.TraceError({exception}.ToString());\n}}");
        yield return new Remedy("Wrap in try/catch", editor => editor.ReplaceNode(body, body.WithStatements(SyntaxFactory.SingletonList<StatementSyntax>(
            Simplified(handler).WithBlock(NewBlock.Around(body.Statements)).WithAdditionalAnnotations(Formatter.Annotation)))));
    }

    private static TryStatementSyntax Simplified(TryStatementSyntax handler) =>
        handler.ReplaceNodes(handler.DescendantNodes().Where(node => node is QualifiedNameSyntax || node is MemberAccessExpressionSyntax { Parent: MemberAccessExpressionSyntax }), (_, node) => node.WithAdditionalAnnotations(Simplifier.Annotation));
}
