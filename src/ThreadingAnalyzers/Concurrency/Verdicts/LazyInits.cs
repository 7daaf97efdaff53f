using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>
/// Lazy initialisations without a lock, of what must be made once, in types that say that several threads come by: they lock
/// for the same field elsewhere, or for other static state where the field is static. Two proven threads are <see cref="Conflict"/>'s.
/// </summary>
internal sealed class LazyInits(ProgramFacts program, Func<string, Summary> summaries)
{
    /// <summary>The findings of a type.</summary>
    public IEnumerable<Finding> Of(string type)
    {
        var uses = program.ByType[type]
            .Where(body => body.Outer is null && body.IsCallable && body.Kind is BodyKind.Method or BodyKind.Accessor && !Phases.IsPhase(body))
            .SelectMany(body => summaries(body.Id).Uses).Where(use => use.Path is { Depth: 1, Root: Root.This or Root.Static }).ToList();
        foreach (var field in uses.Where(use => use.Has(AccessKind.Lazy) && use.Has(AccessKind.Once) && use.Locks.IsEmpty && !use.Has(AccessKind.Atomic)).GroupBy(use => use.Path))
        {
            var guarded = uses.Where(use => !use.Locks.IsEmpty && !use.Locks.HasUnknown).ToList();
            var evidence = guarded.FirstOrDefault(use => use.Path.Equals(field.Key))
                ?? (field.Key.Root == Root.Static ? guarded.FirstOrDefault(use => use.IsWrite && use.Path.Root == Root.Static && TypeRaces.IsOwn(use.Path, type) && use.Locks.Locks.All(held => held.Lock!.Root == Root.Static)) : null);
            if (evidence is not null)
                yield return new Finding(Defect.RacyLazyInit, Confidence.High, field.Key, field.First(), evidence, null, null, evidence.Locks.Locks[0].Lock);
        }
    }
}
