using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>Creates the lock object with its owner, makes its field readonly, and takes away what created it later.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ReassignedLockFix() : Fix(ReassignedLock.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(name => finding.Model.GetSymbolInfo(name, finding.Cancellation).Symbol).OfType<IFieldSymbol>().FirstOrDefault() is not { DeclaredAccessibility: Accessibility.Private, IsReadOnly: false, DeclaringSyntaxReferences: [{ } reference] } field
            || !LockMembers.IsDedicated(field.Type, KnownTypes.Of(finding.Model.Compilation)) || field.ContainingType.DeclaringSyntaxReferences.Length != 1
            || reference.GetSyntax(finding.Cancellation) is not VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax { Declaration.Variables.Count: 1 } declaration } || declaration.SyntaxTree != finding.Root.SyntaxTree
            || declaration.Modifiers.Any(SyntaxKind.VolatileKeyword))
            yield break;
        var writes = new List<SyntaxNode>();
        foreach (var name in finding.Root.DescendantNodes().OfType<IdentifierNameSyntax>().Where(name => name.Identifier.ValueText == field.Name))
        {
            if (!SymbolEqualityComparer.Default.Equals(finding.Model.GetSymbolInfo(name, finding.Cancellation).Symbol, field))
                continue;
            if (name.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 })
                yield break;
            ExpressionSyntax whole = name.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access ? access : name;
            if (whole.Parent is not AssignmentExpressionSyntax assignment || assignment.Left != whole || IsOfConstructor(assignment, field))
                continue;
            if (ToTakeAway(assignment, field.Name) is not { } write)
                yield break;
            writes.Add(write);
        }
        if (writes.Count > 0)
            yield return new Remedy("Make it readonly", editor => Edit(editor, declaration, writes, field));
    }

    private static void Edit(DocumentEditor editor, FieldDeclarationSyntax declaration, List<SyntaxNode> writes, IFieldSymbol field)
    {
        foreach (var write in writes)
        {
            if (write is StatementSyntax)
                editor.RemoveNode(write, SyntaxRemoveOptions.KeepNoTrivia);
            else
                editor.ReplaceNode(write, SyntaxFactory.IdentifierName(field.Name).WithTriviaFrom(write));
        }
        var variable = declaration.Declaration.Variables[0];
        var type = declaration.Declaration.Type;
        var creation = ((CSharpParseOptions)declaration.SyntaxTree.Options).LanguageVersion >= LanguageVersion.CSharp9 ? "new()" : $"new {type.ToString().TrimEnd('?')}()";
        var mended = declaration
            .WithDeclaration(declaration.Declaration
                .WithType(type is NullableTypeSyntax nullable ? nullable.ElementType.WithTriviaFrom(type) : type)
                .WithVariables(SyntaxFactory.SingletonSeparatedList(variable.Initializer is null || variable.Initializer.Value is LiteralExpressionSyntax or PostfixUnaryExpressionSyntax
                    ? variable.WithInitializer(SyntaxFactory.EqualsValueClause(SyntaxFactory.ParseExpression(creation))) : variable)))
            .AddModifiers(SyntaxFactory.Token(SyntaxKind.ReadOnlyKeyword));
        editor.ReplaceNode(declaration, mended.WithAdditionalAnnotations(Formatter.Annotation));
    }

    private static bool IsOfConstructor(AssignmentExpressionSyntax assignment, IFieldSymbol field) =>
        assignment.Ancestors().FirstOrDefault(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax) is ConstructorDeclarationSyntax constructor
        && constructor.Modifiers.Any(SyntaxKind.StaticKeyword) == field.IsStatic;

    /// <summary>What can go with the assignment: a statement of its own, with the test for null around it; or the expression that the field's name can stand for. Null where neither.</summary>
    private static SyntaxNode? ToTakeAway(AssignmentExpressionSyntax assignment, string name)
    {
        if (assignment.Right is not BaseObjectCreationExpressionSyntax { ArgumentList: null or { Arguments.Count: 0 }, Initializer: null })
            return null;
        if (assignment.Parent is not ExpressionStatementSyntax statement)
            return assignment.IsKind(SyntaxKind.CoalesceAssignmentExpression) && assignment.Parent is not ArrowExpressionClauseSyntax ? assignment
                : assignment.Parent is ParenthesizedExpressionSyntax { Parent: BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } choice } && IsName(choice.Left, name) ? choice : null;
        SyntaxNode whole = statement;
        if (statement.Parent is IfStatementSyntax { Else: null } plain && IsMissing(plain.Condition, name))
            whole = plain;
        else if (statement.Parent is BlockSyntax { Statements.Count: 1, Parent: IfStatementSyntax { Else: null } braced } && IsMissing(braced.Condition, name))
            whole = braced;
        return whole.Parent is BlockSyntax && !whole.DescendantTrivia().Any(trivia => !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia)) ? whole : null;
    }

    private static bool IsMissing(ExpressionSyntax condition, string name) => condition switch
    {
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression, Right: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.NullLiteralExpression } } test => IsName(test.Left, name),
        IsPatternExpressionSyntax { Pattern: ConstantPatternSyntax { Expression: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.NullLiteralExpression } } } test => IsName(test.Expression, name),
        _ => false,
    };

    private static bool IsName(ExpressionSyntax expression, string name) => expression switch
    {
        IdentifierNameSyntax simple => simple.Identifier.ValueText == name,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access => access.Name.Identifier.ValueText == name,
        _ => false,
    };
}
