using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>Makes all updates of the field atomic; it stays volatile for those who read it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class VolatileUpdateFix() : Fix(VolatileUpdate.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (!finding.Diagnostic.Properties.ContainsKey(Story.GuardProperty) && AtomicUpdate.AllOf(finding) is { Count: > 0 } updates)
            yield return new Remedy("Use Interlocked", editor =>
            {
                foreach (var update in updates)
                    editor.ReplaceNode(update.Written, update.Atomic());
            });
    }
}
