using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>Joins the thread, or each of the threads, where the block ends that holds it, or makes it a background thread.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class UnjoinedThreadFix() : Fix(UnjoinedThread.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var types = KnownTypes.Of(finding.Model.Compilation);
        // Where some code joins the thread, only its author knows what that code was meant for.
        if (!finding.Diagnostic.Properties.TryGetValue(UnjoinedThread.HolderProperty, out var holder) || holder is null
            || finding.Node.FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>() is not { } creation
            || finding.Model.GetOperation(creation, finding.Cancellation) is not IObjectCreationOperation operation
            || Spawn.Of(operation, types) is not { } spawn)
            yield break;

        var work = Work.Of(spawn.Value);
        if (work?.Body is { } body && StartStatement.Ends(body) && Held(creation, holder, finding.Model) is { } variable && LastStart(variable, finding.Model, types) is { } start
            && start.MayWait(finding.Model) && start.IsLeftOnce() && !IsJoined(start, holder))
            yield return new Remedy("Join the thread", editor => Join(editor, start, variable, FirstReader(start, body, finding.Model), types));
        if (StartStatement.MayBeBackground(creation, work, finding) && !IsReadAfter(creation, work?.Body, finding.Model))
            yield return new Remedy("Make it a background thread", editor => StartStatement.MakeBackground(creation, editor));
    }

    private static ILocalSymbol? Held(SyntaxNode creation, string holder, SemanticModel model) =>
        creation.Ancestors().OfType<StatementSyntax>().Where(statement => statement.Parent is BlockSyntax or GlobalStatementSyntax)
            .Select(statement => model.LookupSymbols(statement.Span.End, name: holder).OfType<ILocalSymbol>().FirstOrDefault())
            .FirstOrDefault(local => local is not null);

    /// <summary>The last statement that starts a thread, in the block that declares the variable; null where a loop gives the variable one thread after the other.</summary>
    private static StartStatement? LastStart(ILocalSymbol variable, SemanticModel model, KnownTypes types)
    {
        if (variable.DeclaringSyntaxReferences is not [{ } reference] || reference.GetSyntax().FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is not { } declaration)
            return null;
        var block = declaration.Parent is GlobalStatementSyntax global ? global.Parent! : declaration.Parent!;
        var isOne = types[variable.Type] == KnownType.Thread;
        var mentions = block.DescendantNodes().OfType<IdentifierNameSyntax>().Where(name => name.Identifier.ValueText == variable.Name).ToList();
        if (isOne && mentions.Any(name => name.Ancestors().TakeWhile(node => node != block).Any(node => node is not (ExpressionStatementSyntax or InvocationExpressionSyntax or MemberAccessExpressionSyntax or AssignmentExpressionSyntax or EqualsValueClauseSyntax or GlobalStatementSyntax
            or ArgumentSyntax or ArgumentListSyntax or VariableDeclaratorSyntax or VariableDeclarationSyntax or LocalDeclarationStatementSyntax)))
            || isOne && mentions.Count(name => name.Parent is AssignmentExpressionSyntax assignment && assignment.Left == name) > 1
            || !isOne && !IsSequence(variable.Type, types))
            return null;
        var starts = block.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(call => model.GetSymbolInfo(call).Symbol is IMethodSymbol method && ThreadMembers.Starts(method, types))
            .Where(call => !isOne || mentions.Any(name => call.Expression.Span.Contains(name.Span)));
        return starts.LastOrDefault() is { } last && block is BlockSyntax or CompilationUnitSyntax ? StartStatement.In(block, last) : null;
    }

    private static bool IsSequence(ITypeSymbol type, KnownTypes types) => type is IArrayTypeSymbol { Rank: 1, ElementType: var element } && types[element] == KnownType.Thread
        || type is INamedTypeSymbol { TypeArguments: [var item] } && types[item] == KnownType.Thread && types[type] is KnownType.List or KnownType.Collection;

    // Under FixAll another thread of the same collection may have brought the loop.
    private static bool IsJoined(StartStatement start, string holder) => start.Beside.OfType<ForEachStatementSyntax>().Any(loop => loop.Expression.ToString() == holder);

    /// <summary>The first statement beside the thread that names what its work writes; null where none does.</summary>
    private static StatementSyntax? FirstReader(StartStatement start, IOperation body, SemanticModel model)
    {
        var written = WrittenBy.Work(body);
        return start.Beside.FirstOrDefault(statement => written.IsNamedIn(statement, model));
    }

    /// <summary>Whether the code around uses what the work writes, so that the process must not end in the middle of it.</summary>
    private static bool IsReadAfter(SyntaxNode creation, IOperation? body, SemanticModel model) => body is not null && WrittenBy.Work(body) is var written
        && creation.FirstAncestorOrSelf<MemberDeclarationSyntax>()!.DescendantNodes().OfType<StatementSyntax>().Any(statement => statement.SpanStart > creation.Span.End && written.IsNamedIn(statement, model));

    private static void Join(DocumentEditor editor, StartStatement start, ILocalSymbol variable, StatementSyntax? reader, KnownTypes types)
    {
        var join = types[variable.Type] == KnownType.Thread
            ? StartStatement.Join(variable.Name)
            : StartStatement.JoinEach(FreeName.In(start.Function, "thread", editor.SemanticModel, start.Statement.SpanStart), variable.Name);
        if (reader is not null)
            editor.InsertBefore(reader, join);
        else
            editor.InsertAfter(start.Beside.Last(), join);
    }
}
