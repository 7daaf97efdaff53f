using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>
/// The statement that uses guarded memory, put under the lock that guards it elsewhere. Never under a new one: whoever has no
/// guard yet must decide what it guards.
/// </summary>
internal static class HeldGuard
{
    /// <summary>The lock around the finding's statement, or null where it would not be the same lock or would span too much.</summary>
    public static Remedy? Remedy(Finding finding)
    {
        if (!finding.Diagnostic.Properties.TryGetValue(Story.GuardProperty, out var written) || written is null || Guard(written, finding) is not { } gate)
            return null;
        var title = $"Lock on '{gate}'";
        var (node, model) = (finding.Node, finding.Model);
        for (var current = node; current is not null; current = current.Parent)
        {
            switch (current)
            {
                case LockStatementSyntax:
                    return null;
                case ArrowExpressionClauseSyntax arrow:
                    return CanHold(arrow.Expression, model) && AccessorOf(arrow) is { } owner && Inside(arrow.Expression, ReturnsValue(arrow, model), gate) is { } block
                        ? new Remedy(title, editor => editor.ReplaceNode(owner, WithBlock(owner, block)), "Lock on the guard") : null;
                case LambdaExpressionSyntax { ExpressionBody: { } body } lambda:
                    return CanHold(body, model) && lambda.AsyncKeyword.IsKind(SyntaxKind.None) && model.GetSymbolInfo(lambda).Symbol is IMethodSymbol method
                        ? new Remedy(title, editor => editor.ReplaceNode(lambda, OnLines(lambda, body, !method.ReturnsVoid, gate)), "Lock on the guard") : null;
                case StatementSyntax statement when Spans(statement, node):
                    return CanHold(statement, model) && IsAlone(statement) && !DeclaresForLater(statement) ? new Remedy(title, editor => editor.ReplaceNode(statement, Around(statement, gate)), "Lock on the guard") : null;
                case StatementSyntax or MemberDeclarationSyntax:
                    return null;
            }
        }
        return null;
    }

    /// <summary>The guard around a return of another value than the one that is written; null where it would not be the same lock.</summary>
    public static Action<DocumentEditor>? Around(Finding finding, ExpressionSyntax returned, ExpressionSyntax value)
    {
        if (!finding.Diagnostic.Properties.TryGetValue(Story.GuardProperty, out var written) || written is null || Guard(written, finding) is not { } gate)
            return null;
        return returned.Parent switch
        {
            ArrowExpressionClauseSyntax arrow when AccessorOf(arrow) is { } owner => editor => editor.ReplaceNode(owner, WithBlock(owner, Inside(value, returns: true, gate))),
            ReturnStatementSyntax statement when IsAlone(statement) => editor => editor.ReplaceNode(statement, Around(statement.ReplaceNode(returned, value), gate)),
            _ => null,
        };
    }

