using System.Collections.Immutable;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>Races between the members that a framework calls for many requests at once, over what these share: static memory, and the object itself where it is one for all.</summary>
internal sealed class Requests(ProgramFacts program, Func<string, Summary> summaries)
{
    private HashSet<string>? called;

    /// <summary>The findings of a program.</summary>
    public IEnumerable<Finding> All()
    {
        var shared = new Dictionary<Path, List<End>>();
        foreach (var body in program.Bodies)
            if (program.Hosted(body) is var hosting && hosting.IsForRequests())
                Add(body, hosting, shared);
        foreach (var ends in shared.Values)
            for (var i = 0; i < ends.Count; i++)
                for (var j = i; j < ends.Count; j++)
                    if (Conflict.Judge(ends[i], ends[j], proven: true) is { } finding)
                        yield return finding;
    }

    /// <summary>Whether the program calls the method, or a library by a contract of its own; who extends the program may do that before there are requests.</summary>
    private bool IsCalled(BodyFacts body) => program.HandlesEvents(body) || body.Overrides.Prepend(body.Id).Any(id => Called.Contains(id)) || body.Overrides.Any(id => !program.IsOfProgram(id));

    private HashSet<string> Called => called ??= [.. program.Bodies.SelectMany(body => body.Events.OfType<Call>()).Select(call => call.Method).OfType<string>()];

    private void Add(BodyFacts body, Hosting hosting, Dictionary<Path, List<End>> shared)
    {
        // A framework calls what it hosts at any time; a singleton has members that begin and end it.
        if (body.Hosting == Hosting.None && Phases.IsPhase(body))
            return;
        if (hosting == Hosting.Shared && body.Hosting == Hosting.None && body.Kind == BodyKind.Method && !IsCalled(body))
            return;
        var request = new Spawned(SpawnKind.Request, body.Site, body.Name, Many: true, ImmutableArray<Access>.Empty, ImmutableHashSet<Path>.Empty, null, [], ImmutableHashSet<Path>.Empty);
        foreach (var use in summaries(body.Id).Uses)
        {
            if (use.Path.Root != Root.Static && !(use.Path.Root == Root.This && hosting == Hosting.Shared))
                continue;
            if (!shared.TryGetValue(use.Path, out var ends))
                shared[use.Path] = ends = [];
            if (ends.Count < Conflict.MaxUses)
                ends.Add(new End(use, request));
        }
    }
}
