using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// Joins the threads of a loop behind the loop, kept in a list meanwhile where they are in no array, and those of a row behind the last start. Offered where the work changes nothing that it shares
/// with the other threads: it could rely on being alone.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class StartJoinInSequenceFix() : Fix(StartJoinInSequence.Descriptor)
{
    /// <summary>How deep the calls of the work are looked into.</summary>
    private const int Depth = 3;

    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { Expression: MemberAccessExpressionSyntax { Expression: var thread }, Parent: ExpressionStatementSyntax { Parent: BlockSyntax body } join }
            && (InLoop(thread, body, join, finding) ?? ByIndex(thread, body, join, finding) ?? InRow(body, join, finding)) is { } edit)
            yield return new Remedy("Start all, then join all", edit);
    }

    /// <summary>A thread in a local of the round: the threads are kept in a list, whose members are joined behind the loop.</summary>
    private static Action<DocumentEditor>? InLoop(ExpressionSyntax thread, BlockSyntax body, StatementSyntax join, Finding finding)
    {
        if (body.Parent is not (ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax) || body.Parent is not StatementSyntax { Parent: BlockSyntax } loop
            || finding.Model.GetSymbolInfo(thread, finding.Cancellation).Symbol is not ILocalSymbol { DeclaringSyntaxReferences: [{ } declaration] } local
            || declaration.GetSyntax(finding.Cancellation) is not VariableDeclaratorSyntax { Initializer.Value: BaseObjectCreationExpressionSyntax made } || !body.Span.Contains(made.Span) || AloneWork(made, finding) is not { } work || IsChangedBy(loop, work, finding.Model))
            return null;

        var member = loop.Ancestors().First(node => node is MemberDeclarationSyntax);
        var threads = FreeName.In(member, local.Name + "s", finding.Model, loop.SpanStart);
        var each = FreeName.In(member, "started", finding.Model, loop.SpanStart);
        var list = SyntaxFactory.ParseStatement($"var {threads} = new System.Collections.Generic.List<System.Threading.Thread>();\n");
        list = list.ReplaceNodes(list.DescendantNodes().OfType<QualifiedNameSyntax>(), (_, name) => name.WithAdditionalAnnotations(Simplifier.Annotation)).WithLeadingTrivia(loop.GetLeadingTrivia()).WithAdditionalAnnotations(Formatter.Annotation);
        var joins = SyntaxFactory.ParseStatement($"foreach (var {each} in {threads})\n{each}.Join();").WithAdditionalAnnotations(Formatter.Annotation);
        var changed = loop.ReplaceNode(join, SyntaxFactory.ParseStatement($"{threads}.Add({local.Name});").WithTriviaFrom(join).WithAdditionalAnnotations(Formatter.Annotation)).WithLeadingTrivia(SyntaxFactory.ElasticMarker).WithAdditionalAnnotations(Formatter.Annotation);
        return editor =>
        {
            editor.InsertBefore(loop, list);
            editor.InsertAfter(loop, joins);
            editor.ReplaceNode(loop, changed);
        };
    }

    /// <summary>A thread in an array that the loop goes through by its own variable, round by round: a second such loop joins them.</summary>
    private static Action<DocumentEditor>? ByIndex(ExpressionSyntax thread, BlockSyntax body, StatementSyntax join, Finding finding)
    {
        var model = finding.Model;
        if (thread is not ElementAccessExpressionSyntax { Expression: IdentifierNameSyntax array, ArgumentList.Arguments: [{ Expression: IdentifierNameSyntax index }] }
            || body.Parent is not ForStatementSyntax { Declaration.Variables: [var variable], Incrementors: [PostfixUnaryExpressionSyntax or PrefixUnaryExpressionSyntax], Parent: BlockSyntax } loop || variable.Identifier.ValueText != index.Identifier.ValueText
            || model.GetSymbolInfo(array).Symbol is not ILocalSymbol { Type: IArrayTypeSymbol } threads
            || body.DescendantNodes().Any(node => node is BreakStatementSyntax or ContinueStatementSyntax or ReturnStatementSyntax or GotoStatementSyntax or YieldStatementSyntax)
            || HasWords(join.GetLeadingTrivia()) || HasWords(join.GetTrailingTrivia())
            || body.Statements.OfType<ExpressionStatementSyntax>().Select(statement => statement.Expression as AssignmentExpressionSyntax).FirstOrDefault(assignment => assignment is not null && SyntaxFactory.AreEquivalent(assignment.Left, thread)) is not { Right: BaseObjectCreationExpressionSyntax made }
            || AloneWork(made, finding) is not { } work || IsChangedBy(loop, work, model))
            return null;
        // What the loop's head asks must be the same the second time.
        var asked = new[] { loop.Condition, variable.Initializer?.Value }.SelectMany(part => part?.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>() ?? []).Select(name => model.GetSymbolInfo(name).Symbol).ToList();
        if (asked.Any(symbol => symbol is not (ILocalSymbol or IParameterSymbol or IPropertySymbol { ContainingType.SpecialType: SpecialType.System_Array }))
            || body.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => model.GetOperation(name) is { } use && use.IsWritten() && (use.Names(threads) || asked.Any(symbol => symbol is not null && use.Names(symbol)))))
            return null;
        var second = loop.WithStatement(((ExpressionStatementSyntax)join).WithLeadingTrivia(SyntaxFactory.ElasticMarker)).WithLeadingTrivia(SyntaxFactory.ElasticMarker)
            .WithCloseParenToken(loop.CloseParenToken.WithTrailingTrivia(StartStatement.LineEnd(loop))).WithTrailingTrivia(StartStatement.LineEnd(loop)).WithAdditionalAnnotations(Formatter.Annotation);
        return editor =>
        {
            editor.InsertAfter(loop, second);
            editor.RemoveNode(join, SyntaxRemoveOptions.KeepNoTrivia);
        };
    }

    /// <summary>Pairs of statements that start and join a thread each, with nothing between: the starts come first.</summary>
    private static Action<DocumentEditor>? InRow(BlockSyntax body, StatementSyntax join, Finding finding)
    {
        var statements = body.Statements;
        var at = statements.IndexOf(join) - 1;
        if (at < 0 || !IsPair(at))
            return null;
        var (first, last) = (at, at);
        while (first >= 2 && IsPair(first - 2))
            first -= 2;
        while (IsPair(last + 2))
            last += 2;
        var pairs = statements.Skip(first).Take(last - first + 2).ToList();
        if (pairs.Count < 4 || pairs.Skip(1).Any(statement => HasWords(statement.GetLeadingTrivia()) || statement.GetLeadingTrivia().Any(SyntaxKind.EndOfLineTrivia)) || pairs.Any(statement => HasWords(statement.GetTrailingTrivia()))
            || pairs.Where((_, index) => index % 2 == 0).Any(start => Made(start, finding) is not { } made || AloneWork(made, finding) is null))
            return null;
        var ordered = pairs.Where((_, index) => index % 2 == 0).Concat(pairs.Where((_, index) => index % 2 == 1));
        return editor =>
        {
            foreach (var (old, moved) in pairs.Zip(ordered, (old, moved) => (old, moved)))
                if (old != moved)
                    editor.ReplaceNode(old, moved.WithTriviaFrom(old));
        };

        bool IsPair(int index) => index >= 0 && index + 1 < statements.Count && Called(statements[index], finding.Model) is (var started, var start) && Called(statements[index + 1], finding.Model) is (var joined, var end)
            && ThreadMembers.Starts(start, KnownTypes.Of(finding.Model.Compilation)) && ThreadMembers.Joins(end, KnownTypes.Of(finding.Model.Compilation)) && end.Parameters.IsEmpty
            && started is IdentifierNameSyntax && SyntaxFactory.AreEquivalent(started, joined);
    }

    private static (ExpressionSyntax On, IMethodSymbol Method)? Called(StatementSyntax statement, SemanticModel model) =>
        statement is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var on } } call } && model.GetSymbolInfo(call).Symbol is IMethodSymbol method ? (on, method) : null;

    /// <summary>The creation of the thread that the statement starts.</summary>
    private static BaseObjectCreationExpressionSyntax? Made(StatementSyntax start, Finding finding) => Called(start, finding.Model) is var (on, _)
        && finding.Model.GetSymbolInfo(on).Symbol is ILocalSymbol { DeclaringSyntaxReferences: [{ } declaration] } && declaration.GetSyntax(finding.Cancellation) is VariableDeclaratorSyntax variable
        ? variable.Initializer?.Value as BaseObjectCreationExpressionSyntax : null;

    private static bool HasWords(SyntaxTriviaList trivia) => trivia.Any(piece => !piece.IsKind(SyntaxKind.WhitespaceTrivia) && !piece.IsKind(SyntaxKind.EndOfLineTrivia));

    /// <summary>The work of the thread, where it shares nothing with others that it changes.</summary>
    private static IOperation? AloneWork(BaseObjectCreationExpressionSyntax made, Finding finding) =>
        finding.Model.GetOperation(made, finding.Cancellation) is IObjectCreationOperation operation && Spawn.Of(operation, KnownTypes.Of(finding.Model.Compilation)) is { } spawn
            && Work.Of(spawn.Value)?.Body is { } work && IsAlone(work, work, Depth) ? work : null;

    /// <summary>Whether the code, as far as it is seen, writes only what is its own, and calls only what is seen or does no more than tell something.</summary>
    private static bool IsAlone(IOperation code, IOperation work, int depth) => code.Descendants().All(operation => operation switch
    {
        IMemberReferenceOperation member => !member.IsWritten(),
        ILocalReferenceOperation or IParameterReferenceOperation => !operation.IsWritten() || operation.Variable()!.DeclaringSyntaxReferences is [{ } declaration] && code.Syntax.Span.Contains(declaration.Span),
        IInvocationOperation call when Throwing.IsReport(call.TargetMethod) => true,
        IInvocationOperation { TargetMethod: var method } call => method.Locations.Any(location => location.IsInSource)
            ? depth > 0 && call.SemanticModel is { } model && Work.BodyOf(method, model) is { } body && body.Syntax != work.Syntax && IsAlone(body, work, depth - 1)
            : method.IsStatic || call.Instance?.Unconverted() is ILocalReferenceOperation or ILiteralOperation || call.Instance?.Type is { SpecialType: SpecialType.System_String },
        _ => true,
    });

    /// <summary>Whether the loop goes on to change a variable that the work sees: it was joined before that happened.</summary>
    private static bool IsChangedBy(StatementSyntax loop, IOperation work, SemanticModel model) => work is IAnonymousFunctionOperation lambda && lambda.Descendants().Select(operation => operation.Variable()).OfType<ISymbol>()
        .Where(variable => variable.DeclaringSyntaxReferences is [{ } declaration] && !lambda.Syntax.Span.Contains(declaration.Span) && !IsOfRound(loop, declaration.GetSyntax()))
        .Any(variable => loop.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == variable.Name && model.GetOperation(name) is { } use && use.Names(variable) && use.IsWritten()));

    /// <summary>Whether each round of the loop has a variable of its own, given a value once.</summary>
    private static bool IsOfRound(StatementSyntax loop, SyntaxNode declaration) => declaration == loop || loop.Span.Contains(declaration.Span) && declaration.Parent?.Parent is not ForStatementSyntax;
}
