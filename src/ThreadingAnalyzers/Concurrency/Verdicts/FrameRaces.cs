using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>Races between the threads that a body starts, and between them and the body itself.</summary>
internal static class FrameRaces
{
    /// <summary>More pairs of one memory are not looked at: one finding a memory is said anyway.</summary>
    private const int MaxPairs = 4096;

    /// <summary>The races of one frame.</summary>
    public static IEnumerable<Finding> Of(Frame frame)
    {
        if (frame.Threads.Count == 0)
            yield break;
        var own = frame.Uses.ToLookup(use => use.Access.Path);
        for (var i = 0; i < frame.Threads.Count; i++)
        {
            var thread = frame.Threads[i];
            foreach (var finding in WithFrame(frame, own, thread).Concat(WithItself(frame, thread)))
                yield return finding;
            for (var j = i + 1; j < frame.Threads.Count; j++)
                if (frame.Parallel(thread, frame.Threads[j]))
                    foreach (var finding in Between(frame, thread, frame.Threads[j]))
                        yield return finding;
        }
    }

    private static IEnumerable<Finding> WithFrame(Frame frame, ILookup<Path, Placed> own, Lived thread)
    {
        foreach (var use in thread.Spawned.Uses)
            foreach (var placed in own[use.Path].Take(MaxPairs))
                if (frame.Parallel(placed, thread) && !IsLoopVariable(use, placed, thread) && Conflict.Judge(new End(use, thread.Spawned), new End(placed.Access, null), proven: true) is { } finding)
                    // What a constructor sets right behind the start of its timer comes before the first callback, mostly.
                    yield return finding.Defect == Defect.UnguardedWrite && frame.Body.Kind == BodyKind.Constructor && thread.Spawned.Kind == SpawnKind.Timer && placed.Access.IsWrite && finding.Confidence == Confidence.High ? finding with { Confidence = Confidence.Medium }
                        : finding.Defect == Defect.UnguardedWrite && IsTooEarly(use, placed, thread, own) ? finding with { Confidence = Confidence.High } : finding;
    }

    /// <summary>Whether the frame reads what the thread is there to find before it waits for it, and not after that: no look at how far it is.</summary>
    private static bool IsTooEarly(Access use, Placed placed, Lived thread, ILookup<Path, Placed> own) =>
        thread is { Many: false, IsLive: false, Loop: null, Spawned.Kind: SpawnKind.Thread or SpawnKind.Task or SpawnKind.Pool } && use.IsWrite && !use.Has(AccessKind.Constant | AccessKind.VolatileField | AccessKind.Update)
        && !placed.Access.IsWrite && !placed.Access.Has(AccessKind.Poll | AccessKind.Test) && placed.Number > thread.Number && placed.Region == thread.Region && placed.Access is { AfterPause: false, Locks.IsEmpty: true }
        && own[use.Path].All(other => other.Access.IsWrite || other.Number < thread.To);

    /// <summary>A variable that the starting loop changes and the thread only reads was meant to be its argument: the loop's fault, not a race.</summary>
    private static bool IsLoopVariable(Access use, Placed placed, Lived thread) =>
        thread.Loop?.Contains(placed.Region) == true && use.Path is { IsRoot: true, Root: Root.Local } && !use.IsWrite;

    private static IEnumerable<Finding> WithItself(Frame frame, Lived thread) =>
        thread.Many ? Conflict.Among(thread.Spawned.Uses.Where(use => !frame.IsFresh(use.Path, thread) && !IsClaimed(thread, use)), thread.Spawned, proven: true) : [];

    private static IEnumerable<Finding> Between(Frame frame, Lived first, Lived second)
    {
        var isSame = first.Spawned.Site == second.Spawned.Site;
        var theirs = second.Spawned.Uses.ToLookup(use => use.Path);
        foreach (var use in first.Spawned.Uses)
            foreach (var other in theirs[use.Path].Take(Conflict.MaxUses))
                if (!(isSame && IsClaimed(first, use)) && !Frame.IsBehind(use, first, second) && !Frame.IsBehind(other, second, first) && !(frame.IsFresh(use.Path, first) && first.Loop == second.Loop && first.Number != second.Number && first.IsLive)
                    && Conflict.Judge(new End(use, first.Spawned), new End(other, second.Spawned), proven: true) is { } finding)
                    yield return finding;
    }

    /// <summary>Whether of all who come to the thread's start only the first begins it; other objects have threads of their own, which meet in what is static.</summary>
    private static bool IsClaimed(Lived thread, Access use) => (thread.Spawned.Bond & (use.Path.Root == Root.Static ? Bond.Sole : Bond.Claimed)) != 0;
}
