using System.Collections.Immutable;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>What one frame tells by itself, and what it notes for verdicts that look at more.</summary>
/// <param name="Races">One race a memory.</param>
/// <param name="Stated">Findings that are about a place and no pair of uses.</param>
/// <param name="Early">What is published before it is filled.</param>
/// <param name="Required">What some contract wants a lock for.</param>
internal sealed record FrameVerdicts(ImmutableArray<Finding> Races, ImmutableArray<Finding> Stated, ImmutableArray<Early> Early, ImmutableArray<(Access Use, Spawned? Thread)> Required)
{
    private bool IsEmpty => Races.IsEmpty && Stated.IsEmpty && Early.IsEmpty && Required.IsEmpty;

    /// <summary>What a frame tells; null for nothing, as most do.</summary>
    public static FrameVerdicts? Of(Frame frame, Summary summary)
    {
        var races = new Findings();
        foreach (var finding in FrameRaces.Of(frame))
            races.Add(finding with { Frame = frame.Body.Id });
        var verdicts = new FrameVerdicts(
            races.Found.ToImmutableArray(),
            RereadRaces.Events(frame).Concat(Strays.Of(frame)).Concat(Limits.Of(frame, summary)).ToImmutableArray(),
            Publications.In(frame).ToImmutableArray(),
            Breaches.Required(frame, summary).ToImmutableArray());
        return verdicts.IsEmpty ? null : verdicts;
    }
}
