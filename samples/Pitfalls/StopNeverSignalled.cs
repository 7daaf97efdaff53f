namespace Pitfalls;

/// <summary>The lesson: a thread that waits for a signal needs somebody who gives it.</summary>
public sealed class Heartbeat
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
//              ~~~~~ THR1005: The loop goes on until 'token' is cancelled, which no code of the program does, so the thread never ends: cancel it where the work is to be stopped
        {
            Console.WriteLine("alive");
            Thread.Sleep(1000);
        }
    }
}
