namespace Pitfalls;

/// <summary>The lesson: at most two threads print at a time.</summary>
public sealed class Printers : IDisposable
{
    private readonly SemaphoreSlim free = new(2);

    public void Print(string document)
    {
        lock (free)
//            ~~~~ THR4005: 'free' is a 'SemaphoreSlim', and its monitor does not exclude who uses 'Wait': use its 'Wait' and 'Release', or lock a private object
        {
            Console.WriteLine(document);
        }
    }

    public void Dispose() => free.Dispose();
}
