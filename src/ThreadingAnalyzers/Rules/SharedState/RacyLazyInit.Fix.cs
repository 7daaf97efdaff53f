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
        if (made.IsOnlyUse && made.Field.CanMake(made.Value))
            yield return new Remedy("Use Lazy<T>", made.UseLazy);
        if (made.CanEnsure)
            yield return new Remedy("Use LazyInitializer", made.Ensure);
    }

    /// <summary>
    /// The one place where a private field gets its value, when it has none, written as <c>x ??= v</c> or <c>x ?? (x = v)</c>, or
    /// as the statement <c>if (x == null) x = v;</c>.
    /// </summary>
    private sealed record Initialization(Finding Finding, LazyField Field, SyntaxNode Written, ExpressionSyntax Target, ExpressionSyntax Value, IReadOnlyList<ExpressionSyntax> Uses)
    {
        private const string Initializer = "global::System.Threading.LazyInitializer.EnsureInitialized";

        /// <summary>What the finding is about, where all uses of the field can be seen and no other gives it a value.</summary>
        public static Initialization? Of(Finding finding)
        {
            var assignment = finding.Node.FirstAncestorOrSelf<AssignmentExpressionSyntax>();
            if (assignment is null || !assignment.Left.Span.Contains(finding.Node.Span)
                || LazyField.Of(finding.Model.GetSymbolInfo(assignment.Left, finding.Cancellation).Symbol, finding) is not { Field.IsVolatile: false } field
                || WrittenBy(assignment) is not { } written)
                return null;
            var uses = AtomicUpdate.Uses(field.Field, finding.Root, finding).ToList();
            var value = assignment.Right.WithoutTrivia();
            var isOnlyWrite = uses.All(use => use == assignment.Left || use.Parent is not (AssignmentExpressionSyntax or ArgumentSyntax { RefKindKeyword.RawKind: not (int)SyntaxKind.None } or RefExpressionSyntax)
                || use.Parent is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } other && other.Right == use);
            return isOnlyWrite && !value.DescendantNodesAndSelf().Any(node => node is AwaitExpressionSyntax or AssignmentExpressionSyntax { Parent: not InitializerExpressionSyntax })
                ? new Initialization(finding, field, written, assignment.Left, assignment.Right, uses) : null;
        }

        /// <summary>Whether nothing else uses the field but a return of it right behind.</summary>
        public bool IsOnlyUse => Uses.All(use => Written.Span.Contains(use.Span) || use.Parent == Returned);

        /// <summary>Whether the framework has the overload that locks, and the value can be made in a lambda.</summary>
        public bool CanEnsure => Finding.Model.Compilation.GetTypeByMetadataName("System.Threading.LazyInitializer")?.GetMembers("EnsureInitialized").OfType<IMethodSymbol>()
                .Any(method => method.Parameters is [{ RefKind: RefKind.Ref }, { RefKind: RefKind.Ref, Type.SpecialType: SpecialType.System_Object }, _]) == true
            && !Value.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(name => Finding.Model.GetSymbolInfo(name, Finding.Cancellation).Symbol is IParameterSymbol { RefKind: not RefKind.None } or IParameterSymbol { Type.IsRefLikeType: true } or ILocalSymbol { RefKind: not RefKind.None } or ILocalSymbol { Type.IsRefLikeType: true });

        public void UseLazy(DocumentEditor editor)
        {
            Field.Declare(editor, Value);
            if (Written is ExpressionSyntax expression)
                editor.ReplaceNode(expression, LazyField.Made(Target, expression));
            else
            {
                editor.ReplaceNode(Returned!.Expression!, LazyField.Made(Target, Returned.Expression!));
                editor.RemoveNode(Written, SyntaxRemoveOptions.KeepNoTrivia);
            }
        }

        public void Ensure(DocumentEditor editor)
        {
            var type = (TypeDeclarationSyntax)Field.Declaration.Parent!;
            var gate = FreeName.In(type, Field.Field.Name + "Gate", Finding.Model, Field.Declaration.SpanStart);
            var isNullable = (Finding.Model.GetNullableContext(Field.Declaration.SpanStart) & NullableContext.AnnotationsEnabled) != 0;
            var field = SyntaxFactory.ParseMemberDeclaration($"private {(Field.Field.IsStatic ? "static " : "")}object{(isNullable ? "?" : "")} {gate};")!
                .WithLeadingTrivia(Field.Declaration.GetLeadingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia)).Take(1))
                .WithTrailingTrivia(Field.Declaration.GetTrailingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)));
            var call = Short(SyntaxFactory.ParseExpression($"{Initializer}(ref {Target.WithoutTrivia()}, ref {gate}, () => {Value.WithoutTrivia()})"));
            editor.ReplaceNode(Written, Written is ExpressionSyntax ? call.WithTriviaFrom(Written) : SyntaxFactory.ExpressionStatement(call).WithTriviaFrom(Written).WithAdditionalAnnotations(Formatter.Annotation));
            editor.InsertAfter(Field.Declaration, field);
        }

        private static T Short<T>(T code) where T : SyntaxNode =>
            code.ReplaceNodes(code.DescendantNodesAndSelf().Where(node => node is MemberAccessExpressionSyntax && node.ToString() == Initializer), (_, current) => current.WithAdditionalAnnotations(Simplifier.Annotation));

        private ReturnStatementSyntax? Returned => Written is StatementSyntax { Parent: BlockSyntax block } statement
            ? block.Statements.ElementAtOrDefault(block.Statements.IndexOf(statement) + 1) as ReturnStatementSyntax : null;

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
