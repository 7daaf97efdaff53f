using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>The threads that a field or property of a type holds: what they run, and how to wait for them.</summary>
internal static class HeldThreads
{
    /// <summary>The members of a type that hold threads.</summary>
    public static IEnumerable<ISymbol> In(INamedTypeSymbol type, KnownTypes types) =>
        type.GetMembers().Where(member => member is IFieldSymbol { IsImplicitlyDeclared: false } or IPropertySymbol && ThreadMembers.Carries(Values.TypeOf(member), types));

    /// <summary>What the threads run that go into the member; null where none is seen, or where the code of one is not in this file.</summary>
    public static IReadOnlyList<IOperation>? Works(ISymbol member, TypeDeclarationSyntax type, SemanticModel model, KnownTypes types)
    {
        // Where the type keeps its threads in one place, that is where they go.
        var isOnly = In(member.ContainingType, types).Count() == 1;
        var works = type.DescendantNodes().OfType<BaseObjectCreationExpressionSyntax>()
            .Where(creation => isOnly || creation.Parent is AssignmentExpressionSyntax { Left: var left } && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(left).Symbol, member)
                || creation.Parent?.Parent is VariableDeclaratorSyntax variable && SymbolEqualityComparer.Default.Equals(model.GetDeclaredSymbol(variable), member))
            .Select(creation => model.GetOperation(creation)).OfType<IObjectCreationOperation>().Where(creation => types[creation.Type] == KnownType.Thread)
            .Select(creation => Spawn.Of(creation, types) is { } spawn ? Work.Of(spawn.Value)?.Body : null)
            .ToList();
        return works.Count > 0 && works.All(work => work is not null && work.Syntax.SyntaxTree == model.SyntaxTree) ? works.OfType<IOperation>().ToList() : null;
    }

    /// <summary>The statements that wait for all threads that a type keeps, none where it waits already; null where a wait might not end, or would be missed.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="declaration">The part of the type that is edited.</param>
    /// <param name="type">The type.</param>
    /// <param name="types">The framework types.</param>
    /// <param name="ends">Whether what a thread runs comes to an end, when what the fix adds has been done.</param>
    public static StatementSyntax[]? Joins(Finding finding, TypeDeclarationSyntax declaration, INamedTypeSymbol type, KnownTypes types, Func<IOperation, bool> ends)
    {
        var joins = new List<StatementSyntax>();
        foreach (var member in In(type, types))
        {
            if (Works(member, declaration, finding.Model, types) is not { } works || !works.All(ends)
                || Join(member, FreeName.In(declaration, "thread", finding.Model, declaration.OpenBraceToken.Span.End), types) is not { } join
                || works.Any(work => work.Syntax.DescendantNodes().OfType<IdentifierNameSyntax>().Any(named => PoolMembers.Disposes(named.Identifier.ValueText))))
                return null;
            joins.Add(join);
        }
        return declaration.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == "Join") ? [] : joins.ToArray();
    }

    /// <summary>Whether the code is in what a thread runs, or in a method that is called there.</summary>
    public static bool Runs(IOperation work, SyntaxNode code) => work.Syntax.Span.Contains(code.Span)
        || work.Syntax.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => code.FirstAncestorOrSelf<MethodDeclarationSyntax>()?.Identifier.ValueText == name.Identifier.ValueText);

    /// <summary>The statement that waits: for one thread, which may be null before the start, or for each of a collection; null where the member holds them in another way.</summary>
    /// <param name="member">The field or property.</param>
    /// <param name="each">The name of one thread of a collection.</param>
    /// <param name="types">The framework types.</param>
    public static StatementSyntax? Join(ISymbol member, string each, KnownTypes types)
    {
        var type = Values.TypeOf(member);
        if (types[type] == KnownType.Thread)
            return member is IFieldSymbol { IsReadOnly: true } ? StartStatement.Join(member.Name) : Conditional(member.Name);
        return type switch
        {
            INamedTypeSymbol { TypeArguments: [var item] } when types[type] is KnownType.List && types[item] == KnownType.Thread => StartStatement.JoinEach(each, member.Name),
            // An array may have places that were never filled.
            IArrayTypeSymbol { Rank: 1, ElementType: var element } when types[element] == KnownType.Thread => SyntaxFactory.ForEachStatement(
                SyntaxFactory.IdentifierName("var"), SyntaxFactory.Identifier(each), SyntaxFactory.IdentifierName(member.Name), Conditional(each)).WithAdditionalAnnotations(Formatter.Annotation),
            _ => null,
        };
    }

    private static StatementSyntax Conditional(string thread) =>
        SyntaxFactory.ExpressionStatement(SyntaxFactory.ConditionalAccessExpression(SyntaxFactory.IdentifierName(thread),
            SyntaxFactory.InvocationExpression(SyntaxFactory.MemberBindingExpression(SyntaxFactory.IdentifierName("Join"))))).WithAdditionalAnnotations(Formatter.Annotation);
}
