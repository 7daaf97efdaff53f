using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>Takes the lock that guards the state elsewhere, makes the updates of a counter atomic, or puts a concurrent collection in the place of another.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class StaticStateInConcurrentHostFix() : Fix(StaticStateInConcurrentHost.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Diagnostic.Properties.ContainsKey(Story.GuardProperty))
        {
            if (HeldGuard.Remedy(finding) is { } held)
                yield return held;
        }
        else if (ConcurrentTwin.Remedy(finding) is { } twin)
            yield return twin;
        else if (AtomicUpdate.AllOf(finding) is { Count: > 0 } updates)
            yield return new Remedy("Use Interlocked", editor =>
            {
                foreach (var update in updates)
                    editor.ReplaceNode(update.Written, update.Atomic());
            });
    }
}
