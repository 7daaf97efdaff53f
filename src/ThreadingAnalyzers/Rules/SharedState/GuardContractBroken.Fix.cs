using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>Takes the lock that the contract names.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class GuardContractBrokenFix() : Fix(GuardContractBroken.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (HeldGuard.Remedy(finding) is { } held)
            yield return held;
    }
}
