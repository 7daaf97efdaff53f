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

    private readonly Dictionary<string, Composed> composed = new(StringComparer.Ordinal);
    private readonly Summary unknown = new();
    private readonly ulong stamp = program.Stamp ^ relevance.Stamp;

    /// <summary>What a call of the body does, or null where that is not known.</summary>
    public Summary? Known(string id) => composed.TryGetValue(id, out var known) ? known.Summary : null;

    /// <summary>What a call of the body does; of a body that is not known, nothing that we can tell.</summary>
    public Summary Of(string id) => Known(id) ?? unknown;

    /// <summary>What was found in the frame of the body.</summary>
    public FrameVerdicts Found(string id) => composed.TryGetValue(id, out var known) ? known.Found : FrameVerdicts.None;

    /// <summary>Composes bodies that call each other, or one; their callees come before.</summary>
    /// <exception cref="OperationCanceledException">Asked for before each body.</exception>
    public void Compose(List<BodyFacts> component, CancellationToken cancellation)
    {
        var kept = component.ConvertAll(body => Kept.GetOrCreateValue(body).Value);
        if (kept.TrueForAll(IsStillRight))
        {
            for (var i = 0; i < component.Count; i++)
                composed.Add(component[i].Id, kept[i]!);
            return;
        }
        // The members of a cycle see each other's first summary in the second round; more rounds only lengthen chains.
        for (var round = component.Count > 1 ? 0 : 1; round < 2; round++)
        {
            foreach (var body in component)
            {
                cancellation.ThrowIfCancellationRequested();
                composed[body.Id] = Compose(body, isLast: round == 1);
            }
        }
        foreach (var body in component)
            Kept.GetOrCreateValue(body).Value = composed[body.Id].Without(component);
    }

    private Composed Compose(BodyFacts body, bool isLast)
    {
        var asked = new Dictionary<string, Summary?>(StringComparer.Ordinal);
        var (frame, summary) = Composer.Compose(program, relevance, body, id => (asked[id] = Known(id)) ?? unknown);
        return new Composed(summary, isLast ? FrameVerdicts.Of(frame, summary) : FrameVerdicts.None, stamp, asked.ToImmutableArray());
    }

    private bool IsStillRight(Composed? kept)
    {
        if (kept is null || kept.Stamp != stamp)
            return false;
        foreach (var asked in kept.Asked)
            if (!ReferenceEquals(Known(asked.Key), asked.Value))
                return false;
        return true;
    }

    /// <summary>What came of a body.</summary>
    /// <param name="Found">What was found in its frame.</param>
    /// <param name="Stamp">What the program said of memory.</param>
    /// <param name="Asked">The summaries that it was made from, by their bodies; null for a body that was not known.</param>
    private sealed record Composed(Summary Summary, FrameVerdicts Found, ulong Stamp, ImmutableArray<KeyValuePair<string, Summary?>> Asked)
    {
        /// <summary>The same, to be made anew only together with the bodies that it was made with.</summary>
        public Composed Without(List<BodyFacts> component) => component.Count == 1 && Asked.All(asked => asked.Key != component[0].Id) ? this
            : this with { Asked = Asked.RemoveAll(asked => component.Exists(member => member.Id == asked.Key)) };
    }
}
