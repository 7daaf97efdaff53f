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
    private readonly bool[] memory;

    public Relevance(ProgramFacts program, CallGraph calls)
    {
        (this.program, this.calls) = (program, calls);
        var hosted = Marked(i => program.Hosted(program.Bodies[i]) != Hosting.None);
        var elsewhere = (bool[])hosted.Clone();
        for (var i = 0; i < hosted.Length; i++)
            foreach (var run in RunElsewhere(program.DigestOf(i)))
                elsewhere[program.NumberOf(run)] = true;
        calls.Close(elsewhere);

        matters = Entries(elsewhere);
        for (var i = 0; i < hosted.Length; i++)
            matters[i] |= hosted[i];
        calls.Close(matters);

        memory = new bool[program.Names.Count];
        for (var i = 0; i < elsewhere.Length; i++)
            foreach (var name in program.DigestOf(i) is var digest && (elsewhere[i] || digest.CountsAtomically) ? digest.Used : digest.UsedUnderLock)
                if (!memory[name])
                {
                    memory[name] = true;
                    Stamp += Hash.Of((ulong)name);
                }
    }

    /// <summary>A hash of the memory that matters.</summary>
    public ulong Stamp { get; }

    /// <summary>The bodies that can be one end of a finding, or on the way to one.</summary>
    public IEnumerable<BodyFacts> Bodies => program.Bodies.Where((_, number) => matters[number]);

    /// <summary>Whether the body with the number is among them.</summary>
    public bool Matters(int body) => matters[body];

    /// <summary>Whether the use can be one end of a finding.</summary>
    public bool Matters(Access use) => use.IsNote || use.Path.IsRoot || use.Path.Name == Flow.Path.Element || program.Names.Find(use.Path.Name) is var name && name >= 0 && name < memory.Length && memory[name];

    private bool[] Marked(Func<int, bool> which)
    {
        var marked = new bool[program.Bodies.Count];
        for (var i = 0; i < marked.Length; i++)
            marked[i] = which(i);
        return marked;
    }

    private bool[] Entries(bool[] elsewhere)
    {
        var starting = new HashSet<string>(StringComparer.Ordinal);
        var concurrent = new bool[program.Names.Count];
        for (var i = 0; i < elsewhere.Length; i++)
        {
            var digest = program.DigestOf(i);
            if (digest.Starts)
                starting.Add(program.Bodies[i].Type);
            concurrent[digest.Type] |= digest.IsConcurrent || digest.CountsAtomically || program.Bodies[i].Hosting == Hosting.Background || LeftRunning(digest).Any();
        }
        // Of the types derived from those that start threads, the ones with code that runs there.
        var seen = new bool[concurrent.Length];
        for (var i = 0; i < elsewhere.Length; i++)
            if (elsewhere[i] && program.DigestOf(i).Type is var type && !seen[type])
            {
                seen[type] = true;
                concurrent[type] |= program.Types.TryGetValue(program.Bodies[i].Type, out var facts) && facts.Bases.Any(starting.Contains);
            }
        var entries = Marked(i => concurrent[program.DigestOf(i).Type]);
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
            if (given.Path.IsRoot)
                foreach (var target in program.Targets(given.Name, overridable: true))
                    yield return target;
    }
}
