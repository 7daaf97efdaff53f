using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>Objects of the user interface that code uses which is certainly not on its thread: another thread, or what comes after an await that left it.</summary>
internal static class Strays
{
    /// <summary>The findings of one frame.</summary>
    public static IEnumerable<Finding> Of(Frame frame)
    {
        foreach (var use in frame.Uses)
            if (use.Access.Has(AccessKind.Affine) && use.Access.Has(AccessKind.OffInterface) && use.Access.Path.Root != Root.Allocation)
                yield return Stray(use.Access, null);
        foreach (var lived in frame.Threads)
            if (lived.Spawned.Kind is not (SpawnKind.Async or SpawnKind.Sequence))
                foreach (var use in lived.Spawned.Uses)
                    if (use.Has(AccessKind.Affine) && !lived.Spawned.Uses.Any(other => Makes(other, use)))
                        yield return Stray(use, lived.Spawned);
    }

    private static Finding Stray(Access use, Spawned? thread) => new(Defect.ThreadAffinity, Confidence.High, use.Path, use, use, thread, null, null);

    /// <summary>Whether the thread puts an object of its own there: then it may be that object's own thread.</summary>
    private static bool Makes(Access other, Access use) => !other.IsNote && other.IsWrite && !other.Has(AccessKind.Null) && use.Path.StartsWith(other.Path);
}
