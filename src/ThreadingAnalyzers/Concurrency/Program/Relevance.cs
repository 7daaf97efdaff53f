using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>
/// What of a program can matter, so that the rest is never composed. Bodies: those that start threads, take locks or count in
/// one step, with all members of their types, who calls them two levels up, since there the threads meet other code, and
/// everything that all of these call. Memory: what a thread, a holder of a lock or one who counts so uses, itself or through
/// calls; a race or a guard has no other.
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
            memory.UnionWith(body.Digest.CountsAtomically ? body.Digest.Used : body.Digest.UsedUnderLock);
        foreach (var body in elsewhere)
            memory.UnionWith(body.Digest.Used);
    }

    /// <summary>A hash of the memory that matters.</summary>
    public ulong Stamp => 11 * Hash.Of(memory);

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
        var starting = new HashSet<string>(StringComparer.Ordinal);
        var concurrent = new HashSet<string>(StringComparer.Ordinal);
        foreach (var body in program.Bodies)
        {
            if (body.Digest.Starts)
                starting.Add(body.Type);
            if (body.Digest.IsConcurrent || body.Digest.CountsAtomically || body.Hosting == Hosting.Background || body.Digest.CallsLater.Count > 0 && LeftRunning(program, body).Any())
                concurrent.Add(body.Type);
        }
        // Of the types derived from those that start threads, the ones with code that runs there.
        foreach (var type in new HashSet<string>(elsewhere.Select(body => body.Type), StringComparer.Ordinal))
            if (program.Types.TryGetValue(type, out var facts) && facts.Bases.Any(starting.Contains))
                concurrent.Add(type);
        var entries = new HashSet<BodyFacts>(program.Bodies.Where(body => concurrent.Contains(body.Type)));
        for (var i = 0; i < CallerLevels; i++)
            entries.UnionWith(callees.Where(caller => !entries.Contains(caller.Key) && caller.Value.Any(entries.Contains)).Select(caller => caller.Key).ToList());
        return entries;
    }

    /// <summary>Async code, or what hands on its task, that the body goes on beside: it neither waits for it at once nor leaves that to its caller.</summary>
    private static IEnumerable<Called> LeftRunning(ProgramFacts program, BodyFacts body) =>
        body.Digest.CallsLater.Where(called => program.Body(called.Method)?.IsDeferred == true);

    /// <summary>The bodies that other code may run on another thread, or under a lock: threads' delegates, those given away, callees of a holder, async code that nobody waits for at once.</summary>
    private static IEnumerable<BodyFacts> RunElsewhere(ProgramFacts program, BodyFacts body) =>
        LeftRunning(program, body).Concat(body.Digest.CallsUnderLock).SelectMany(called => program.Targets(called.Method, called.Overridable))
            .Concat(body.Digest.GivesAway.Where(given => given.IsRoot).SelectMany(given => program.Targets(given.Name, overridable: true)));
}
