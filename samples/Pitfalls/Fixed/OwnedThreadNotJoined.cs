namespace Pitfalls;

/// <summary>The lesson: who stops an object waits for its thread.</summary>
public sealed class Recorder
{
    private readonly TextWriter log;
    private readonly Thread thread;
    private volatile bool stopping;

    public Recorder(TextWriter log)
    {
        this.log = log;
        thread = new Thread(Record);
        thread.Start();
    }

    public void Stop()
    {
        stopping = true;
        thread.Join();
    }

    private void Record()
    {
        while (!stopping)
        {
            log.WriteLine(DateTime.UtcNow);
            Thread.Sleep(100);
        }
    }
}
