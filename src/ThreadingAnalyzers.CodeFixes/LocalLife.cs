using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>A local that is declared with the object that it holds to the end of its block, where that object can be ended.</summary>
/// <param name="Declaration">The statement that declares the local, and no other.</param>
/// <param name="Local">The local.</param>
internal sealed record LocalLife(LocalDeclarationStatementSyntax Declaration, ILocalSymbol Local)
{
    /// <summary>The local that a creation initialises; null where something else becomes of it, or the local gets another value later.</summary>
    public static LocalLife? Of(SyntaxNode creation, Finding finding)
    {
        if (creation.Parent is not EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { Parent: BlockSyntax or GlobalStatementSyntax } declaration } } variable }
            || declaration.UsingKeyword.IsKind(SyntaxKind.UsingKeyword)
            || finding.Model.GetDeclaredSymbol(variable, finding.Cancellation) is not ILocalSymbol local)
            return null;
        SyntaxNode block = declaration.Parent is GlobalStatementSyntax ? finding.Root : declaration.Parent!;
        var isChanged = block.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == local.Name
            && (name.Parent is AssignmentExpressionSyntax assignment && assignment.Left == name || name.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not (int)SyntaxKind.None }));
        return isChanged ? null : new LocalLife(declaration, local);
    }

    /// <summary>Whether the code around may await.</summary>
    public bool IsAsync => Declaration.Ancestors().FirstOrDefault(node => node is MemberDeclarationSyntax and not GlobalStatementSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax) switch
    {
        MemberDeclarationSyntax member => member.Modifiers.Any(SyntaxKind.AsyncKeyword),
        AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword),
        LocalFunctionStatementSyntax function => function.Modifiers.Any(SyntaxKind.AsyncKeyword),
        _ => false,
    };

    /// <summary>The same declaration with <c>using</c>, where the language and the type have it; null where not.</summary>
    public LocalDeclarationStatementSyntax? WithUsing()
    {
        if (((CSharpParseOptions)Declaration.SyntaxTree.Options).LanguageVersion < LanguageVersion.CSharp8)
            return null;
        var isAsync = !PoolMembers.IsDisposable(Local.Type, isAsync: false);
        if (isAsync && !(IsAsync && PoolMembers.IsDisposable(Local.Type, isAsync: true)))
            return null;
        var @using = SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        var first = Declaration.GetLeadingTrivia();
        var plain = Declaration.WithoutLeadingTrivia().WithUsingKeyword(@using);
        if (isAsync)
            plain = plain.WithAwaitKeyword(SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space));
        return plain.WithLeadingTrivia(first);
    }

    /// <summary>The block with all that follows the declaration in a <c>try</c>, whose <c>finally</c> has the statement; null where that would change the meaning.</summary>
    public Func<BlockSyntax, BlockSyntax>? WithFinally(StatementSyntax last)
    {
        if (Declaration.Parent is not BlockSyntax block)
            return null;
        var index = block.Statements.IndexOf(Declaration) + 1;
        if (index == block.Statements.Count || block.Statements.Any(statement => statement is LocalFunctionStatementSyntax or LabeledStatementSyntax))
            return null;
        return current =>
        {
            var tail = current.Statements.Skip(index).ToList();
            tail[0] = tail[0].WithLeadingTrivia(tail[0].GetLeadingTrivia().SkipWhile(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)));
            var @try = SyntaxFactory.TryStatement(NewBlock.Around(tail), default, SyntaxFactory.FinallyClause(SyntaxFactory.Block(last))).WithAdditionalAnnotations(Formatter.Annotation);
            return current.WithStatements(SyntaxFactory.List(current.Statements.Take(index).Append(@try)));
        };
    }
}
