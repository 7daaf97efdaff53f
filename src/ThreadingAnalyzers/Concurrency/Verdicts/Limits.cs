using System.Globalization;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Method;
using ThreadingAnalyzers.Concurrency.Program;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>Bodies of which something was left out since a bound was reached: nothing is cut off in silence.</summary>
internal static class Limits
{
    /// <summary>A body that starts or leaves threads and was cut: what is left out may be the other end of a race.</summary>
    public static IEnumerable<Finding> Of(Frame frame, Summary summary)
    {
        // Async calls are many, and rarely run beside each other.
        if (frame.Threads.All(thread => thread.Spawned.Kind is SpawnKind.Async or SpawnKind.Sequence))
            yield break;
        // What a body only calls is told where it is started, or is followed by itself.
        if ((summary.Cut & Cut.Uses) != 0 && frame.Body.Events.Any(@event => @event is Start))
            yield return Limit(frame.Body, $"{Summary.MaxUses} uses of shared memory");
        else if ((summary.Cut & Cut.Threads) != 0)
            yield return Limit(frame.Body, $"{Summary.MaxSpawned} threads");
        else if ((summary.Cut & Cut.Delegates) != 0)
            yield return Limit(frame.Body, $"{Summary.MaxPending} delegates of its caller");
    }

    /// <summary>Bodies too large, or nested too deeply, to be walked at all.</summary>
    public static IEnumerable<Finding> Opaque(ProgramFacts program) => program.Bodies.Where(body => body.IsOpaque)
        .Select(body => Limit(body, $"{BodyWalk.MaxOperations.ToString("N0", CultureInfo.InvariantCulture)} operations, or deeper than its stack allows"));

    private static Finding Limit(BodyFacts body, string bound)
    {
        var place = new Access(Path.Of(Root.Result, bound), AccessKind.None, LockSet.Empty, body.Site, body.Id);
        return new Finding(Defect.EngineLimit, Confidence.High, place.Path, place, place, null, null, null);
    }
}
