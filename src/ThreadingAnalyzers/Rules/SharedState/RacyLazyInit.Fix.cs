using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>
/// Makes the value once: by a Lazy where nothing else uses the field and the value needs no object, else by the overload of
/// <c>LazyInitializer.EnsureInitialized</c> that locks; the one without a lock makes two and forgets one, as the code did.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class RacyLazyInitFix() : Fix(RacyLazyInit.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (Initialization.Of(finding) is not { } made)
            yield break;
        if (made.IsOnlyUse && !made.NeedsObject)
            yield return new Remedy("Use Lazy<T>", made.UseLazy);
        if (made.CanEnsure)
            yield return new Remedy("Use LazyInitializer", made.Ensure);
    }

    /// <summary>
    /// The one place where a private field gets its value, when it has none, written as <c>x ??= v</c> or <c>x ?? (x = v)</c>, or
    /// as the statement <c>if (x == null) x = v;</c>.
    /// </summary>
    private sealed record Initialization(Finding Finding, IFieldSymbol Field, VariableDeclaratorSyntax Declarator, FieldDeclarationSyntax Declaration, SyntaxNode Written, ExpressionSyntax Target, ExpressionSyntax Value, IReadOnlyList<ExpressionSyntax> Uses)
    {
        private const string Initializer = "global::System.Threading.LazyInitializer.EnsureInitialized", Lazy = "global::System.Lazy";

        /// <summary>What the finding is about, where all uses of the field can be seen and no other gives it a value.</summary>
        public static Initialization? Of(Finding finding)
        {
            var assignment = finding.Node.FirstAncestorOrSelf<AssignmentExpressionSyntax>();
            if (assignment is null || !assignment.Left.Span.Contains(finding.Node.Span)
                || finding.Model.GetSymbolInfo(assignment.Left, finding.Cancellation).Symbol is not IFieldSymbol { DeclaredAccessibility: Accessibility.Private, IsReadOnly: false, IsVolatile: false, Type.IsReferenceType: true } field
                || field.ContainingType is not { TypeKind: TypeKind.Class, DeclaringSyntaxReferences.Length: 1 }
                || field.DeclaringSyntaxReferences is not [var declared] || declared.GetSyntax(finding.Cancellation) is not VariableDeclaratorSyntax { Initializer: null or { Value: LiteralExpressionSyntax }, Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: FieldDeclarationSyntax declaration } } declarator
                || WrittenBy(assignment) is not { } written)
                return null;
            var uses = AtomicUpdate.Uses(field, finding.Root, finding).ToList();
            var value = assignment.Right.WithoutTrivia();
            var isOnlyWrite = uses.All(use => use == assignment.Left || use.Parent is not (AssignmentExpressionSyntax or ArgumentSyntax { RefKindKeyword.RawKind: not (int)SyntaxKind.None } or RefExpressionSyntax)
                || use.Parent is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } other && other.Right == use);
            return isOnlyWrite && !value.DescendantNodesAndSelf().Any(node => node is AwaitExpressionSyntax or AssignmentExpressionSyntax { Parent: not InitializerExpressionSyntax })
                ? new Initialization(finding, field, declarator, declaration, written, assignment.Left, assignment.Right, uses) : null;
        }

        /// <summary>Whether nothing else uses the field but a return of it right behind.</summary>
        public bool IsOnlyUse => Uses.All(use => Written.Span.Contains(use.Span) || use.Parent == Returned);

        /// <summary>Whether the value is made of what a field's initialiser cannot see: the object, parameters, locals.</summary>
        public bool NeedsObject => Value.DescendantNodesAndSelf().Any(node => node is ThisExpressionSyntax or BaseExpressionSyntax
            || node is SimpleNameSyntax && Finding.Model.GetSymbolInfo(node, Finding.Cancellation).Symbol is { } symbol && !IsWithin(symbol)
                && (symbol is ILocalSymbol or IParameterSymbol || symbol is IFieldSymbol or IPropertySymbol or IMethodSymbol or IEventSymbol && !symbol.IsStatic && IsOfThis(node)));

        /// <summary>Whether the framework has the overload that locks, and the value can be made in a lambda.</summary>
        public bool CanEnsure => Finding.Model.Compilation.GetTypeByMetadataName("System.Threading.LazyInitializer")?.GetMembers("EnsureInitialized").OfType<IMethodSymbol>()
                .Any(method => method.Parameters is [{ RefKind: RefKind.Ref }, { RefKind: RefKind.Ref, Type.SpecialType: SpecialType.System_Object }, _]) == true
            && !Value.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(name => Finding.Model.GetSymbolInfo(name, Finding.Cancellation).Symbol is IParameterSymbol { RefKind: not RefKind.None } or IParameterSymbol { Type.IsRefLikeType: true } or ILocalSymbol { RefKind: not RefKind.None } or ILocalSymbol { Type.IsRefLikeType: true });

        public void UseLazy(DocumentEditor editor)
        {
            var type = Declaration.Declaration.Type is NullableTypeSyntax nullable ? nullable.ElementType : Declaration.Declaration.Type;
            var lazy = Short(SyntaxFactory.ParseTypeName($"{Lazy}<{type.WithoutTrivia()}>"));
            var creation = Short(SyntaxFactory.ParseExpression($"new {Lazy}<{type.WithoutTrivia()}>(() => {Value.WithoutTrivia()})"));
            var declaration = Declaration.WithDeclaration(Declaration.Declaration
                .WithType(lazy.WithTriviaFrom(Declaration.Declaration.Type))
                .WithVariables(SyntaxFactory.SingletonSeparatedList(Declarator.WithInitializer(SyntaxFactory.EqualsValueClause(
                    SyntaxFactory.Token(SyntaxKind.EqualsToken).WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(SyntaxFactory.Space), creation)))))
                .AddModifiers(SyntaxFactory.Token(SyntaxKind.ReadOnlyKeyword).WithTrailingTrivia(SyntaxFactory.Space));
            editor.ReplaceNode(Declaration, declaration);
            if (Written is ExpressionSyntax expression)
                editor.ReplaceNode(expression, Made(expression));
            else
            {
                editor.ReplaceNode(Returned!.Expression!, Made(Returned.Expression!));
                editor.RemoveNode(Written, SyntaxRemoveOptions.KeepNoTrivia);
            }
        }

        public void Ensure(DocumentEditor editor)
        {
            var type = (TypeDeclarationSyntax)Declaration.Parent!;
            var gate = FreeName.In(type, Field.Name + "Gate", Finding.Model, Declaration.SpanStart);
            var isNullable = (Finding.Model.GetNullableContext(Declaration.SpanStart) & NullableContext.AnnotationsEnabled) != 0;
            var field = SyntaxFactory.ParseMemberDeclaration($"private {(Field.IsStatic ? "static " : "")}object{(isNullable ? "?" : "")} {gate};")!
                .WithLeadingTrivia(Declaration.GetLeadingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia)).Take(1))
                .WithTrailingTrivia(Declaration.GetTrailingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)));
            var call = Short(SyntaxFactory.ParseExpression($"{Initializer}(ref {Target.WithoutTrivia()}, ref {gate}, () => {Value.WithoutTrivia()})"));
            editor.ReplaceNode(Written, Written is ExpressionSyntax ? call.WithTriviaFrom(Written) : SyntaxFactory.ExpressionStatement(call).WithTriviaFrom(Written).WithAdditionalAnnotations(Formatter.Annotation));
            editor.InsertAfter(Declaration, field);
        }

        private static T Short<T>(T code) where T : SyntaxNode =>
            code.ReplaceNodes(code.DescendantNodesAndSelf().Where(node => node is MemberAccessExpressionSyntax && node.ToString() == Initializer || node is QualifiedNameSyntax { Left: AliasQualifiedNameSyntax }), (_, current) => current.WithAdditionalAnnotations(Simplifier.Annotation));

        private ReturnStatementSyntax? Returned => Written is StatementSyntax { Parent: BlockSyntax block } statement
            ? block.Statements.ElementAtOrDefault(block.Statements.IndexOf(statement) + 1) as ReturnStatementSyntax : null;

        private ExpressionSyntax Made(ExpressionSyntax old) => SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, Target.WithoutTrivia(), SyntaxFactory.IdentifierName("Value")).WithTriviaFrom(old);

        private bool IsWithin(ISymbol symbol) => symbol.DeclaringSyntaxReferences.Any(declared => declared.SyntaxTree == Value.SyntaxTree && Value.Span.Contains(declared.Span));

        private static bool IsOfThis(SyntaxNode name) => name.Parent is not (MemberAccessExpressionSyntax { Expression: not ThisExpressionSyntax } or MemberBindingExpressionSyntax or AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax })
            || name.Parent is MemberAccessExpressionSyntax access && access.Expression == name
            || name.Parent is AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax } set && set.Right == name;

        private static SyntaxNode? WrittenBy(AssignmentExpressionSyntax assignment) => assignment switch
        {
            { RawKind: (int)SyntaxKind.CoalesceAssignmentExpression } => assignment,
            { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Parent: ParenthesizedExpressionSyntax { Parent: BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } coalesce } }
                when SyntaxFactory.AreEquivalent(coalesce.Left, assignment.Left) => coalesce,
            { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Parent: ExpressionStatementSyntax statement } when If(statement) is { Else: null, Parent: BlockSyntax } test && IsNull(test.Condition, assignment.Left) => test,
            _ => null,
        };

        private static IfStatementSyntax? If(StatementSyntax statement) => statement.Parent switch
        {
            IfStatementSyntax test => test,
            BlockSyntax { Statements.Count: 1, Parent: IfStatementSyntax test } => test,
            _ => null,
        };

        private static bool IsNull(ExpressionSyntax condition, ExpressionSyntax target) => condition switch
        {
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression, Right: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.NullLiteralExpression } } equals => SyntaxFactory.AreEquivalent(equals.Left, target),
            IsPatternExpressionSyntax { Pattern: ConstantPatternSyntax { Expression: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.NullLiteralExpression } } } pattern => SyntaxFactory.AreEquivalent(pattern.Expression, target),
            _ => false,
        };
    }
}
