using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>
/// Lazy initialisations without a lock, of what must be made once, in types that say that several threads come by: they lock
/// for the same field elsewhere. Two proven threads are <see cref="Conflict"/>'s.
/// </summary>
internal sealed class LazyInits(ProgramFacts program, Func<string, Summary> summaries)
{
    /// <summary>The findings of a type.</summary>
    public IEnumerable<Finding> Of(string type)
    {
        var uses = program.ByType[type]
            .Where(body => body.IsOpenMember && !Phases.IsPhase(body))
            .SelectMany(body => summaries(body.Id).Uses).Where(use => use.Path is { Depth: 1, Root: Root.This or Root.Static }).ToList();
        foreach (var field in uses.Where(use => use.Has(AccessKind.Lazy) && use.Has(AccessKind.Once) && use.Locks.IsEmpty && !use.Has(AccessKind.Atomic)).GroupBy(use => use.Path))
        {
            // Who gives it a value under a lock means its making to be guarded; other uses under one may be so by chance.
            var guarded = uses.Where(use => use.Path.Equals(field.Key) && !use.Locks.IsEmpty && !use.Locks.HasUnknown && !field.Any(bare => bare.Site == use.Site)).ToList();
            var evidence = guarded.FirstOrDefault(use => use.IsWrite) ?? guarded.FirstOrDefault();
            if (evidence is not null)
                yield return new Finding(Defect.RacyLazyInit, evidence.IsWrite ? Confidence.High : Confidence.Medium, field.Key, field.First(), evidence, null, null, evidence.Locks.Locks[0].Lock);
        }
    }
}
