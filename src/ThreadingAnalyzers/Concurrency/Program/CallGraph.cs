using System.Collections.Immutable;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>
/// Which body needs the summary of which, by their numbers in the program, and the order in which to make them: callees before
/// callers, the members of a cycle together. Tarjan, "Depth-first search and linear graph algorithms" (1972), without recursion.
/// </summary>
internal sealed class CallGraph
{
    private readonly ProgramFacts program;
    private readonly int[][] callees;

    public CallGraph(ProgramFacts program)
    {
        this.program = program;
        callees = new int[program.Bodies.Count][];
        var numbers = new List<int>();
        // Who has counted a body last, so that each has it once.
        var last = new int[callees.Length];
        for (var caller = 0; caller < callees.Length; caller++)
        {
            numbers.Clear();
            foreach (var callee in Callees(program.DigestOf(caller)))
            {
                var number = program.NumberOf(callee);
                if (last[number] == caller + 1)
                    continue;
                last[number] = caller + 1;
                numbers.Add(number);
            }
            callees[caller] = numbers.Count == 0 ? [] : numbers.ToArray();
        }
    }

    /// <summary>The numbers of the bodies that a body needs the summaries of.</summary>
    public IReadOnlyList<int> Callees(int body) => callees[body];

    /// <summary>Whether a body calls one of those that are marked.</summary>
    public bool CallsOneOf(bool[] marked, int body)
    {
        foreach (var callee in callees[body])
            if (marked[callee])
                return true;
        return false;
    }

    /// <summary>Marks all that the marked bodies call, and what these call.</summary>
    public void Close(bool[] marked)
    {
        var pending = new Stack<int>();
        for (var body = 0; body < marked.Length; body++)
            if (marked[body])
                pending.Push(body);
        while (pending.Count > 0)
            foreach (var callee in callees[pending.Pop()])
                if (!marked[callee])
                {
                    marked[callee] = true;
                    pending.Push(callee);
                }
    }

    /// <summary>The strongly connected components of the bodies that matter, callees first.</summary>
    public List<ImmutableArray<BodyFacts>> BottomUp(Relevance relevance, CancellationToken cancellation)
    {
        // A body that has not been reached has the index 0, one that is in a component the lowest of int.MaxValue.
        var index = new int[callees.Length];
        var low = new int[callees.Length];
        var next = new int[callees.Length];
        var open = new Stack<int>();
        var pending = new Stack<int>();
        var reached = 0;
        var components = new List<ImmutableArray<BodyFacts>>();

        for (var root = 0; root < callees.Length; root++)
        {
            if (index[root] != 0 || !relevance.Matters(root))
                continue;
            Begin(root);
            while (pending.Count > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                var body = pending.Peek();
                if (next[body] < callees[body].Length)
                {
                    var callee = callees[body][next[body]++];
                    if (index[callee] == 0)
                        Begin(callee);
                    else if (low[callee] != int.MaxValue)
                        low[body] = Math.Min(low[body], index[callee]);
                    continue;
                }
                pending.Pop();
                if (pending.Count > 0)
                    low[pending.Peek()] = Math.Min(low[pending.Peek()], low[body]);
                if (low[body] == index[body])
                    End(body);
            }
        }
        return components;

        void Begin(int body)
        {
            index[body] = low[body] = ++reached;
            open.Push(body);
            pending.Push(body);
        }

        void End(int body)
        {
            if (open.Peek() == body)
            {
                low[open.Pop()] = int.MaxValue;
                components.Add(ImmutableArray.Create(program.Bodies[body]));
                return;
            }
            var component = ImmutableArray.CreateBuilder<BodyFacts>();
            int member;
            do
            {
                member = open.Pop();
                low[member] = int.MaxValue;
                component.Add(program.Bodies[member]);
            }
            while (member != body);
            components.Add(component.ToImmutable());
        }
    }

    private IEnumerable<BodyFacts> Callees(Digest body)
    {
        foreach (var called in body.Calls)
            foreach (var target in program.Targets(called.Method, called.Overridable))
                yield return target;
        foreach (var run in body.Runs)
            foreach (var target in Bodies(run))
                yield return target;
        foreach (var given in body.GivesAway)
            foreach (var target in Bodies(given))
                yield return target;
    }

    private IEnumerable<BodyFacts> Bodies(Numbered run) => run.Path.IsRoot ? program.Targets(run.Name, overridable: true)
        : program.MayHoldDelegates(run) ? program.Delegates(run.Path).Take(ProgramFacts.MaxTargets).SelectMany(held => program.Targets(held.Name, overridable: true)) : [];
}
