using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>Keeps the thread in a local and joins it where the method ends, or makes it a background thread.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class DroppedThreadFix() : Fix(DroppedThread.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<ObjectCreationExpressionSyntax>() is not { } creation
            || finding.Model.GetOperation(creation, finding.Cancellation) is not IObjectCreationOperation operation
            || Spawn.Of(operation, KnownTypes.Of(finding.Model.Compilation)) is not { } spawn)
            yield break;

        var work = Work.Of(spawn.Value);
        if (Frame(creation) is { } frame && work?.Body is { } body && StartStatement.Ends(body) && frame.MayWait(finding.Model) && frame.IsLeftOnce())
            yield return new Remedy("Keep it in a local and join it", editor => Join(editor, creation, frame, FreeName.In(frame.Function, NameFor(work), finding.Model, frame.Statement.SpanStart)));
        if (StartStatement.MayBeBackground(creation, work, finding))
            yield return new Remedy("Make it a background thread", editor => StartStatement.MakeBackground(creation, editor));
    }

    /// <summary>A start that is a statement of a method's own block.</summary>
    private static StartStatement? Frame(ObjectCreationExpressionSyntax creation)
    {
        SyntaxNode handle = creation;
        while (handle.Parent is ParenthesizedExpressionSyntax outer)
            handle = outer;
        return handle.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax { Parent: ExpressionStatementSyntax { Parent: BlockSyntax { Parent: MethodDeclarationSyntax } block } statement } }
            ? new StartStatement(block, statement)
            : null;
    }

    private static void Join(DocumentEditor editor, ObjectCreationExpressionSyntax creation, StartStatement start, string name)
    {
        var thread = SyntaxFactory.IdentifierName(name);
        var declaration = SyntaxFactory.LocalDeclarationStatement(SyntaxFactory.VariableDeclaration(
                SyntaxFactory.IdentifierName("var").WithTrailingTrivia(SyntaxFactory.Space), SyntaxFactory.SingletonSeparatedList(SyntaxFactory.VariableDeclarator(
                    SyntaxFactory.Identifier(name).WithTrailingTrivia(SyntaxFactory.Space), null,
                    SyntaxFactory.EqualsValueClause(SyntaxFactory.Token(SyntaxKind.EqualsToken).WithTrailingTrivia(SyntaxFactory.Space), creation.WithoutTrivia())))))
            .WithLeadingTrivia(start.Statement.GetLeadingTrivia())
            .WithTrailingTrivia(SyntaxFactory.ElasticMarker)
            .WithAdditionalAnnotations(Formatter.Annotation);
        var handle = ((MemberAccessExpressionSyntax)((InvocationExpressionSyntax)((ExpressionStatementSyntax)start.Statement).Expression).Expression).Expression;
        var started = start.Statement.ReplaceNode(handle, thread).WithLeadingTrivia(SyntaxFactory.ElasticMarker).WithAdditionalAnnotations(Formatter.Annotation);

        editor.InsertBefore(start.Statement, declaration);
        editor.InsertAfter(start.Beside.Last(), StartStatement.Join(name));
        editor.ReplaceNode(start.Statement, started);
    }

    private static string NameFor(Work work)
    {
        var stem = SyntaxFacts.IsValidIdentifier(work.Name) ? char.ToLowerInvariant(work.Name[0]) + work.Name.Substring(1) : "thread";
        return stem.EndsWith("thread", StringComparison.OrdinalIgnoreCase) ? stem : stem + "Thread";
    }
}
