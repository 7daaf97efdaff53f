using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>
/// Keeps the timer in a private field: a static one where static code makes it, or one that the type's own Dispose ends. Where
/// an object without Dispose makes it later than in its constructor, only its author knows when the timer is over.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class TimerNotKeptFix() : Fix(TimerNotKept.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var types = KnownTypes.Of(finding.Model.Compilation);
        if (finding.Node.FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>() is not { } creation || finding.Model.GetOperation(creation, finding.Cancellation) is not { } made || Timers.Callback(made, types) is not { } callback
            || KeptField.For(creation, finding) is not { } kept || Replaced(creation) is not var (statement, local))
            yield break;
        var name = kept.Name(local ?? (Work.Of(callback)?.Method is { MethodKind: MethodKind.Ordinary, Name: { Length: > 0 } work } ? char.ToLowerInvariant(work[0]) + work.Substring(1) + "Timer" : "timer"));
        var mayBeNull = !kept.IsMadeOnce;
        var end = kept.IsStatic ? null : OwnerEnd.InDispose(SyntaxFactory.ParseStatement($"{name}{(mayBeNull ? "?" : "")}.Dispose();").WithAdditionalAnnotations(Formatter.Annotation), kept.Type, kept.Symbol, finding.Model.Compilation);
        if (!kept.IsStatic && (end is null || mayBeNull && !PoolMembers.IsDisposable(kept.Symbol, isAsync: false)))
            yield break;

        var nullable = mayBeNull && finding.Model.GetNullableContext(creation.SpanStart).AnnotationsEnabled() ? "?" : "";
        yield return new Remedy("Keep it in a field", editor =>
        {
            if (local is not null)
                foreach (var use in kept.Member.DescendantNodes().OfType<IdentifierNameSyntax>().Where(use => use.Identifier.ValueText == local))
                    editor.ReplaceNode(use, SyntaxFactory.IdentifierName(name).WithTriviaFrom(use));
            var assigned = SyntaxFactory.AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, SyntaxFactory.IdentifierName(name), creation.WithoutTrivia());
            editor.ReplaceNode(statement, statement is ExpressionSyntax
                ? assigned.WithTriviaFrom(statement).WithAdditionalAnnotations(Formatter.Annotation)
                : SyntaxFactory.ExpressionStatement(assigned).WithTriviaFrom(statement).WithAdditionalAnnotations(Formatter.Annotation));
            end?.Invoke(editor);
            kept.Declare(editor, "System.Threading.Timer" + nullable, name);
        });
    }

    /// <summary>The statement or the body that becomes an assignment, and the local that it declares.</summary>
    private static (SyntaxNode Statement, string? Local)? Replaced(BaseObjectCreationExpressionSyntax creation) => creation.Parent switch
    {
        ExpressionStatementSyntax statement => (statement, null),
        ArrowExpressionClauseSyntax { Parent: ConstructorDeclarationSyntax } => (creation, null),
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" }, Parent: ExpressionStatementSyntax statement } => (statement, null),
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Identifier.ValueText: var local, Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax statement } } } => (statement, local),
        _ => null,
    };
}
