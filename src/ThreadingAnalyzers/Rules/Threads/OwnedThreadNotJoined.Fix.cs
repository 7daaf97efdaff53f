using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>Joins the thread, or each of them, at the end of the member that stops them, where that member certainly gives the signal that ends the thread's loop.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class OwnedThreadNotJoinedFix() : Fix(OwnedThreadNotJoined.Descriptor, BackgroundThreadNotJoined.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var (model, types) = (finding.Model, KnownTypes.Of(finding.Model.Compilation));
        if (finding.Node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method
            || model.GetDeclaredSymbol(method, finding.Cancellation) is not { IsAsync: false } stop
            || !finding.Diagnostic.Properties.TryGetValue(OwnedThreadNotJoined.FieldProperty, out var name) || name is null
            || stop.ContainingType.GetMembers(name).FirstOrDefault(member => member is IFieldSymbol or IPropertySymbol) is not { } member
            || HidesField(method, name) || HeldThreads.Join(member, FreeName.In(method, "thread", model, method.SpanStart), types) is not { } join
            || method.DescendantNodes().Any(node => node is LockStatementSyntax or ThrowStatementSyntax or ThrowExpressionSyntax or AnonymousFunctionExpressionSyntax)
            || !Signals(method, member, model, types) || Ending(method, stop) is not { } place)
            yield break;
        yield return new Remedy($"Join it in '{stop.Name}'", editor => place(editor, join), "Join it where the object is stopped");
    }

    /// <summary>How to add a statement at the end of the member; null where it is left in several ways.</summary>
    private static Action<DocumentEditor, StatementSyntax>? Ending(MethodDeclarationSyntax method, IMethodSymbol stop)
    {
        var returns = method.DescendantNodes().OfType<ReturnStatementSyntax>().ToList();
        return method switch
        {
            { ExpressionBody: { } arrow } when stop.ReturnsVoid => (editor, join) => editor.ReplaceNode(method, method
                .WithExpressionBody(null).WithSemicolonToken(default)
                .WithBody(SyntaxFactory.Block(SyntaxFactory.ExpressionStatement(arrow.Expression), join))
                .WithTrailingTrivia(method.GetTrailingTrivia()).WithAdditionalAnnotations(Formatter.Annotation)),
            { Body.Statements: [.., var last] } when returns.Count == 0 && stop.ReturnsVoid => (editor, join) => editor.InsertAfter(last, join),
            { Body.Statements: [.., ReturnStatementSyntax only] } when returns.Count == 1 => (editor, join) => editor.InsertBefore(only, join),
            _ => null,
        };
    }

    // What the member changes of the field, or calls by its name, may not be the threads any more.
    private static bool HidesField(MethodDeclarationSyntax method, string field) =>
        method.DescendantNodesAndSelf().Any(node => node is VariableDeclaratorSyntax variable && variable.Identifier.ValueText == field || node is ParameterSyntax parameter && parameter.Identifier.ValueText == field
            || node is AssignmentExpressionSyntax assignment && (assignment.Left.ToString() == field || assignment.Left.ToString() == "this." + field)
            || node is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax, Expression: var receiver } && (receiver.ToString() == field || receiver.ToString() == "this." + field));

    /// <summary>Whether the member writes, or calls, a field that the condition of the thread's loop asks.</summary>
    private static bool Signals(MethodDeclarationSyntax method, ISymbol thread, SemanticModel model, KnownTypes types)
    {
        if (method.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type)
            return false;
        var expressions = method.ExpressionBody is { } arrow ? [arrow.Expression] : method.Body?.Statements.OfType<ExpressionStatementSyntax>().Select(statement => statement.Expression) ?? [];
        var given = new HashSet<ISymbol>(expressions.Select(expression => expression switch
        {
            AssignmentExpressionSyntax assignment => model.GetSymbolInfo(assignment.Left).Symbol,
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax call } => model.GetSymbolInfo(call.Expression).Symbol,
            ConditionalAccessExpressionSyntax { Expression: var receiver } => model.GetSymbolInfo(receiver).Symbol,
            _ => null,
        }).Where(symbol => symbol is IFieldSymbol or IPropertySymbol).OfType<ISymbol>(), SymbolEqualityComparer.Default);
        return HeldThreads.Works(thread, type, model, types) is { } works && works.All(work => work.Syntax.DescendantNodes().OfType<WhileStatementSyntax>()
            .All(loop => loop.Condition.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(name => model.GetSymbolInfo(name).Symbol is { } asked && given.Contains(asked))));
    }
}
