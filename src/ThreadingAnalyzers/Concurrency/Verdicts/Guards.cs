using System.Collections.Immutable;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>
/// Fields that a lock guards nearly everywhere, used without it here. The type itself says that several threads use the field:
/// that is why it locks. Each use is judged at the callable members, with the locks of the whole way down; so a private method
/// that is called only under the lock is guarded (Engler et al., "Bugs as deviant behavior", 2001).
/// </summary>
internal sealed class Guards(ProgramFacts program, Func<string, Summary> summaries)
{
    /// <summary>A guard is one that at least so many places hold.</summary>
    private const int MinGuarded = 2;

    private static readonly ImmutableHashSet<string> Descriptions = ImmutableHashSet.Create(StringComparer.Ordinal, "ToString", "GetHashCode", "Equals");

    /// <summary>The findings of a type.</summary>
    public IEnumerable<Finding> Of(string type)
    {
        var uses = program.ByType[type]
            .Where(body => body.Outer is null && body.IsCallable && body.Kind is BodyKind.Method or BodyKind.Accessor && !Descriptions.Contains(body.Name))
            .SelectMany(body => summaries(body.Id).Uses.Where(use => !use.Locks.IsEmpty || !Phases.IsPhase(body)))
            .Where(use => use.Path is { Depth: 1, Root: Root.This or Root.Static } && !use.IsNote && !use.Has(AccessKind.Atomic | AccessKind.VolatileField | AccessKind.Service));
        foreach (var field in uses.GroupBy(use => (use.Path, Content: use.Has(AccessKind.Content))).Where(field => field.Any(use => !use.Locks.IsEmpty)))
            foreach (var finding in OfField(field.ToList()))
                yield return finding;
    }

    private static IEnumerable<Finding> OfField(List<Access> uses)
    {
        var guard = uses.SelectMany(use => use.Locks.Locks).Where(held => held.Lock is { Depth: 1, Root: Root.This or Root.Static } or { IsRoot: true, Root: Root.This })
            .GroupBy(held => held.Lock!).OrderByDescending(locks => locks.Count()).ThenBy(locks => locks.Key.ToString(), StringComparer.Ordinal).FirstOrDefault()?.Key;
        if (guard is null || uses.Any(use => use.Locks.HasUnknown))
            yield break;

        var guarded = uses.Where(use => Holds(use, guard)).GroupBy(use => use.Site).Select(site => site.First()).ToList();
        var bare = uses.Where(use => !Holds(use, guard)).GroupBy(use => use.Site).Select(site => site.First()).ToList();
        if (guarded.Count < MinGuarded || !guarded.Any(use => use.IsWrite) || guarded.Count < 2 * bare.Count)
            yield break;
        foreach (var use in bare)
            if (Harmful(use, guarded.Any(other => other.Site == use.Site)) is { } confidence)
                yield return new Finding(
                    use.Locks.IsEmpty ? Defect.InconsistentGuard : Defect.DifferentGuards, confidence, use.Path, use,
                    guarded.OrderByDescending(other => other.IsWrite).First(), null, null, guard);
    }

    private static bool Holds(Access use, Path guard) => use.Locks.Locks.Any(held => guard.Equals(held.Lock));

    /// <param name="isMixed">Whether the same place is reached with the lock too: a helper, mostly of an initialisation.</param>
    private static Confidence? Harmful(Access use, bool isMixed)
    {
        if (use.Has(AccessKind.Lazy))
            return null;
        if (use.Has(AccessKind.Content) || use.Has(AccessKind.Update) || use.Has(AccessKind.Wide))
            return Confidence.High;
        return use.IsWrite ? use.Has(AccessKind.Constant) || isMixed ? Confidence.Medium : Confidence.High : Confidence.Low;
    }
}
