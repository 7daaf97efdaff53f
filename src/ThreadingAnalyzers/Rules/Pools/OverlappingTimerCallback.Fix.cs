using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>
/// Has the timer fire once and the callback arm it again at its end. Offered where a private field holds the one timer, its own
/// method is the callback and nothing else, and the period means the same there.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class OverlappingTimerCallbackFix() : Fix(OverlappingTimerCallback.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type && finding.Node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { Modifiers: var modifiers } callback
            && modifiers.Any(SyntaxKind.PrivateKeyword) && !modifiers.Any(SyntaxKind.AsyncKeyword) && (callback.Body ?? (SyntaxNode?)callback.ExpressionBody) is not null
            && PeriodicTimer.Of(type, callback, finding) is { } timer)
            yield return new Remedy("Re-arm at the end of the callback", editor =>
            {
                timer.StartOnce(editor);
                editor.ReplaceNode(callback, timer.WithRearm(callback));
            });
    }

    /// <summary>The creation of the timer that calls a method of the type again and again.</summary>
    private sealed record PeriodicTimer(BaseObjectCreationExpressionSyntax Creation, SyntaxNode Statement, string Field, ExpressionSyntax Due, ExpressionSyntax Period, bool IsTimeSpan, bool IsDisposed)
    {
        public static PeriodicTimer? Of(TypeDeclarationSyntax type, MethodDeclarationSyntax callback, Finding finding)
        {
            var (model, types) = (finding.Model, KnownTypes.Of(finding.Model.Compilation));
            if (model.GetDeclaredSymbol(callback) is not { } method
                || type.DescendantNodes().OfType<IdentifierNameSyntax>().Where(name => name.Identifier.ValueText == method.Name).ToList() is not [{ Parent: ArgumentSyntax { Parent.Parent: BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: [_, _, var due, var period] arguments } creation } }]
                || types[model.GetTypeInfo(creation).Type] != KnownType.Timer || arguments.Any(argument => argument.NameColon is not null)
                || creation.Parent is not AssignmentExpressionSyntax { Left: IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } } assignment
                || assignment.Parent is not (ExpressionStatementSyntax { Parent: BlockSyntax } or ArrowExpressionClauseSyntax { Parent: ConstructorDeclarationSyntax or MethodDeclarationSyntax }) || assignment.Parent is not { } statement
                || model.GetSymbolInfo(assignment.Left).Symbol is not IFieldSymbol { DeclaredAccessibility: Accessibility.Private, ContainingType.DeclaringSyntaxReferences.Length: 1 } field || field.IsStatic != method.IsStatic
                || statement is ArrowExpressionClauseSyntax { Parent: MethodDeclarationSyntax owner } && model.GetDeclaredSymbol(owner) is not { ReturnsVoid: true, IsAsync: false }
                || !MeansTheSame(due.Expression, model) || !MeansTheSame(period.Expression, model))
                return null;
            // Who arms it in another place has reasons that are not seen here.
            var others = AtomicUpdate.Uses(field, finding.Root, finding).Where(use => use != assignment.Left).ToList();
            return others.All(use => IsDispose(use, model))
                ? new PeriodicTimer(creation, statement, assignment.Left.ToString(), due.Expression, period.Expression, model.GetTypeInfo(period.Expression).ConvertedType?.Name == nameof(TimeSpan), others.Count > 0) : null;
        }

        // An expression of constants and of what is neither variable nor computed twice at a cost.
        private static bool MeansTheSame(ExpressionSyntax time, SemanticModel model) => time.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().All(name => model.GetSymbolInfo(name).Symbol switch
        {
            INamedTypeSymbol or INamespaceSymbol => true,
            IFieldSymbol field => field.IsConst || field.IsReadOnly,
            IMethodSymbol { IsStatic: true, ContainingType: { Name: nameof(TimeSpan) } } => true,
            _ => false,
        });

        private static bool IsDispose(ExpressionSyntax use, SemanticModel model) =>
            (use.Parent is ConditionalAccessExpressionSyntax { WhenNotNull: InvocationExpressionSyntax call } ? call : use.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax plain } ? plain : null) is { } ended
            && model.GetSymbolInfo(ended).Symbol is IMethodSymbol method && PoolMembers.Disposes(method);

        private string Never => IsTimeSpan ? "System.Threading.Timeout.InfiniteTimeSpan" : "System.Threading.Timeout.Infinite";

        /// <summary>The timer, made before it is armed: its callback arms the field, which must hold it by then.</summary>
        public void StartOnce(DocumentEditor editor)
        {
            var never = Short(SyntaxFactory.ParseExpression(Never));
            var arguments = Creation.ArgumentList!.Arguments;
            var made = Creation.WithArgumentList(Creation.ArgumentList.WithArguments(arguments
                .Replace(arguments[2], arguments[2].WithExpression(never.WithTriviaFrom(arguments[2].Expression))) is var first ? first.Replace(first[3], first[3].WithExpression(never.WithTriviaFrom(first[3].Expression))) : arguments));
            var arm = Armed(Due);
            if (Statement is ArrowExpressionClauseSyntax { Parent: BaseMethodDeclarationSyntax member } arrow)
            {
                var create = SyntaxFactory.ExpressionStatement(arrow.Expression.ReplaceNode(Creation, made).WithoutTrivia());
                editor.ReplaceNode(member, WithBody(member, SyntaxFactory.Block(create, arm)));
                return;
            }
            editor.ReplaceNode(Creation, made);
            editor.InsertAfter(Statement, arm.WithTrailingTrivia(StartStatement.LineEnd((StatementSyntax)Statement)));
        }

        public MethodDeclarationSyntax WithRearm(MethodDeclarationSyntax callback)
        {
            StatementSyntax rearm = Armed(Period);
            if (IsDisposed)
                rearm = Short((TryStatementSyntax)SyntaxFactory.ParseStatement($"try\n{{\n}}\ncatch (System.ObjectDisposedException)\n{{\n    // The timer is over.\n}}"))
                    .WithBlock(SyntaxFactory.Block(rearm));
            var end = SyntaxFactory.FinallyClause(SyntaxFactory.Block(rearm));
            BlockSyntax body = callback switch
            {
                { Body.Statements: [TryStatementSyntax { Finally: null } only] } => callback.Body!.WithStatements(SyntaxFactory.SingletonList<StatementSyntax>(only.WithFinally(end).WithAdditionalAnnotations(Formatter.Annotation))),
                { Body: { } block } => block.WithStatements(SyntaxFactory.SingletonList<StatementSyntax>(SyntaxFactory.TryStatement(NewBlock.Around(block.Statements), default, end).WithAdditionalAnnotations(Formatter.Annotation))),
                _ => SyntaxFactory.Block(SyntaxFactory.TryStatement(SyntaxFactory.Block(SyntaxFactory.ExpressionStatement(callback.ExpressionBody!.Expression.WithoutTrivia())), default, end)),
            };
            return callback.Body is not null ? callback.WithBody(body) : (MethodDeclarationSyntax)WithBody(callback, body);
        }

        private StatementSyntax Armed(ExpressionSyntax due) =>
            Short(SyntaxFactory.ParseStatement($"{Field}.Change({due.WithoutTrivia()}, {Never});")).WithAdditionalAnnotations(Formatter.Annotation);

        private static BaseMethodDeclarationSyntax WithBody(BaseMethodDeclarationSyntax member, BlockSyntax body) => (member switch
        {
            MethodDeclarationSyntax method => method.WithExpressionBody(null).WithSemicolonToken(default).WithParameterList(method.ParameterList.WithTrailingTrivia(SyntaxFactory.ElasticMarker)).WithBody(body.WithTrailingTrivia(member.GetTrailingTrivia())),
            ConstructorDeclarationSyntax constructor => constructor.WithExpressionBody(null).WithSemicolonToken(default).WithParameterList(constructor.ParameterList.WithTrailingTrivia(SyntaxFactory.ElasticMarker)).WithBody(body.WithTrailingTrivia(member.GetTrailingTrivia())),
            _ => member,
        }).WithAdditionalAnnotations(Formatter.Annotation);

        private static T Short<T>(T code) where T : SyntaxNode =>
            code.ReplaceNodes(code.DescendantNodesAndSelf().Where(node => node is MemberAccessExpressionSyntax or QualifiedNameSyntax), (_, current) => current.WithAdditionalAnnotations(Simplifier.Annotation));
    }
}
