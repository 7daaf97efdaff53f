using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>Starts the thread where it is set up, if a statement of the block joins it; without one nobody knows whether somebody is to wait for it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ThreadNeverStartedFix() : Fix(ThreadNeverStarted.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (!finding.Diagnostic.Properties.TryGetValue(ThreadNeverStarted.HolderProperty, out var holder) || holder is null
            || finding.Node.FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>() is not { ArgumentList.Arguments: [var work, ..] } creation
            || finding.Model.GetTypeInfo(work.Expression, finding.Cancellation).ConvertedType is not INamedTypeSymbol { DelegateInvokeMethod.Parameters.IsEmpty: true }
            || creation.FirstAncestorOrSelf<StatementSyntax>() is not { Parent: { } block } made)
            yield break;
        var after = Statements(block).SkipWhile(statement => statement != made).Skip(1).ToList();
        if (after.Any(statement => Joins(statement, holder)) && after.First(statement => !Describes(statement, holder)) is var next)
            yield return new Remedy("Start it", editor => editor.InsertBefore(next, Start(holder)));
    }

    private static IEnumerable<StatementSyntax> Statements(SyntaxNode block) => block is GlobalStatementSyntax { Parent: CompilationUnitSyntax file }
        ? file.Members.OfType<GlobalStatementSyntax>().Select(member => member.Statement)
        : block.ChildNodes().OfType<StatementSyntax>();

    private static bool Joins(StatementSyntax statement, string holder) =>
        statement is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: nameof(Thread.Join), Expression: IdentifierNameSyntax name } } } && name.Identifier.ValueText == holder;

    /// <summary>Whether the statement sets the thread up, which is done before the start.</summary>
    private static bool Describes(StatementSyntax statement, string holder) =>
        statement is ExpressionStatementSyntax { Expression: var expression } && (expression switch
        {
            AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax property } => property,
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax method } when method.Name.Identifier.ValueText != nameof(Thread.Join) => method,
            _ => null,
        })?.Expression is IdentifierNameSyntax name && name.Identifier.ValueText == holder;

    private static StatementSyntax Start(string thread) => SyntaxFactory.ExpressionStatement(SyntaxFactory.InvocationExpression(
            SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, SyntaxFactory.IdentifierName(thread), SyntaxFactory.IdentifierName(nameof(Thread.Start)))))
        .WithAdditionalAnnotations(Formatter.Annotation);
}
