using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>A statement that starts a thread, in a block whose end the method may wait at, with the statements that run beside the thread.</summary>
/// <param name="Block">The block, or the file of a program of top-level statements.</param>
/// <param name="Statement">The statement of that block that starts the thread, or the loop that starts several.</param>
internal sealed record StartStatement(SyntaxNode Block, StatementSyntax Statement)
{
    /// <summary>The last statement of the block where that is a return.</summary>
    private ReturnStatementSyntax? Return => Statements.Last() as ReturnStatementSyntax;

    /// <summary>The statements after the start, before a return that ends the block.</summary>
    public IEnumerable<StatementSyntax> Beside => Statements.SkipWhile(statement => statement != Statement).Skip(1).Where(statement => statement != Return && statement is not LocalFunctionStatementSyntax);

    /// <summary>The member or lambda that runs the block.</summary>
    public SyntaxNode Function => Block.AncestorsAndSelf().First(node => node is MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or CompilationUnitSyntax);

    private IEnumerable<StatementSyntax> Statements => Block is BlockSyntax block
        ? block.Statements
        : ((CompilationUnitSyntax)Block).Members.OfType<GlobalStatementSyntax>().Select(member => member.Statement);

    /// <summary>The statement of its own, or of the top level, that a node is part of, in the block that is given.</summary>
    public static StartStatement? In(SyntaxNode block, SyntaxNode start) =>
        start.AncestorsAndSelf().OfType<StatementSyntax>().FirstOrDefault(statement => statement.Parent == block || statement.Parent is GlobalStatementSyntax && statement.Parent.Parent == block) is { } statement
            ? new StartStatement(block, statement)
            : null;

    /// <summary>Whether the code may wait: it is not async, no iterator and no event handler, which a user interface may call.</summary>
    public bool MayWait(SemanticModel model) =>
        Function is MethodDeclarationSyntax or LocalFunctionStatementSyntax or CompilationUnitSyntax
        && (Function is CompilationUnitSyntax || model.GetDeclaredSymbol(Function) is IMethodSymbol { IsAsync: false } symbol
            && !symbol.Parameters.Any(parameter => KnownTypes.Of(model.Compilation).Is(parameter.Type, KnownType.EventArgs)))
        && !Block.Ancestors().Any(node => node is LockStatementSyntax)
        && !Function.DescendantNodes().Any(node => node is YieldStatementSyntax || node is AwaitExpressionSyntax && Function is CompilationUnitSyntax);

