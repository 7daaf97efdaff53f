using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>
/// Races between the threads that a type's members leave running and the type's other members, which whoever has the object
/// calls meanwhile: the class as a module, its callable members as roots (RacerD).
/// </summary>
internal sealed class TypeRaces(ProgramFacts program, Func<string, Summary> summaries)
{
    /// <summary>The races of a type's objects and of its static state.</summary>
    public IEnumerable<Finding> Of(string type)
    {
        // A derived object runs what its bases start, with its own overrides.
        var own = program.ByType[type].Where(body => body.Outer is null).ToList();
        var inherited = program.Types.TryGetValue(type, out var facts) ? facts.Bases.SelectMany(@base => program.ByType[@base].Where(body => body.Outer is null)) : [];
        var members = own.Concat(inherited).ToList();
        var live = members.SelectMany(member => summaries(member.Id).Live.Select(thread => (Member: member, Thread: thread)))
            .Where(thread => !thread.Thread.Uses.IsEmpty && !thread.Thread.IsHandedOut).ToList();
        if (live.Count == 0)
            yield break;

        for (var i = 0; i < live.Count; i++)
        {
            var (starter, thread) = live[i];
            var uses = thread.Uses.Where(use => IsOwn(use.Path, type)).ToLookup(use => use.Path);
            foreach (var member in members.Where(member => IsRoot(member) && member.Id != starter.Id))
            {
                var proven = !Phases.IsPhase(member);
                foreach (var other in summaries(member.Id).Uses)
                    if (!other.After.Any(thread.Handles.Contains))
                        foreach (var use in uses[other.Path])
                            if (Conflict.Judge(new End(use, thread), new End(other, null), proven: false) is { } finding)
                                yield return proven ? finding : finding with { Confidence = Lower(finding.Confidence) };
            }
            for (var j = i + 1; j < live.Count; j++)
                foreach (var other in live[j].Thread.Uses)
                    foreach (var use in uses[other.Path])
                        if (live[j].Member.Id != starter.Id && Conflict.Judge(new End(use, thread), new End(other, live[j].Thread), proven: false) is { } finding)
                            yield return finding;
        }
    }

    private static Confidence Lower(Confidence confidence) => confidence == Confidence.High ? Confidence.Medium : Confidence.Low;

    private static bool IsRoot(BodyFacts member) => member.IsCallable && member.Kind is BodyKind.Method or BodyKind.Accessor;

    /// <summary>Memory of the object at hand, or static memory that the type declares.</summary>
    private static bool IsOwn(Path path, string type) => path.Root == Root.This
        || path.Root == Root.Static && StaticField(path).StartsWith(type.Substring(2) + ".", StringComparison.Ordinal);

    private static string StaticField(Path path)
    {
        while (path.Depth > 1)
            path = path.Parent!;
        return path.Name.Substring(2);
    }
}
