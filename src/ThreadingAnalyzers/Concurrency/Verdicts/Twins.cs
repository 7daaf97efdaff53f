using System.Collections.Immutable;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>
/// Numbers that are counted plainly right where another one of the same object is counted by <c>Interlocked</c>, and so in two
/// members: who writes that knows that several threads come by both, and what holds for the one number holds for the other.
/// </summary>
internal sealed class Twins(ProgramFacts program, Func<string, Summary> summaries)
{
    /// <summary>The findings of a type.</summary>
    public IEnumerable<Finding> Of(string type)
    {
        var counted = program.ByType[type].Where(body => body.IsOpenMember && !Phases.IsPhase(body)).SelectMany(body => summaries(body.Id).Uses)
            .Where(use => use is { IsNote: false, Path: { Depth: 1, Root: Root.This or Root.Static } } && use.Has(AccessKind.Update) && !use.Has(AccessKind.Content | AccessKind.VolatileField | AccessKind.Immutable)).ToLookup(use => use.Has(AccessKind.Atomic));
        var atomic = counted[true].Select(use => (use.Body, use.Path)).ToImmutableHashSet();
        if (atomic.IsEmpty)
            yield break;
        foreach (var number in counted[false].GroupBy(use => use.Path))
        {
            // Where a lock is held for it, the lock's absence is what is wrong.
            if (number.Any(use => !use.Locks.IsEmpty))
                continue;
            foreach (var twin in atomic.Select(use => use.Path).Where(path => path.Root == number.Key.Root).Distinct())
                if (number.Where(use => atomic.Contains((use.Body, twin))).GroupBy(use => use.Body).Select(body => body.First()).Take(2).ToList() is [var first, var second])
                {
                    yield return new Finding(Defect.LostUpdate, Confidence.High, number.Key, first, second, null, null, null);
                    break;
                }
        }
    }
}