    /// <summary>Whether something runs beside the thread, and the block then ends at its last statement and nowhere before.</summary>
    public bool IsLeftOnce() =>
        Beside.Any()
        && !Beside.SelectMany(statement => statement.DescendantNodesAndSelf(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)))
            .Any(node => node is ReturnStatementSyntax or GotoStatementSyntax or LabeledStatementSyntax or ThrowStatementSyntax || IsOpenEnded(node));

    /// <summary>Whether the work comes to its end by itself, as far as it can be seen.</summary>
    public static bool Ends(IOperation body) => !body.Syntax.DescendantNodes().Any(IsOpenEnded);

    private static bool IsOpenEnded(SyntaxNode node) => node is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax { Condition: null };

    /// <summary>
    /// Whether the process may end in the middle of the work: the program's entry point does not start it, it writes no variables of
    /// the code around, and it is not put off, as what is done when all else is over.
    /// </summary>
    public static bool MayBeBackground(SyntaxNode creation, Work? work, Finding finding) =>
        !IsEntryPoint(creation, finding) && !(work?.Body is { } body && IsPutOff(body)) && (work?.Body is not IAnonymousFunctionOperation lambda || !WritesOuter(lambda));

    private static bool IsPutOff(IOperation body) => (body as IBlockOperation ?? body.OwnOperations().OfType<IBlockOperation>().FirstOrDefault()) is { Operations: [IExpressionStatementOperation { Operation: IInvocationOperation pause }, _, ..] }
        && ThreadMembers.Sleeps(pause.TargetMethod, KnownTypes.Of(body.SemanticModel!.Compilation));

    private static bool WritesOuter(IAnonymousFunctionOperation lambda) => lambda.Descendants().Any(operation =>
        operation.Variable() is { DeclaringSyntaxReferences: [{ } declaration] } && !lambda.Syntax.Span.Contains(declaration.Span) && operation.IsWritten());

    private static bool IsEntryPoint(SyntaxNode node, Finding finding) =>
        node.Ancestors().Any(ancestor => ancestor is GlobalStatementSyntax)
        || node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { } method
            && SymbolEqualityComparer.Default.Equals(finding.Model.GetDeclaredSymbol(method, finding.Cancellation), finding.Model.Compilation.GetEntryPoint(finding.Cancellation));

    /// <summary>The statement <c>thread.Join();</c>.</summary>
    public static StatementSyntax Join(string thread) => SyntaxFactory.ExpressionStatement(SyntaxFactory.InvocationExpression(
            SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, SyntaxFactory.IdentifierName(thread), SyntaxFactory.IdentifierName("Join"))))
        .WithAdditionalAnnotations(Formatter.Annotation);

    /// <summary>The loop that joins each thread of a collection.</summary>
    public static StatementSyntax JoinEach(string thread, string collection) => SyntaxFactory.ForEachStatement(
            SyntaxFactory.IdentifierName("var"), SyntaxFactory.Identifier(thread), SyntaxFactory.IdentifierName(collection), Join(thread))
        .WithAdditionalAnnotations(Formatter.Annotation);

    /// <summary>Has the process not wait for the thread: by a statement where its properties are set by statements or its work spans lines, else in its initializer.</summary>
    public static void MakeBackground(BaseObjectCreationExpressionSyntax creation, DocumentEditor editor)
    {
        if (Holder(creation) is var (statement, holder) && (creation.Initializer is null && IsSpread(creation) || Following(statement) is ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax { Expression: var owner } } } && owner.ToString() == holder))
            editor.InsertAfter(statement, SyntaxFactory.ParseStatement($"{holder}.IsBackground = true;").WithTrailingTrivia(LineEnd(statement)).WithAdditionalAnnotations(Formatter.Annotation));
        else
            editor.ReplaceNode(creation, With(creation, SyntaxFactory.AssignmentExpression(
                SyntaxKind.SimpleAssignmentExpression, SyntaxFactory.IdentifierName("IsBackground"), SyntaxFactory.LiteralExpression(SyntaxKind.TrueLiteralExpression)).NormalizeWhitespace()));
    }

    /// <summary>The statement that does nothing but give the new thread to a variable, in a block or a program's top level, and the variable as written.</summary>
    private static (StatementSyntax Statement, string Holder)? Holder(BaseObjectCreationExpressionSyntax creation) => creation.Parent switch
    {
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { Parent: BlockSyntax } declaration } } variable } => (declaration, variable.Identifier.ValueText),
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax or MemberAccessExpressionSyntax, Parent: ExpressionStatementSyntax { Parent: BlockSyntax } statement } assignment => (statement, assignment.Left.ToString()),
        _ => null,
    };

    /// <summary>The end of a statement's line, for one that is put behind it: an empty line that follows stays behind both.</summary>
    public static IEnumerable<SyntaxTrivia> LineEnd(StatementSyntax statement) => statement.GetTrailingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia));

    private static StatementSyntax? Following(StatementSyntax statement) => ((BlockSyntax)statement.Parent!).Statements.SkipWhile(other => other != statement).ElementAtOrDefault(1);

    private static bool IsSpread(SyntaxNode node) => node.ToString().IndexOf('\n') >= 0;

    /// <summary>The creation with one more assignment at the end of its initializer.</summary>
    public static BaseObjectCreationExpressionSyntax With(BaseObjectCreationExpressionSyntax creation, ExpressionSyntax member)
    {
        if (creation.Initializer is not { Expressions: { Count: > 0 } members } initializer)
            return creation.WithTrailingTrivia(SyntaxFactory.Space).WithInitializer(SyntaxFactory.InitializerExpression(SyntaxKind.ObjectInitializerExpression,
                SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithLeadingTrivia().WithTrailingTrivia(SyntaxFactory.Space),
                SyntaxFactory.SingletonSeparatedList(member),
                SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithLeadingTrivia(SyntaxFactory.Space)).WithTrailingTrivia(creation.GetTrailingTrivia()));

        // The new member is laid out as the last one: on its own line where that has one.
        var last = members.Last();
        var tail = initializer.Expressions.SeparatorCount == members.Count ? members.GetSeparator(members.Count - 1).TrailingTrivia : last.GetTrailingTrivia();
        var comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(last.GetLeadingTrivia().Any() ? tail : [SyntaxFactory.Space]);
        var all = members.Replace(last, last.WithoutTrailingTrivia());
        var nodes = all.GetWithSeparators().Take(2 * members.Count - 1).Append(comma).Append(member.WithLeadingTrivia(last.GetLeadingTrivia()).WithTrailingTrivia(tail));
        return creation.WithInitializer(initializer.WithExpressions(SyntaxFactory.SeparatedList<ExpressionSyntax>(new SyntaxNodeOrTokenList(nodes))));
    }
}
