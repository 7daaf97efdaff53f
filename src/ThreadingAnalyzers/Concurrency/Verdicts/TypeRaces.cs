using System.Collections.Immutable;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Ownership;
using ThreadingAnalyzers.Concurrency.Program;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>
/// Races between the threads that a type's members leave running and the type's other members, which whoever has the object
/// calls meanwhile: the class as a module, its callable members as roots (RacerD). A private member is judged in its callers.
/// </summary>
internal sealed class TypeRaces(ProgramFacts program, Callers callers, Func<string, Summary> summaries)
{
    private readonly Dictionary<string, Module> modules = new(StringComparer.Ordinal);

    /// <summary>The races of a type's objects and of its static state.</summary>
    public IEnumerable<Finding> Of(string type)
    {
        var own = ModuleOf(type);
        // A derived object runs what its bases start, with its own overrides; two ends in bases are the bases' finding.
        var bases = program.Types.TryGetValue(type, out var facts) ? facts.Bases.Where(program.ByType.Contains).Select(ModuleOf).ToList() : [];
        foreach (var module in bases.Prepend(own))
        {
            foreach (var thread in own.Threads)
                foreach (var finding in WithMembers(thread, module, type).Concat(WithThreads(thread, module, type)))
                    yield return finding;
            if (module == own)
            {
                foreach (var thread in own.Threads)
                    foreach (var finding in WithItself(thread, type))
                        yield return finding;
            }
            else
                foreach (var finding in Inherited(module, own))
                    yield return finding;
        }
    }

    private IEnumerable<Finding> WithMembers((BodyFacts Starter, Spawned Thread) started, Module module, string type)
    {
        var (starter, thread) = started;
        foreach (var use in thread.Uses.Where(use => IsOwn(use.Path, type)))
        {
            if (!module.Uses.TryGetValue(use.Path, out var others))
                continue;
            foreach (var (member, other) in others)
                // Who starts it too, by way of the same code, has the order of its own body.
                if (member != starter && !module.Starts.Contains((member, thread.Site)) && !other.After.Any(thread.Handles.Contains) && Conflict.Judge(new End(use, thread), new End(other, null), proven: false) is { } finding && !IsKeptApart(use, member, starter))
                {
                    // A part of what the thread does, which others could call and none does.
                    var isOwn = callers.AllRunBy(member, starter, thread.Target);
                    if (!isOwn || !member.IsInternal)
                        yield return isOwn ? finding with { Confidence = Lower(finding.Confidence) } : InPhase(finding, member, other, starter);
                }
        }
    }

    /// <summary>Whether all who call the member do so under a lock, as the thread does, or before they start the thread.</summary>
    private bool IsKeptApart(Access use, BodyFacts member, BodyFacts starter) => use.Locks.Guards && callers.AllHold(member, guard: null) || callers.AllPrecede(member, starter.Id);

    /// <summary>Work that a member starts for what it is given, and that the next call may start once more while it runs.</summary>
    private IEnumerable<Finding> WithItself((BodyFacts Starter, Spawned Thread) started, string type)
    {
        var (starter, thread) = started;
        return !IsStartedPerCall(starter, thread) || callers.AllBegin(starter) || IsOneAtATime(summaries(starter.Id), thread, type) ? []
            : Conflict.Among(thread.Uses.Where(use => IsOwn(use.Path, type)), thread with { Many = true }, proven: false);
    }

    // What is kept in a field may be looked at by the next call; a thread of its own is mostly started once.
    private static bool IsStartedPerCall(BodyFacts starter, Spawned thread) =>
        starter is { IsOpenMember: true, Parameters: > 0 } && !Phases.IsPhase(starter) && thread is { Kind: SpawnKind.Task or SpawnKind.Pool, Many: false, Bond: Bond.None } && !thread.Handles.Any(handle => handle.Root is Root.This or Root.Static);

    /// <summary>Whether the starter and its thread set one field, by which the next call may see that one runs.</summary>
    private static bool IsOneAtATime(Summary starter, Spawned thread, string type) =>
        starter.Uses.Any(use => use.IsWrite && IsOwn(use.Path, type) && thread.Uses.Any(other => other.IsWrite && other.Path.Equals(use.Path)));

