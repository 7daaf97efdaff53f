namespace Pitfalls;

/// <summary>The lesson: threads that share a spin lock take turns.</summary>
public sealed class Ticket
{
    private SpinLock gate = new(enableThreadOwnerTracking: false);
    private int number;

    public int Next()
    {
        var taken = false;
        try
        {
            gate.Enter(ref taken);
            return ++number;
        }
        finally
        {
            if (taken)
                gate.Exit();
        }
    }
}
