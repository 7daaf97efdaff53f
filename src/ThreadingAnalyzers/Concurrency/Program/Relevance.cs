using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;

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

    private readonly ProgramFacts program;
    private readonly CallGraph calls;
    private readonly bool[] matters;
    private readonly HashSet<string> memory = new(StringComparer.Ordinal);

    public Relevance(ProgramFacts program, CallGraph calls)
    {
        (this.program, this.calls) = (program, calls);
        var hosted = Marked(body => program.Hosted(body) != Hosting.None);
        var elsewhere = (bool[])hosted.Clone();
        foreach (var body in program.Bodies)
            foreach (var run in RunElsewhere(body.Digest))
                elsewhere[program.NumberOf(run)] = true;
        calls.Close(elsewhere);

        matters = Entries(elsewhere);
        for (var i = 0; i < hosted.Length; i++)
            matters[i] |= hosted[i];
        calls.Close(matters);

        for (var i = 0; i < elsewhere.Length; i++)
            foreach (var name in program.Bodies[i].Digest is var digest && (elsewhere[i] || digest.CountsAtomically) ? digest.Used : digest.UsedUnderLock)
                if (memory.Add(name))
                    Stamp += Hash.Of(name);
    }

    /// <summary>A hash of the memory that matters.</summary>
    public ulong Stamp { get; }

    /// <summary>The bodies that can be one end of a finding, or on the way to one.</summary>
    public IEnumerable<BodyFacts> Bodies => program.Bodies.Where((_, number) => matters[number]);

    /// <summary>Whether the body with the number is among them.</summary>
    public bool Matters(int body) => matters[body];

    /// <summary>Whether the use can be one end of a finding.</summary>
    public bool Matters(Access use) => use.IsNote || use.Path.IsRoot || use.Path.Name == Flow.Path.Element || memory.Contains(use.Path.Name);

    private bool[] Marked(Func<BodyFacts, bool> which)
    {
        var marked = new bool[program.Bodies.Count];
        for (var i = 0; i < marked.Length; i++)
            marked[i] = which(program.Bodies[i]);
        return marked;
    }

    private bool[] Entries(bool[] elsewhere)
    {
        var starting = new HashSet<string>(StringComparer.Ordinal);
        var concurrent = new HashSet<string>(StringComparer.Ordinal);
        foreach (var body in program.Bodies)
        {
            if (body.Digest.Starts)
                starting.Add(body.Type);
            if (body.Digest.IsConcurrent || body.Digest.CountsAtomically || body.Hosting == Hosting.Background || LeftRunning(body.Digest).Any())
                concurrent.Add(body.Type);
        }
        // Of the types derived from those that start threads, the ones with code that runs there.
        var running = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < elsewhere.Length; i++)
            if (elsewhere[i] && program.Bodies[i].Type is var type && running.Add(type) && program.Types.TryGetValue(type, out var facts) && facts.Bases.Any(starting.Contains))
                concurrent.Add(type);
        var entries = Marked(body => concurrent.Contains(body.Type));
        for (var level = 0; level < CallerLevels; level++)
        {
            var called = (bool[])entries.Clone();
            for (var i = 0; i < entries.Length; i++)
                entries[i] |= calls.CallsOneOf(called, i);
        }
        return entries;
    }

    /// <summary>Async code, or what hands on its task, that the body goes on beside: it neither waits for it at once nor leaves that to its caller.</summary>
    private IEnumerable<Called> LeftRunning(Digest body) => body.CallsLater.IsEmpty ? [] : body.CallsLater.Where(called => program.Body(called.Method)?.IsDeferred == true);

    /// <summary>The bodies that other code may run on another thread, or under a lock: threads' delegates, those given away, callees of a holder, async code that nobody waits for at once.</summary>
    private IEnumerable<BodyFacts> RunElsewhere(Digest body)
    {
        foreach (var called in LeftRunning(body))
            foreach (var target in program.Targets(called.Method, called.Overridable))
                yield return target;
        foreach (var called in body.CallsUnderLock)
            foreach (var target in program.Targets(called.Method, called.Overridable))
                yield return target;
        foreach (var given in body.GivesAway)
            if (given.IsRoot)
                foreach (var target in program.Targets(given.Name, overridable: true))
                    yield return target;
    }
}
