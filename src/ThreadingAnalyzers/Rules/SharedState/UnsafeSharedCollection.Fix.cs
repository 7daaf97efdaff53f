using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>Takes the lock that guards the collection elsewhere, or puts a concurrent one in its place.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class UnsafeSharedCollectionFix() : Fix(UnsafeSharedCollection.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (HeldGuard.Remedy(finding) is { } held)
            yield return held;
        // Beside a lock, single calls of a concurrent collection would come between what the lock keeps together.
        else if (!finding.Diagnostic.Properties.ContainsKey(Story.GuardProperty) && ConcurrentTwin.Remedy(finding) is { } twin)
            yield return twin;
    }
}
