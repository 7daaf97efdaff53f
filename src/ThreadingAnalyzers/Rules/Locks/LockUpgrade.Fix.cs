using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>Takes the read lock in the mode that may be upgraded.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class LockUpgradeFix() : Fix(LockUpgrade.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var types = KnownTypes.Of(finding.Model.Compilation);
        if (finding.Model.GetOperation(finding.Node, finding.Cancellation) is not IInvocationOperation taking || types[taking.TargetMethod.ContainingType] != KnownType.ReaderWriterLockSlim || Holding.TakenBy(taking, types) is not { } @lock)
            yield break;
        var names = taking.Function().OwnOperations().OfType<IInvocationOperation>()
            .Where(call => (Holding.TakenBy(call, types) ?? Holding.LockOf(call, EffectKind.Release, types))?.IsSameAs(@lock) == true)
            .Select(call => ((call.Syntax as InvocationExpressionSyntax)?.Expression as MemberAccessExpressionSyntax)?.Name)
            .OfType<SimpleNameSyntax>().Where(name => LockMembers.UpgradeableTwin(name.Identifier.ValueText) is not null).ToList();
        // Of several read locks only one may be meant.
        if (names.Count(name => taking.Syntax.Span.Contains(name.Span)) != 1 || names.Count(name => LockMembers.Takes(name.Identifier.ValueText)) != 1)
            yield break;
        yield return new Remedy("Use the upgradeable lock", editor =>
        {
            foreach (var name in names)
                editor.ReplaceNode(name, SyntaxFactory.IdentifierName(LockMembers.UpgradeableTwin(name.Identifier.ValueText)!).WithTriviaFrom(name));
        });
    }
}
