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
        if (Frame(creation) is { } frame && work?.Body is { } body && Ends(body) && IsPlain(frame.Method, finding) && IsLeftOnce(frame))
            yield return new Remedy("Keep it in a local and join it", editor => Join(editor, creation, frame, FreeName.In(frame.Method, NameFor(work), finding.Model, frame.Statement.SpanStart)));
        if (!IsEntryPoint(creation, finding) && (work is null || work.Body is not IAnonymousFunctionOperation lambda || !WritesOuter(lambda)))
            yield return new Remedy("Make it a background thread", editor => editor.ReplaceNode(creation, InBackground(creation)));
    }

    /// <summary>A start that is a statement of a method's own block, with the statements after it.</summary>
    private sealed record Start(MethodDeclarationSyntax Method, BlockSyntax Block, ExpressionStatementSyntax Statement)
    {
        public int Index => Block.Statements.IndexOf(Statement);

        /// <summary>The last statement of the block where that is a return.</summary>
        public ReturnStatementSyntax? Return => Block.Statements.Last() as ReturnStatementSyntax;

        /// <summary>The statements between the start and the place of the join.</summary>
        public IEnumerable<StatementSyntax> Beside => Block.Statements.Skip(Index + 1).Where(statement => statement != Return);
    }

    private static Start? Frame(ObjectCreationExpressionSyntax creation)
    {
        SyntaxNode handle = creation;
        while (handle.Parent is ParenthesizedExpressionSyntax outer)
            handle = outer;
        return handle.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax { Parent: ExpressionStatementSyntax { Parent: BlockSyntax { Parent: MethodDeclarationSyntax method } block } statement } }
            ? new Start(method, block, statement)
            : null;
    }

    /// <summary>Whether a method may wait: it is not async, no iterator and no event handler, which a user interface may call.</summary>
    private static bool IsPlain(MethodDeclarationSyntax method, Finding finding) =>
        finding.Model.GetDeclaredSymbol(method, finding.Cancellation) is { IsAsync: false } symbol
        && !symbol.Parameters.Any(parameter => KnownTypes.Of(finding.Model.Compilation).Is(parameter.Type, KnownType.EventArgs))
        && !method.DescendantNodes().Any(node => node is YieldStatementSyntax);

    /// <summary>Whether something runs beside the thread, and the method then ends at its last statement and nowhere before.</summary>
    private static bool IsLeftOnce(Start start) =>
        start.Beside.Any()
        && !start.Beside.SelectMany(statement => statement.DescendantNodesAndSelf(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)))
            .Any(node => node is ReturnStatementSyntax or GotoStatementSyntax or LabeledStatementSyntax or ThrowStatementSyntax || IsOpenEnded(node));

    /// <summary>Whether the work comes to its end by itself, as far as it can be seen.</summary>
    private static bool Ends(IOperation body) => !body.Syntax.DescendantNodes().Any(IsOpenEnded);

    private static bool IsOpenEnded(SyntaxNode node) => node is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax { Condition: null };

    private static bool WritesOuter(IAnonymousFunctionOperation lambda) => lambda.Descendants().Any(operation =>
        operation.Variable() is { DeclaringSyntaxReferences: [{ } declaration] } && !lambda.Syntax.Span.Contains(declaration.Span) && operation.IsWritten());

    private static bool IsEntryPoint(SyntaxNode node, Finding finding) =>
        node.Ancestors().Any(ancestor => ancestor is GlobalStatementSyntax)
        || node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { } method
            && SymbolEqualityComparer.Default.Equals(finding.Model.GetDeclaredSymbol(method, finding.Cancellation), finding.Model.Compilation.GetEntryPoint(finding.Cancellation));

    private static void Join(DocumentEditor editor, ObjectCreationExpressionSyntax creation, Start start, string name)
    {
        var thread = SyntaxFactory.IdentifierName(name);
        var declaration = SyntaxFactory.LocalDeclarationStatement(SyntaxFactory.VariableDeclaration(
                SyntaxFactory.IdentifierName("var").WithTrailingTrivia(SyntaxFactory.Space), SyntaxFactory.SingletonSeparatedList(SyntaxFactory.VariableDeclarator(
                    SyntaxFactory.Identifier(name).WithTrailingTrivia(SyntaxFactory.Space), null,
                    SyntaxFactory.EqualsValueClause(SyntaxFactory.Token(SyntaxKind.EqualsToken).WithTrailingTrivia(SyntaxFactory.Space), creation.WithoutTrivia())))))
            .WithLeadingTrivia(start.Statement.GetLeadingTrivia())
            .WithTrailingTrivia(SyntaxFactory.ElasticMarker)
            .WithAdditionalAnnotations(Formatter.Annotation);
        var handle = ((MemberAccessExpressionSyntax)((InvocationExpressionSyntax)start.Statement.Expression).Expression).Expression;
        var started = start.Statement.ReplaceNode(handle, thread).WithLeadingTrivia(SyntaxFactory.ElasticMarker).WithAdditionalAnnotations(Formatter.Annotation);
        var join = SyntaxFactory.ExpressionStatement(SyntaxFactory.InvocationExpression(
                SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, thread, SyntaxFactory.IdentifierName("Join"))))
            .WithAdditionalAnnotations(Formatter.Annotation);

        editor.InsertBefore(start.Statement, declaration);
        editor.InsertAfter(start.Beside.Last(), join);
        editor.ReplaceNode(start.Statement, started);
    }

    private static ObjectCreationExpressionSyntax InBackground(ObjectCreationExpressionSyntax creation)
    {
        var background = SyntaxFactory.AssignmentExpression(
            SyntaxKind.SimpleAssignmentExpression, SyntaxFactory.IdentifierName("IsBackground"), SyntaxFactory.LiteralExpression(SyntaxKind.TrueLiteralExpression)).NormalizeWhitespace();
        if (creation.Initializer is not { Expressions: { Count: > 0 } members } initializer)
            return creation.WithTrailingTrivia(SyntaxFactory.Space).WithInitializer(SyntaxFactory.InitializerExpression(SyntaxKind.ObjectInitializerExpression,
                SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithTrailingTrivia(SyntaxFactory.Space),
                SyntaxFactory.SingletonSeparatedList<ExpressionSyntax>(background),
                SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithLeadingTrivia(SyntaxFactory.Space)).WithTrailingTrivia(creation.GetTrailingTrivia()));

        // The new member is laid out as the last one: on its own line where that has one.
        var last = members.Last();
        var tail = initializer.Expressions.SeparatorCount == members.Count ? members.GetSeparator(members.Count - 1).TrailingTrivia : last.GetTrailingTrivia();
        var comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(last.GetLeadingTrivia().Any() ? tail : [SyntaxFactory.Space]);
        var all = members.Replace(last, last.WithoutTrailingTrivia());
        var nodes = all.GetWithSeparators().Take(2 * members.Count - 1).Append(comma).Append(background.WithLeadingTrivia(last.GetLeadingTrivia()).WithTrailingTrivia(tail));
        return creation.WithInitializer(initializer.WithExpressions(SyntaxFactory.SeparatedList<ExpressionSyntax>(new SyntaxNodeOrTokenList(nodes))));
    }

    private static string NameFor(Work work)
    {
        var stem = SyntaxFacts.IsValidIdentifier(work.Name) ? char.ToLowerInvariant(work.Name[0]) + work.Name.Substring(1) : "thread";
        return stem.EndsWith("thread", StringComparison.OrdinalIgnoreCase) ? stem : stem + "Thread";
    }
}
