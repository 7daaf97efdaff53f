namespace Pitfalls;

/// <summary>The lesson: all threads lock the same object.</summary>
public sealed class HitCounter
{
    private long hits;

    public void Hit()
    {
        lock (new object())
        {
            hits++;
        }
    }
}
