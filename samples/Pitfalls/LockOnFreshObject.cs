namespace Pitfalls;

/// <summary>The lesson: all threads lock the same object.</summary>
public sealed class HitCounter
{
    private long hits;

    public void Hit()
    {
        lock (new object())
//            ~~~~~~~~~~~~ THR4003: 'new object()' is a new object each time, so no thread ever waits for another: lock an object that the threads share
        {
            hits++;
        }
    }
}
