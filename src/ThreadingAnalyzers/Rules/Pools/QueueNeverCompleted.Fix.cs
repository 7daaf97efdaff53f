using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>Completes a queue behind the statements that fill it, where those are all that do, or where its owner is disposed.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class QueueNeverCompletedFix() : Fix(QueueNeverCompleted.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var types = KnownTypes.Of(finding.Model.Compilation);
        if (!finding.Diagnostic.Properties.TryGetValue(QueueNeverCompleted.HolderProperty, out var holder) || holder is null)
            yield break;
        if (InDispose(holder, finding, types) is { } end)
            yield return new Remedy("Complete it in Dispose", end);
        if (Creations(finding, holder, types) is not [var creation]
            || LocalLife.Of(creation, finding) is not { Declaration.Parent: BlockSyntax block } life || Filling(block, life.Local, finding, types) is not (var from, var to))
            yield break;
        var call = SyntaxFactory.ParseStatement(types[life.Local.Type] == KnownType.BlockingCollection ? $"{life.Local.Name}.CompleteAdding();" : $"{life.Local.Name}.Writer.Complete();");
        yield return new Remedy("Complete it in finally", editor => editor.ReplaceNode(block, (current, _) => With((BlockSyntax)current, from, to, call)));
    }

    /// <summary>How the queue, which the type of the loop keeps for itself, is completed where its object is disposed, and the threads that take from it are waited for.</summary>
    private static Action<DocumentEditor>? InDispose(string holder, Finding finding, KnownTypes types)
    {
        if (finding.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration || declaration.IsKind(SyntaxKind.StructDeclaration) || declaration.IsKind(SyntaxKind.RecordStructDeclaration)
            || finding.Model.GetDeclaredSymbol(declaration, finding.Cancellation) is not { } type || types.Is(type, KnownType.UserInterfaceObject)
            || type.GetMembers(holder).FirstOrDefault() is not IFieldSymbol { IsStatic: false } field || !IsOwn(field, declaration, finding, types) || Completion(field.Type, types) is not { } completion
            || HeldThreads.Joins(finding, declaration, type, types, work => HeldThreads.Runs(work, finding.Node)) is not { } joins)
            return null;
        var complete = SyntaxFactory.ParseStatement($"{holder}{(OwnerEnd.MayBeNull(field, finding) ? "?" : "")}.{completion}();").WithAdditionalAnnotations(Formatter.Annotation);
        var isAddedOrDone = declaration.DescendantNodes().Any(node => node is StatementSyntax other && SyntaxFactory.AreEquivalent(other, complete)
            || node is MethodDeclarationSyntax method && PoolMembers.Disposes(method.Identifier.ValueText) && method.DescendantNodes().Any(use => finding.Model.GetSymbolInfo(use).Symbol is IMethodSymbol called && Queues.Adds(called, types)));
        var calls = joins.Prepend(complete).ToArray();
        return isAddedOrDone ? null : OwnerEnd.InDispose(calls, calls, declaration, type, finding.Model.Compilation, mayAwait: joins.Length == 0);
    }

    /// <summary>Whether the type makes what the field holds.</summary>
    private static bool IsOwn(IFieldSymbol field, TypeDeclarationSyntax declaration, Finding finding, KnownTypes types) => declaration.DescendantNodes()
        .Select(node => node switch
        {
            VariableDeclaratorSyntax { Initializer.Value: var value } variable when variable.Identifier.ValueText == field.Name => value,
            AssignmentExpressionSyntax assignment when SymbolEqualityComparer.Default.Equals(finding.Model.GetSymbolInfo(assignment.Left).Symbol, field) => assignment.Right,
            _ => null,
        })
        .Any(value => value is not null && finding.Model.GetOperation(value, finding.Cancellation) is { } made && Queues.IsMadeBy(made, types));

    private static string? Completion(ITypeSymbol queue, KnownTypes types) =>
        types[queue] == KnownType.BlockingCollection ? "CompleteAdding"
        : types[queue] == KnownType.ChannelWriter ? "TryComplete"
        : Queues.HasEnds(queue) ? "Writer.TryComplete" : null;

    /// <summary>What makes queues for variables of that name; of several it is not known which is meant.</summary>
    private static List<SyntaxNode> Creations(Finding finding, string? holder, KnownTypes types) => finding.Root.DescendantNodes().OfType<VariableDeclaratorSyntax>()
        .Where(variable => variable.Identifier.ValueText == holder && variable.Initializer is not null)
        .Select(variable => (SyntaxNode)variable.Initializer!.Value).Where(value => finding.Model.GetOperation(value, finding.Cancellation) is { } made && Queues.IsMadeBy(made, types)).ToList();

    private static BlockSyntax With(BlockSyntax block, int from, int to, StatementSyntax call)
    {
        var filling = block.Statements.Skip(from).Take(to - from + 1).ToList();
        var before = filling[0].GetLeadingTrivia().TakeWhile(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)).ToList();
        filling[0] = filling[0].WithLeadingTrivia(filling[0].GetLeadingTrivia().Skip(before.Count));
        var @try = SyntaxFactory.TryStatement(NewBlock.Around(filling), default, SyntaxFactory.FinallyClause(SyntaxFactory.Block(call))).WithLeadingTrivia(before).WithTrailingTrivia(filling.Last().GetTrailingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia))).WithAdditionalAnnotations(Formatter.Annotation);
        return block.WithStatements(SyntaxFactory.List(block.Statements.Take(from).Append(@try).Concat(block.Statements.Skip(to + 1))));
    }

    /// <summary>The first and the last statement of the block that add to the queue; null where other code adds too, or where a name declared between is used behind.</summary>
    private static (int From, int To)? Filling(BlockSyntax block, ILocalSymbol queue, Finding finding, KnownTypes types)
    {
        var adds = new List<int>();
        foreach (var name in block.DescendantNodes().OfType<IdentifierNameSyntax>().Where(name => name.Identifier.ValueText == queue.Name && SymbolEqualityComparer.Default.Equals(finding.Model.GetSymbolInfo(name).Symbol, queue)))
        {
            var whole = name.Parent is MemberAccessExpressionSyntax part && finding.Model.GetSymbolInfo(part).Symbol is IPropertySymbol end && Queues.IsEnd(end) ? (ExpressionSyntax)part : name;
            var call = whole.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax invoked } ? finding.Model.GetSymbolInfo(invoked).Symbol as IMethodSymbol : null;
            var isNested = name.Ancestors().TakeWhile(node => node != block).Any(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax);
            if (call is not null && Queues.Adds(call, types) && !isNested)
                adds.Add(block.Statements.IndexOf(statement => statement.Span.Contains(name.Span)));
            else if (call is null ? whole == name || finding.Model.GetTypeInfo(whole).Type is { } given && types[given] == KnownType.ChannelWriter : Queues.Adds(call, types))
                return null;
        }
        if (adds.Count == 0)
            return null;
        var (from, to) = (adds.Min(), adds.Max());
        return block.Statements.Skip(from).Take(to - from + 1).Any(statement => statement is LocalDeclarationStatementSyntax or LocalFunctionStatementSyntax or LabeledStatementSyntax
            || !adds.Contains(block.Statements.IndexOf(statement)) && statement.DescendantNodes().Any(node => node is AwaitExpressionSyntax)) ? null : (from, to);
    }
}
