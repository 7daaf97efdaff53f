using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>
/// Which body needs the summary of which, and the order in which to make them: callees before callers, the members of a
/// cycle together. Tarjan, "Depth-first search and linear graph algorithms" (1972), without recursion.
/// </summary>
internal static class CallGraph
{
    /// <summary>The bodies that each body needs the summaries of.</summary>
    public static Dictionary<BodyFacts, List<BodyFacts>> Callees(ProgramFacts program) =>
        program.Bodies.ToDictionary(body => body, body => Callees(program, body));

    /// <summary>The strongly connected components of the bodies that matter, callees first.</summary>
    public static List<List<BodyFacts>> BottomUp(ProgramFacts program, IReadOnlyDictionary<BodyFacts, List<BodyFacts>> callees, Relevance relevance, CancellationToken cancellation)
    {
        var index = new Dictionary<BodyFacts, int>();
        var low = new Dictionary<BodyFacts, int>();
        var open = new Stack<BodyFacts>();
        var isOpen = new HashSet<BodyFacts>();
        var components = new List<List<BodyFacts>>();
        var pending = new Stack<(BodyFacts Body, IEnumerator<BodyFacts> Next)>();

        foreach (var root in program.Bodies)
        {
            if (index.ContainsKey(root) || !relevance.Matters(root))
                continue;
            Begin(root);
            while (pending.Count > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                var (body, next) = pending.Peek();
                if (next.MoveNext())
                {
                    var callee = next.Current;
                    if (!index.ContainsKey(callee))
                        Begin(callee);
                    else if (isOpen.Contains(callee))
                        low[body] = Math.Min(low[body], index[callee]);
                    continue;
                }
                pending.Pop();
                if (pending.Count > 0)
                    low[pending.Peek().Body] = Math.Min(low[pending.Peek().Body], low[body]);
                if (low[body] == index[body])
                    Close(body);
            }
        }
        return components;

        void Begin(BodyFacts body)
        {
            index[body] = low[body] = index.Count;
            open.Push(body);
            isOpen.Add(body);
            pending.Push((body, callees[body].GetEnumerator()));
        }

        void Close(BodyFacts body)
        {
            var component = new List<BodyFacts>();
            BodyFacts member;
            do
            {
                member = open.Pop();
                isOpen.Remove(member);
                component.Add(member);
            }
            while (member != body);
            components.Add(component);
        }
    }

    private static List<BodyFacts> Callees(ProgramFacts program, BodyFacts body)
    {
        var callees = new HashSet<BodyFacts>();
        foreach (var called in body.Digest.Calls)
            callees.UnionWith(program.Targets(called.Method, called.Overridable));
        foreach (var run in body.Digest.Runs)
            callees.UnionWith(Bodies(program, run));
        foreach (var given in body.Digest.GivesAway)
            callees.UnionWith(Bodies(program, given));
        return callees.ToList();
    }

    private static IEnumerable<BodyFacts> Bodies(ProgramFacts program, Path path)
    {
        if (path.IsRoot)
            return program.Targets(path.Name, overridable: true);
        return program.Delegates(path).Take(ProgramFacts.MaxTargets).SelectMany(held => program.Targets(held.Name, overridable: true));
    }
}
