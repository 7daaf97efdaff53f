using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>
/// What of a program can matter, so that the rest is never composed. Bodies: those that start threads or take locks with all
/// members of their types, who calls them two levels up, since there the threads meet other code, and everything that all of
/// these call. Memory: what a thread or a holder of a lock uses, itself or through calls; a race or a guard has no other.
/// </summary>
internal sealed class Relevance
{
    private const int CallerLevels = 2;

    private readonly HashSet<BodyFacts> bodies;
    private readonly HashSet<string> memory = new(StringComparer.Ordinal);

    public Relevance(ProgramFacts program, IReadOnlyDictionary<BodyFacts, List<BodyFacts>> callees)
    {
        var hosted = program.Bodies.Where(body => program.Hosted(body) != Hosting.None).ToList();
        var elsewhere = Closure(callees, program.Bodies.SelectMany(body => RunElsewhere(program, body)).Concat(hosted));
        bodies = Closure(callees, Entries(program, callees, elsewhere).Concat(hosted));
        foreach (var body in program.Bodies)
            foreach (var @event in body.Events)
                if (@event is Use { Access: var access } && !access.Locks.IsEmpty)
                    memory.Add(access.Path.Name);
        foreach (var body in elsewhere)
            foreach (var @event in body.Events)
                if (@event is Use use)
                    memory.Add(use.Access.Path.Name);
    }

    /// <summary>Whether the body can be one end of a finding, or on the way to one.</summary>
    public bool Matters(BodyFacts body) => bodies.Contains(body);

    /// <summary>Whether the use can be one end of a finding.</summary>
    public bool Matters(Access use) => use.IsNote || use.Path.IsRoot || use.Path.Name == Path.Element || memory.Contains(use.Path.Name);

    private static HashSet<BodyFacts> Closure(IReadOnlyDictionary<BodyFacts, List<BodyFacts>> callees, IEnumerable<BodyFacts> roots)
    {
        var reached = new HashSet<BodyFacts>(roots);
        var pending = new Stack<BodyFacts>(reached);
        while (pending.Count > 0)
            if (callees.TryGetValue(pending.Pop(), out var called))
                foreach (var callee in called.Where(reached.Add))
                    pending.Push(callee);
        return reached;
    }

    private static HashSet<BodyFacts> Entries(ProgramFacts program, IReadOnlyDictionary<BodyFacts, List<BodyFacts>> callees, HashSet<BodyFacts> elsewhere)
    {
        var callers = callees.SelectMany(pair => pair.Value.Select(callee => (Callee: callee, Caller: pair.Key))).ToLookup(pair => pair.Callee, pair => pair.Caller);
        var concurrent = new HashSet<string>(program.Bodies.Where(body => !body.Required.IsEmpty || body.Events.Any(IsConcurrent) || LeftRunning(program, body).Any()).Select(body => body.Type), StringComparer.Ordinal);
        var starting = new HashSet<string>(program.Bodies.Where(body => body.Events.Any(@event => @event is Start)).Select(body => body.Type), StringComparer.Ordinal);
        // Of the types derived from those that start threads, the ones with code that runs there.
        var running = new HashSet<string>(elsewhere.Select(body => body.Type), StringComparer.Ordinal);
        var derived = program.Types.Values.Where(type => running.Contains(type.Id) && type.Bases.Any(starting.Contains)).Select(type => type.Id);
        concurrent.UnionWith(derived.ToList());
        var level = program.Bodies.Where(body => concurrent.Contains(body.Type)).ToList();
        var entries = new HashSet<BodyFacts>(level);
        for (var i = 0; i < CallerLevels; i++)
            level = level.SelectMany(body => callers[body]).Where(entries.Add).ToList();
        return entries;
    }

    private static bool IsConcurrent(Event @event) => @event is Start or Acquire or Call { Side: AccessKind.OffInterface }
        || @event is Use { Access: var use } && (use.Has(AccessKind.Required) || use.Has(AccessKind.Affine) && use.Has(AccessKind.OffInterface));

    /// <summary>The calls of async code that the body goes on beside: it neither waits for them at once nor leaves that to its caller.</summary>
    private static IEnumerable<Call> LeftRunning(ProgramFacts program, BodyFacts body)
    {
        var awaited = new AwaitedCalls(body);
        return body.Events.OfType<Call>().Where(call => !awaited.Contains(call) && IsAsync(program, call));
    }

    private static bool IsAsync(ProgramFacts program, Call call) => call.Method is { } method
        ? program.Body(method)?.IsAsync == true
        : call.Delegate is { IsRoot: true, Root: Root.Delegate } run && program.Body(run.Name)?.IsAsync == true;

    /// <summary>The bodies that other code may run on another thread, or under a lock: threads' delegates, those given away, callees of a holder, async code that nobody waits for at once.</summary>
    private static IEnumerable<BodyFacts> RunElsewhere(ProgramFacts program, BodyFacts body)
    {
        foreach (var call in LeftRunning(program, body))
            foreach (var target in call.Method is { } called ? program.Targets(called, call.Overridable) : Bodies(program, call.Delegate!))
                yield return target;
        foreach (var @event in body.Events)
        {
            var paths = @event switch
            {
                Start start => [start.Target],
                Call call => call.Arguments,
                Store store => [store.Value],
                _ => (IEnumerable<Path?>)[],
            };
            foreach (var target in paths.OfType<Path>().SelectMany(path => Bodies(program, path)))
                yield return target;
            if (@event is Call { Method: { } method, Locks.IsEmpty: false } held)
                foreach (var target in program.Targets(method, held.Overridable))
                    yield return target;
        }
        foreach (var made in body.Allocations.Values)
            if (made.Delegate is { } run)
                foreach (var target in Bodies(program, run))
                    yield return target;
    }

    private static IEnumerable<BodyFacts> Bodies(ProgramFacts program, Path path) =>
        path is { IsRoot: true, Root: Root.Delegate } ? program.Targets(path.Name, overridable: true) : [];
}
