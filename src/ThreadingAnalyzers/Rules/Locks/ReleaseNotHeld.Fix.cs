using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>Takes the lock before the try whose finally gives it back.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ReleaseNotHeldFix() : Fix(ReleaseNotHeld.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        // A handler of the try may be meant for the acquisition too.
        if (finding.Node.FirstAncestorOrSelf<FinallyClauseSyntax>() is not { Parent: TryStatementSyntax { Catches: [], Block.Statements: [var first, ..], Parent: BlockSyntax } guarded }
            || !guarded.Finally!.Block.Span.Contains(finding.Node.Span) || !CanMove(first) || !Takes(first, finding))
            yield break;
        yield return new Remedy("Move the acquisition before try", editor =>
        {
            editor.InsertBefore(guarded, first.WithAdditionalAnnotations(Formatter.Annotation));
            editor.RemoveNode(first, SyntaxRemoveOptions.KeepNoTrivia);
        });
    }

    /// <summary>Whether the statement begins with the acquisition of what the finding releases.</summary>
    private static bool Takes(StatementSyntax statement, Finding finding)
    {
        var types = KnownTypes.Of(finding.Model.Compilation);
        return finding.Model.GetOperation(finding.Node, finding.Cancellation) is IInvocationOperation release && Holding.LockOf(release, EffectKind.Release, types) is { } @lock
            && finding.Model.GetOperation(statement, finding.Cancellation) is { } operation
            && operation.OwnOperations().OfType<IInvocationOperation>().Any(call => Holding.TakenBy(call, types) is { } taken && taken.IsSameAs(@lock));
    }

    private static bool CanMove(StatementSyntax first) => first is ExpressionStatementSyntax || first is IfStatementSyntax { Else: null, Statement: var arm } && Exits(arm);

    private static bool Exits(StatementSyntax arm) => (arm is BlockSyntax { Statements: [.., var last] } ? last : arm) is ReturnStatementSyntax or ThrowStatementSyntax;
}
