using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>The ends of a body: what it returns and what is known, and held, where it does.</summary>
internal sealed class Exits(BodyWalk walk)
{
    private Recorder Recorder => walk.Recorder;

    /// <summary>What is returned, when it is one thing.</summary>
    public Path? Returned { get; private set; }

    /// <summary>What is known at every normal end of the body so far; null before the first.</summary>
    public State? State { get; private set; }

    public void Return(IReturnOperation @return)
    {
        var value = walk.Visit(@return.ReturnedValue);
        walk.Views.Return(@return);
        if (@return.Kind == OperationKind.YieldReturn)
            return;
        if (!Recorder.State.IsDead)
            Returned = Returned is null || Equals(Returned, value) ? value : Returned;
        End();
        Stop();
    }

    /// <summary>The body ends here by falling off its end.</summary>
    public void End() => State = Recorder.State.IsDead ? State : State?.Meet(Recorder.State) ?? Recorder.State;

    /// <summary>Control does not go on: a return or a throw.</summary>
    public void Stop()
    {
        Recorder.State = Recorder.State with { IsDead = true };
        if (Recorder.Region.Kind == RegionKind.Arm)
            Recorder.Region.Exits = true;
    }

    /// <summary>Control goes on elsewhere in the body: break, continue, goto.</summary>
    public void Jump() => Recorder.State = Recorder.State with { IsDead = true };

    /// <summary>A statement that holds locks ends: what it took is given back, where it is returned from too.</summary>
    /// <param name="before">What was held before it.</param>
    /// <param name="exit">What was known of the ends before it.</param>
    public void GiveBack(LockSet before, State? exit)
    {
        Recorder.State = Recorder.State with { Locks = Recorder.State.Locks.Intersect(before) };
        if (State is { } now && !ReferenceEquals(now, exit))
            State = now with { Locks = now.Locks.Intersect(before) };
    }

    /// <summary>A finally block releases locks that are held where its statement is returned from.</summary>
    public void Release(IEnumerable<Held> released)
    {
        if (State is { } now)
            State = now with { Locks = released.Aggregate(now.Locks, (locks, gone) => locks.Without(gone.Lock)) };
    }
}