    /// <summary>How to write the guard at the finding, where that names the guard, the same object as elsewhere, and a lock statement locks it there.</summary>
    private static ExpressionSyntax? Guard(string written, Finding finding)
    {
        var (model, position) = (finding.Model, finding.Node.SpanStart);
        var expression = SyntaxFactory.ParseExpression(written.Substring(written.LastIndexOf('.') + 1));
        if (model.GetSpeculativeSymbolInfo(position, expression, SpeculativeBindingOption.BindAsExpression).Symbol is not { } symbol)
            expression = SyntaxFactory.ParseExpression(written);
        var guard = model.GetSpeculativeSymbolInfo(position, expression, SpeculativeBindingOption.BindAsExpression).Symbol;
        if (guard is not (IFieldSymbol or ILocalSymbol))
            return null;
        var id = finding.Diagnostic.Properties.TryGetValue(Story.GuardIdProperty, out var known) ? known : null;
        if (guard is IFieldSymbol field && (id != field.OriginalDefinition.GetDocumentationCommentId() || !field.IsStatic && !IsOfThis(finding)))
            return null;
        var locked = finding.Root.DescendantNodes().OfType<LockStatementSyntax>()
            .Any(other => SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(other.Expression, finding.Cancellation).Symbol, guard));
        // What has no other use than to be locked is locked by that statement, wherever it is.
        var isLock = guard is IFieldSymbol { Type: var type } && (type.SpecialType == SpecialType.System_Object || KnownTypes.Of(model.Compilation)[type] == KnownType.Lock);
        return isLock || locked ? expression : null;
    }

    /// <summary>Whether the memory belongs to the object that runs the code: then the guard's object is that one too.</summary>
    private static bool IsOfThis(Finding finding) => finding.Model.GetOperation(finding.Node, finding.Cancellation) is { } operation
        && (operation is IInvocationOperation { Instance: IInstanceReferenceOperation } || operation.DescendantsAndSelf().OfType<IMemberReferenceOperation>().FirstOrDefault() is { Instance: IInstanceReferenceOperation or null });

    /// <summary>Whether the smallest statement around the use is one that a lock can hold as a whole.</summary>
    private static bool Spans(StatementSyntax statement, SyntaxNode use) => statement switch
    {
        ExpressionStatementSyntax => true,
        ReturnStatementSyntax => true,
        CommonForEachStatementSyntax loop => loop.Expression.Span.Contains(use.Span),
        IfStatementSyntax test => test.Condition.Span.Contains(use.Span),
        _ => false,
    };

    /// <summary>Whether the code ends where it stands: no await or yield in it, no lock that would now be nested, no sequence that is computed later.</summary>
    private static bool CanHold(SyntaxNode code, SemanticModel model) =>
        !code.DescendantNodesAndSelf(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
            .Any(node => node is AwaitExpressionSyntax or YieldStatementSyntax or LockStatementSyntax or LabeledStatementSyntax)
        && (code is ReturnStatementSyntax { Expression: { } returned } ? returned : code as ExpressionSyntax) is var value
        && (value is null || model.GetTypeInfo(value).Type is not { } type || type.OriginalDefinition.SpecialType is not (SpecialType.System_Collections_Generic_IEnumerable_T or SpecialType.System_Collections_IEnumerable or SpecialType.System_Collections_Generic_IEnumerator_T or SpecialType.System_Collections_IEnumerator));

    /// <summary>Whether the statement stands where another one can stand in its place.</summary>
    private static bool IsAlone(StatementSyntax statement) => statement.Parent is not (LabeledStatementSyntax or FixedStatementSyntax or UsingStatementSyntax);

    /// <summary>Whether code after the statement uses a variable that an expression in it declares.</summary>
    private static bool DeclaresForLater(StatementSyntax statement)
    {
        var names = new HashSet<string>(statement.DescendantNodes().OfType<SingleVariableDesignationSyntax>().Select(declared => declared.Identifier.ValueText));
        return names.Count > 0 && (statement.Parent is GlobalStatementSyntax ? statement.SyntaxTree.GetRoot() : statement.Parent!).DescendantTokens()
            .Any(token => token.SpanStart > statement.Span.End && token.IsKind(SyntaxKind.IdentifierToken) && names.Contains(token.ValueText));
    }

    private static StatementSyntax Around(StatementSyntax statement, ExpressionSyntax gate) =>
        SyntaxFactory.LockStatement(gate.WithoutTrivia(), NewBlock.Around(statement))
            .WithLeadingTrivia(statement.GetLeadingTrivia()).WithTrailingTrivia(statement.GetTrailingTrivia())
            .WithAdditionalAnnotations(Formatter.Annotation);

    private static BlockSyntax Inside(ExpressionSyntax expression, bool returns, ExpressionSyntax gate)
    {
        var plain = expression.WithoutTrivia();
        StatementSyntax statement = returns
            ? SyntaxFactory.ReturnStatement(plain.WithLeadingTrivia(SyntaxFactory.Space))
            : SyntaxFactory.ExpressionStatement(plain);
        return SyntaxFactory.Block(Lock(gate, statement)).WithAdditionalAnnotations(Formatter.Annotation);
    }

    /// <summary>The lambda with a block whose braces stand on lines of their own, which the formatter leaves to the writer of a lambda.</summary>
    private static LambdaExpressionSyntax OnLines(LambdaExpressionSyntax lambda, ExpressionSyntax body, bool returns, ExpressionSyntax gate)
    {
        var text = lambda.SyntaxTree.GetText();
        var line = text.Lines.GetLineFromPosition(lambda.SpanStart).ToString();
        var indent = line.Substring(0, line.TakeWhile(char.IsWhiteSpace).Count());
        var unit = indent.Contains('\t') ? "\t" : "    ";
        var lineEnd = text.ToString().Contains("\r\n") ? "\r\n" : "\n";
        var block = SyntaxFactory.ParseStatement(string.Join(lineEnd,
            $"{indent}{{",
            $"{indent}{unit}lock ({gate})",
            $"{indent}{unit}{{",
            $"{indent}{unit}{unit}{(returns ? "return " : "")}{body.WithoutTrivia()};",
            $"{indent}{unit}}}",
            $"{indent}}}"));
        return lambda.WithBody((BlockSyntax)block.WithTrailingTrivia(body.GetTrailingTrivia())).WithArrowToken(lambda.ArrowToken.WithTrailingTrivia(SyntaxFactory.EndOfLine(lineEnd)));
    }

    private static LockStatementSyntax Lock(ExpressionSyntax gate, StatementSyntax statement) =>
        SyntaxFactory.LockStatement(gate.WithoutTrivia(), SyntaxFactory.Block(statement));

    private static bool ReturnsValue(ArrowExpressionClauseSyntax arrow, SemanticModel model) => arrow.Parent is PropertyDeclarationSyntax or IndexerDeclarationSyntax
        || model.GetDeclaredSymbol(arrow.Parent!) is IMethodSymbol { ReturnsVoid: false };

    /// <summary>What has the expression for its body, where that can be a block.</summary>
    private static SyntaxNode? AccessorOf(ArrowExpressionClauseSyntax arrow) => arrow.Parent switch
    {
        MethodDeclarationSyntax method when !method.Modifiers.Any(SyntaxKind.AsyncKeyword) => method,
        PropertyDeclarationSyntax or AccessorDeclarationSyntax => arrow.Parent,
        _ => null,
    };

    private static SyntaxNode WithBlock(SyntaxNode owner, BlockSyntax block) => owner switch
    {
        MethodDeclarationSyntax method => method.WithExpressionBody(null).WithSemicolonToken(default).WithBody(block.WithTrailingTrivia(method.GetTrailingTrivia())).WithAdditionalAnnotations(Formatter.Annotation),
        AccessorDeclarationSyntax accessor => accessor.WithExpressionBody(null).WithSemicolonToken(default).WithBody(block.WithTrailingTrivia(accessor.GetTrailingTrivia())).WithAdditionalAnnotations(Formatter.Annotation),
        PropertyDeclarationSyntax property => property.WithExpressionBody(null).WithSemicolonToken(default)
            .WithAccessorList(SyntaxFactory.AccessorList(SyntaxFactory.SingletonList(SyntaxFactory.AccessorDeclaration(SyntaxKind.GetAccessorDeclaration, block))).WithTrailingTrivia(property.GetTrailingTrivia()))
            .WithAdditionalAnnotations(Formatter.Annotation),
        _ => owner,
    };
}
