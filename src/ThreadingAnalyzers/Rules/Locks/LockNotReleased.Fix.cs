using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>Puts what the lock guards in a try and the release in its finally, or all of it in a lock statement.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class LockNotReleasedFix() : Fix(LockNotReleased.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (GuardedStatements.After(finding) is not { } guarded)
            yield break;
        yield return new Remedy("Release in finally", guarded.ReleaseInFinally);
        if (guarded.CanLock)
            yield return new Remedy("Use a lock statement", guarded.Lock);
    }
}
