namespace Pitfalls;

/// <summary>The lesson: a thread that waits for a signal needs somebody who gives it.</summary>
public sealed class Heartbeat : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Thread thread;

    public Heartbeat()
    {
        thread = new Thread(() => Beat(stop.Token)) { Name = "Heartbeat" };
        thread.Start();
    }

    private static void Beat(CancellationToken token)
    {
        while (!token.IsCancellationRequested)
        {
            Console.WriteLine("alive");
            Thread.Sleep(1000);
        }
    }

    public void Dispose()
    {
        stop.Cancel();
        thread.Join();
        stop.Dispose();
    }
}
