using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>Puts the statements between the two calls in a lock statement.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class MonitorEnterWithoutTryFix() : Fix(MonitorEnterWithoutTry.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (GuardedStatements.After(finding) is { CanLock: true } guarded)
            yield return new Remedy("Use a lock statement", guarded.Lock);
    }
}
