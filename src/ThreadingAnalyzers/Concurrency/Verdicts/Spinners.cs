using System.Collections.Immutable;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>
/// Loops of members that the program runs on threads, over a flag of their object, against the members by which that object is
/// told to end. Which of many objects each one is of does not matter here: a loop that reads the flag once misses whatever comes.
/// </summary>
internal sealed class Spinners(ProgramFacts program, Relevance relevance, Func<string, Summary> summaries)
{
    /// <summary>The findings of a program.</summary>
    public IEnumerable<Finding> All()
    {
        foreach (var (member, kind, site) in Begun().Where(begun => begun.Member is { IsStatic: false, Outer: null }))
        {
            var uses = summaries(member.Id).Uses.Where(use => use.Path.Root == Root.This && use.Has(AccessKind.Spin) && !use.IsWrite).ToImmutableArray();
            if (uses.IsEmpty)
                continue;
            var thread = new Spawned(kind, site, member.Name, false, uses, ImmutableHashSet<Path>.Empty, null, [], ImmutableHashSet<Path>.Empty);
            foreach (var other in program.ByType[member.Type].Where(other => other != member && other is { IsOpenMember: true, IsStatic: false, Outer: null }))
                foreach (var write in summaries(other.Id).Uses.Where(use => use.Has(AccessKind.Constant)))
                    foreach (var use in uses.Where(use => use.Path.Equals(write.Path)))
                        if (Conflict.Judge(new End(use, thread), new End(write, null), proven: false) is { Defect: Defect.StopFlag } finding)
                            yield return finding;
        }
    }

    /// <summary>The members that a thread or task is begun with, by name or as what a lambda calls.</summary>
    private IEnumerable<(BodyFacts Member, SpawnKind Kind, Site Site)> Begun() =>
        from body in relevance.Bodies
        where program.DigestOf(body) is { Starts: true } or { MakesThreads: true }
        from work in body.Allocations.Values.Where(made => made is { Type: KnownType.Thread, Delegate: not null }).Select(made => (made.Delegate, Kind: SpawnKind.Thread, made.Site))
            .Concat(body.Events.OfType<Start>().Where(start => start is { Kind: SpawnKind.Thread or SpawnKind.Task or SpawnKind.Pool, Joined: false }).Select(start => (Delegate: start.Target, start.Kind, start.Site)))
        where work.Delegate is { IsRoot: true, Root: Root.Delegate }
        from target in program.Targets(work.Delegate!.Name, overridable: true)
        from run in target.Outer is null ? [target] : target.Events.OfType<Call>().Where(call => call.Method is not null).SelectMany(call => program.Targets(call.Method!, call.Overridable))
        select (run, work.Kind, work.Site);
}
