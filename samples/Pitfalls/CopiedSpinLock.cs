namespace Pitfalls;

/// <summary>The lesson: threads that share a spin lock take turns.</summary>
public sealed class Ticket
{
    private readonly SpinLock gate = new(enableThreadOwnerTracking: false);
//                            ~~~~ THR4013: 'gate' is a readonly SpinLock, so each call locks a copy and no thread is excluded: remove 'readonly'
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
