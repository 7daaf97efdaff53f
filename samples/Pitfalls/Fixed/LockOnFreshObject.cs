namespace Pitfalls;

/// <summary>The lesson: all threads lock the same object.</summary>
public sealed class HitCounter
{
    private long hits;
    private readonly object gate = new();

    public void Hit()
    {
        lock (gate)
        {
            hits++;
        }
    }
}
