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

/// <summary>Joins the thread at the end of the member that stops it, where that member certainly gives the signal that ends the thread's loop.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class OwnedThreadNotJoinedFix() : Fix(OwnedThreadNotJoined.Descriptor, BackgroundThreadNotJoined.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var (model, types) = (finding.Model, KnownTypes.Of(finding.Model.Compilation));
        if (finding.Node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { Body: { Statements.Count: > 0 } body } method
            || model.GetDeclaredSymbol(method, finding.Cancellation) is not { IsAsync: false, ReturnsVoid: true } stop
            || !finding.Diagnostic.Properties.TryGetValue(OwnedThreadNotJoined.FieldProperty, out var name) || name is null
            || stop.ContainingType.GetMembers(name).OfType<IFieldSymbol>().FirstOrDefault() is not { } field
            || types[field.Type] != KnownType.Thread || HidesField(method, name)
            || body.DescendantNodes().Any(node => node is ReturnStatementSyntax or LockStatementSyntax or ThrowStatementSyntax)
            || !Signals(method, field, model, types))
            yield break;
        var isNullable = field is { IsReadOnly: false };
        yield return new Remedy($"Join it in '{stop.Name}'", editor => editor.InsertAfter(body.Statements.Last(), Join(name, isNullable)), "Join it where the object is stopped");
    }

    // The field may be null before the start, and a read of it twice may see two values.
    private static StatementSyntax Join(string field, bool isNullable) => isNullable
        ? SyntaxFactory.ExpressionStatement(SyntaxFactory.ConditionalAccessExpression(SyntaxFactory.IdentifierName(field),
            SyntaxFactory.InvocationExpression(SyntaxFactory.MemberBindingExpression(SyntaxFactory.IdentifierName("Join"))))).WithAdditionalAnnotations(Formatter.Annotation)
        : StartStatement.Join(field);

    private static bool HidesField(MethodDeclarationSyntax method, string field) =>
        method.DescendantNodesAndSelf().Any(node => node is VariableDeclaratorSyntax variable && variable.Identifier.ValueText == field || node is ParameterSyntax parameter && parameter.Identifier.ValueText == field)
        || method.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(assignment => assignment.Left.ToString() == field || assignment.Left.ToString() == "this." + field);

    /// <summary>Whether the member writes, or calls, a field that the condition of the thread's loop asks.</summary>
    private static bool Signals(MethodDeclarationSyntax method, IFieldSymbol thread, SemanticModel model, KnownTypes types)
    {
        if (method.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type)
            return false;
        var given = new HashSet<ISymbol>(method.Body!.Statements.OfType<ExpressionStatementSyntax>()
            .Select(statement => statement.Expression switch
            {
                AssignmentExpressionSyntax assignment => model.GetSymbolInfo(assignment.Left).Symbol,
                InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax call } => model.GetSymbolInfo(call.Expression).Symbol,
                _ => null,
            }).OfType<IFieldSymbol>(), SymbolEqualityComparer.Default);
        var works = type.DescendantNodes().OfType<BaseObjectCreationExpressionSyntax>()
            .Where(creation => creation.Parent is AssignmentExpressionSyntax { Left: var left } && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(left).Symbol, thread)
                || creation.Parent?.Parent is VariableDeclaratorSyntax variable && SymbolEqualityComparer.Default.Equals(model.GetDeclaredSymbol(variable), thread))
            .Select(creation => model.GetOperation(creation) is IObjectCreationOperation made && Spawn.Of(made, types) is { } spawn ? Work.Of(spawn.Value)?.Body : null)
            .ToList();
        return works.Count > 0 && works.All(work => work is not null && work.Syntax.DescendantNodes().OfType<WhileStatementSyntax>().ToList() is var loops
            && loops.All(loop => loop.Condition.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(name => model.GetSymbolInfo(name).Symbol is { } asked && given.Contains(asked))));
    }
}
