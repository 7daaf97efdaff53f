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
        if (finding.Model.GetOperation(finding.Node, finding.Cancellation)?.Function() is not { } function)
            yield break;
        var calls = function.OwnOperations().OfType<IInvocationOperation>().ToList();
        // Of several read locks only one may be meant.
        if (calls.Where(call => IsReading(call, types)).ToList() is not [var taking] || types[taking.TargetMethod.ContainingType] != KnownType.ReaderWriterLockSlim || Holding.TakenBy(taking, types) is not { } @lock)
            yield break;
        var names = calls
            .Where(call => (Holding.TakenBy(call, types) ?? Holding.LockOf(call, EffectKind.Release, types))?.IsSameAs(@lock) == true)
            .Select(call => ((call.Syntax as InvocationExpressionSyntax)?.Expression as MemberAccessExpressionSyntax)?.Name)
            .OfType<SimpleNameSyntax>().Where(name => LockMembers.UpgradeableTwin(name.Identifier.ValueText) is not null).ToList();
        if (!names.Any(name => taking.Syntax.Span.Contains(name.Span)))
            yield break;
        yield return new Remedy("Use the upgradeable lock", editor =>
        {
            foreach (var name in names)
                editor.ReplaceNode(name, SyntaxFactory.IdentifierName(LockMembers.UpgradeableTwin(name.Identifier.ValueText)!).WithTriviaFrom(name));
        });
    }

    private static bool IsReading(IInvocationOperation call, KnownTypes types) => Effects.Of(call.TargetMethod, call.Instance?.Type, types) is { Kind: EffectKind.Acquire or EffectKind.TryAcquire, Mode: LockMode.Read } && !Waiting.IsUpgradeable(call.TargetMethod);
}
