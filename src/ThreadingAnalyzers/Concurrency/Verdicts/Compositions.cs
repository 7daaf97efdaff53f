using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>
/// The bodies of a program, composed callees first. What came of a body is kept with its facts: in the next compilation it is
/// the same again when the body, the summaries that it asked for and what the program says of memory are the same. So an edit
/// composes the edited text and those who call into it.
/// </summary>
internal sealed class Compositions(ProgramFacts program, Relevance relevance)
{
    private static readonly ConditionalWeakTable<BodyFacts, Slot<Composed>> Kept = new();

    private readonly Dictionary<BodyFacts, Composed> composed = new(program.Bodies.Count);
    private readonly Summary unknown = new();
    private readonly ulong stamp = program.Stamp ^ relevance.Stamp;

    /// <summary>What a call of the body does, or null where that is not known.</summary>
    public Summary? Known(BodyFacts body) => composed.TryGetValue(body, out var known) ? known.Summary : null;

    /// <summary>What a call of the body does; of a body that is not known, nothing that we can tell.</summary>
    public Summary Of(string id) => program.Body(id) is { } body ? Known(body) ?? unknown : unknown;

    /// <summary>What was found in the frame of the body; null for nothing.</summary>
    public FrameVerdicts? Found(BodyFacts body) => composed.TryGetValue(body, out var known) ? known.Found : null;

    /// <summary>Composes bodies that call each other, or one; their callees come before.</summary>
    /// <exception cref="OperationCanceledException">Asked for before each body.</exception>
    public void Compose(ImmutableArray<BodyFacts> component, CancellationToken cancellation)
    {
        if (AreStillRight(component))
            return;
        // The members of a cycle see each other's first summary in the second round; more rounds only lengthen chains.
        for (var round = component.Length > 1 ? 0 : 1; round < 2; round++)
        {
            foreach (var body in component)
            {
                cancellation.ThrowIfCancellationRequested();
                composed[body] = Compose(body, isLast: round == 1);
            }
        }
        foreach (var body in component)
            Kept.GetOrCreateValue(body).Value = composed[body].Without(component);
    }

    private Composed Compose(BodyFacts body, bool isLast)
    {
        var asked = new Dictionary<BodyFacts, Summary?>();
        var (frame, summary) = Composer.Compose(program, relevance, body, callee => (asked[callee] = Known(callee)) ?? unknown);
        return new Composed(summary, isLast ? FrameVerdicts.Of(frame, summary) : null, stamp, asked.ToImmutableArray());
    }

    /// <summary>Whether what is kept of all of them still holds; then it is taken over.</summary>
    private bool AreStillRight(ImmutableArray<BodyFacts> component)
    {
        foreach (var body in component)
        {
            if (!Kept.TryGetValue(body, out var slot) || slot.Value is not { } kept || !IsStillRight(kept))
            {
                foreach (var other in component)
                    composed.Remove(other);
                return false;
            }
            composed.Add(body, kept);
        }
        return true;
    }

    private bool IsStillRight(Composed kept)
    {
        if (kept.Stamp != stamp)
            return false;
        foreach (var asked in kept.Asked)
            // What was not known may be so by now under the same name, in another version of its text.
            if (!ReferenceEquals(asked.Value is null && program.Body(asked.Key.Id) is { } now ? Known(now) : Known(asked.Key), asked.Value))
                return false;
        return true;
    }

    /// <summary>What came of a body.</summary>
    /// <param name="Found">What was found in its frame; null for nothing.</param>
    /// <param name="Stamp">What the program said of memory.</param>
    /// <param name="Asked">The summaries that it was made from, by their bodies; null for a body that was not known.</param>
    private sealed record Composed(Summary Summary, FrameVerdicts? Found, ulong Stamp, ImmutableArray<KeyValuePair<BodyFacts, Summary?>> Asked)
    {
        /// <summary>The same, to be made anew only together with the bodies that it was made with.</summary>
        public Composed Without(ImmutableArray<BodyFacts> component) => component.Length == 1 && Asked.All(asked => asked.Key != component[0]) ? this
            : this with { Asked = Asked.RemoveAll(asked => component.Contains(asked.Key)) };
    }
}
