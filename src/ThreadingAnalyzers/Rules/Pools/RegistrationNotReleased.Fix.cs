using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>
/// Disposes the registration at the end of an async function that goes on to await what the callback is for, or keeps that of a
/// constructor in a field that the object's own Dispose releases.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class RegistrationNotReleasedFix() : Fix(RegistrationNotReleased.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } call && finding.Model.GetOperation(call, finding.Cancellation) is IInvocationOperation operation
            && Registrations.IsOfToken(operation.TargetMethod, KnownTypes.Of(finding.Model.Compilation)) && (InUsing(call, finding) ?? InField(call, finding)) is { } edit)
            yield return new Remedy("Keep and dispose it", edit);
    }

    private static Action<DocumentEditor>? InUsing(InvocationExpressionSyntax call, Finding finding)
    {
        if (((CSharpParseOptions)finding.Root.SyntaxTree.Options).LanguageVersion < LanguageVersion.CSharp8
            || call.Parent is not ExpressionStatementSyntax { Parent: BlockSyntax { Parent: MethodDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax } block } statement
            || finding.Model.GetEnclosingSymbol(call.SpanStart, finding.Cancellation) is not IMethodSymbol { IsAsync: true }
            || !block.Statements.SkipWhile(other => other != statement).Skip(1).Any(other => other.DescendantNodes(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).OfType<AwaitExpressionSyntax>().Any()))
            return null;
        var name = FreeName.In(block.Parent!, "registration", finding.Model, call.SpanStart);
        var kept = SyntaxFactory.LocalDeclarationStatement(SyntaxFactory.VariableDeclaration(SyntaxFactory.IdentifierName("var"), SyntaxFactory.SingletonSeparatedList(
                SyntaxFactory.VariableDeclarator(SyntaxFactory.Identifier(name), null, SyntaxFactory.EqualsValueClause(call.WithoutTrivia())))))
            .WithUsingKeyword(SyntaxFactory.Token(SyntaxKind.UsingKeyword)).NormalizeWhitespace();
        kept = kept.ReplaceNode(kept.Declaration.Variables[0].Initializer!.Value, call.WithoutTrivia()).WithTriviaFrom(statement).WithAdditionalAnnotations(Formatter.Annotation);
        return editor => editor.ReplaceNode(statement, kept);
    }

    /// <summary>A field of an object that is disposed; whether another one should be, only its author knows.</summary>
    private static Action<DocumentEditor>? InField(InvocationExpressionSyntax call, Finding finding)
    {
        SyntaxNode? dropped = call.Parent switch
        {
            ExpressionStatementSyntax or ArrowExpressionClauseSyntax { Parent: ConstructorDeclarationSyntax } => call,
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" }, Parent: ExpressionStatementSyntax } discard => discard,
            _ => null,
        };
        if (dropped is null || KeptField.For(call, finding) is not { IsStatic: false, IsMadeOnce: true } kept || !PoolMembers.IsDisposable(kept.Symbol, isAsync: false))
            return null;
        var name = kept.Name("registration");
        if (OwnerEnd.InDispose(SyntaxFactory.ParseStatement($"{name}.Dispose();").WithAdditionalAnnotations(Formatter.Annotation), kept.Type, kept.Symbol, finding.Model.Compilation) is not { } end)
            return null;
        var assigned = SyntaxFactory.AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, SyntaxFactory.IdentifierName(name), call.WithoutTrivia()).WithTriviaFrom(dropped).WithAdditionalAnnotations(Formatter.Annotation);
        return editor =>
        {
            editor.ReplaceNode(dropped, assigned);
            end(editor);
            kept.Declare(editor, "System.Threading.CancellationTokenRegistration", name);
        };
    }
}