    /// <summary>Threads that a base leaves running, against the members of a derived type: of these there are many, so they lead.</summary>
    private IEnumerable<Finding> Inherited(Module module, Module own)
    {
        foreach (var pair in own.Uses)
            if (pair.Key.Root == Root.This && module.UsesOfThreads[pair.Key] is { } threads)
                foreach (var (starter, thread, use) in threads.Take(Conflict.MaxUses))
                    foreach (var (member, other) in pair.Value)
                        if (!other.After.Any(thread.Handles.Contains) && Conflict.Judge(new End(use, thread), new End(other, null), proven: false) is { } finding)
                            yield return InPhase(finding, member, other, starter);
    }

    private static IEnumerable<Finding> WithThreads((BodyFacts Starter, Spawned Thread) started, Module module, string type)
    {
        foreach (var (starter, other) in module.Threads)
        {
            // One start seen through two callers is one thread, not two.
            if (starter == started.Starter || other.Site == started.Thread.Site)
                continue;
            var theirs = other.Uses.ToLookup(use => use.Path);
            foreach (var use in started.Thread.Uses.Where(use => IsOwn(use.Path, type)))
                foreach (var second in theirs[use.Path].Take(Conflict.MaxUses))
                    if (Conflict.Judge(new End(use, started.Thread), new End(second, other), proven: false) is { } finding)
                        yield return finding;
        }
    }

    private Module ModuleOf(string type)
    {
        if (modules.TryGetValue(type, out var known))
            return known;
        var module = new Module([], []);
        foreach (var member in program.ByType[type].Where(body => body.Outer is null))
        {
            var isRoot = member.IsOpenMember;
            if (!isRoot && member.Kind is not (BodyKind.Constructor or BodyKind.StaticConstructor) && member.Hosting != Hosting.Background)
                continue;
            var summary = summaries(member.Id);
            module.Threads.AddRange(summary.Live.Where(thread => !thread.Uses.IsEmpty && !thread.IsHandedOut).Select(thread => (member, thread)));
            if (member.Hosting == Hosting.Background)
                module.Threads.Add((member, new Spawned(SpawnKind.Service, member.Site, member.Name, false, summary.Uses, ImmutableHashSet<Path>.Empty, null, [], ImmutableHashSet<Path>.Empty)));
            else if (isRoot)
                Add(member, summary.Uses, module);
        }
        return modules[type] = module;
    }

    private static void Add(BodyFacts member, ImmutableArray<Access> accesses, Module module)
    {
        foreach (var use in accesses)
        {
            if (!module.Uses.TryGetValue(use.Path, out var uses))
                module.Uses[use.Path] = uses = [];
            if (uses.Count < Conflict.MaxUses)
                uses.Add((member, use));
        }
    }

    /// <summary>A member that begins or ends the time in which the threads run, or that the program calls before it, is likely to run beside none, unless it takes a lock for what it uses.</summary>
    private Finding InPhase(Finding finding, BodyFacts member, Access use, BodyFacts starter) =>
        finding.Defect != Defect.StopFlag && !use.Locks.Guards && (Phases.IsPhase(member) || callers.AllBegin(member) || callers.KnownPrecede(member, starter.Id)) ? finding with { Confidence = Lower(finding.Confidence) } : finding;

    private static Confidence Lower(Confidence confidence) => confidence == Confidence.High ? Confidence.Medium : Confidence.Low;

    /// <summary>Memory of the object at hand, or static memory that the type declares.</summary>
    private static bool IsOwn(Path path, string type) => path.Root == Root.This
        || path.Root == Root.Static && StaticField(path).StartsWith(type.Substring(2) + ".", StringComparison.Ordinal);

    private static string StaticField(Path path)
    {
        while (path.Depth > 1)
            path = path.Parent!;
        return path.Name.Substring(2);
    }

    /// <summary>What a type leaves running, and what its callable members use.</summary>
    private sealed record Module(List<(BodyFacts Starter, Spawned Thread)> Threads, Dictionary<Path, List<(BodyFacts Member, Access Use)>> Uses)
    {
        private ILookup<Path, (BodyFacts Starter, Spawned Thread, Access Use)>? usesOfThreads;

        private HashSet<(BodyFacts Starter, Site Site)>? starts;

        /// <summary>Which member starts a thread where.</summary>
        public HashSet<(BodyFacts Starter, Site Site)> Starts => starts ??= [.. Threads.Select(started => (started.Starter, started.Thread.Site))];

        public ILookup<Path, (BodyFacts Starter, Spawned Thread, Access Use)> UsesOfThreads => usesOfThreads ??= Threads
            .SelectMany(started => started.Thread.Uses.Select(use => (started.Starter, started.Thread, Use: use)))
            .ToLookup(use => use.Use.Path);
    }
}
