using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>
/// Makes all updates of the integer atomic, gives each thread of a parallel loop its own sum, or takes the lock that guards
/// the memory elsewhere.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class LostUpdateFix() : Fix(LostUpdate.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        // Where a lock guards the other uses, an atomic update beside them would still be lost.
        if (finding.Diagnostic.Properties.ContainsKey(Story.GuardProperty))
        {
            if (HeldGuard.Remedy(finding) is { } held)
                yield return held;
            yield break;
        }
        if (ParallelAccumulator.Remedy(finding) is { } apart)
            yield return apart;
        if (AtomicUpdate.AllOf(finding) is { Count: > 0 } updates)
            yield return new Remedy("Use Interlocked", editor =>
            {
                foreach (var update in updates)
                    editor.ReplaceNode(update.Written, update.Atomic());
            });
    }
}
