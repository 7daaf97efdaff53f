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

/// <summary>
/// Joins the threads of a loop behind the loop, kept in a list meanwhile. Offered where the work changes nothing that it shares
/// with the other threads: it could rely on being alone.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class StartJoinInSequenceFix() : Fix(StartJoinInSequence.Descriptor)
{
    /// <summary>How deep the calls of the work are looked into.</summary>
    private const int Depth = 3;

    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax thread }, Parent: ExpressionStatementSyntax { Parent: BlockSyntax body } join }
            || body.Parent is not (ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax) || body.Parent is not StatementSyntax { Parent: BlockSyntax or GlobalStatementSyntax } loop
            || finding.Model.GetSymbolInfo(thread, finding.Cancellation).Symbol is not ILocalSymbol { DeclaringSyntaxReferences: [{ } declaration] } local)
            yield break;
        var made = declaration.GetSyntax(finding.Cancellation) is VariableDeclaratorSyntax { Initializer.Value: BaseObjectCreationExpressionSyntax creation } && body.Span.Contains(creation.Span) ? creation : null;
        if (made is null || finding.Model.GetOperation(made, finding.Cancellation) is not IObjectCreationOperation operation || Spawn.Of(operation, KnownTypes.Of(finding.Model.Compilation)) is not { } spawn
            || Work.Of(spawn.Value)?.Body is not { } work || !IsAlone(work, work, Depth) || IsChangedBy(loop, work, finding.Model))
            yield break;

        var member = loop.AncestorsAndSelf().First(node => node is MemberDeclarationSyntax and not GlobalStatementSyntax or CompilationUnitSyntax);
        var threads = FreeName.In(member, local.Name + "s", finding.Model, loop.SpanStart);
        var each = FreeName.In(member, local.Name == "started" ? "thread" : "started", finding.Model, loop.SpanStart);
        var list = SyntaxFactory.ParseStatement($"var {threads} = new System.Collections.Generic.List<System.Threading.Thread>();\n");
        list = list.ReplaceNodes(list.DescendantNodes().OfType<QualifiedNameSyntax>(), (_, name) => name.WithAdditionalAnnotations(Simplifier.Annotation)).WithLeadingTrivia(loop.GetLeadingTrivia()).WithAdditionalAnnotations(Formatter.Annotation);
        var joins = SyntaxFactory.ParseStatement($"foreach (var {each} in {threads})\n{each}.Join();").WithAdditionalAnnotations(Formatter.Annotation);
        var changed = loop.ReplaceNode(join, SyntaxFactory.ParseStatement($"{threads}.Add({local.Name});").WithTriviaFrom(join).WithAdditionalAnnotations(Formatter.Annotation)).WithLeadingTrivia(SyntaxFactory.ElasticMarker).WithAdditionalAnnotations(Formatter.Annotation);
        yield return new Remedy("Start all, then join all", editor =>
        {
            editor.InsertBefore(loop, list);
            editor.InsertAfter(loop, joins);
            editor.ReplaceNode(loop, changed);
        });
    }

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
