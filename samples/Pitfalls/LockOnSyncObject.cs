namespace Pitfalls;

/// <summary>The lesson: at most two threads print at a time.</summary>
public sealed class Printers : IDisposable
{
    private readonly SemaphoreSlim free = new(2);

    public void Print(string document)
    {
        lock (free)
        {
            Console.WriteLine(document);
        }
    }

    public void Dispose() => free.Dispose();
}
