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
//              ~~~~ THR1003: 'Stop' ends while the thread that runs 'Record' may still be at work, since no code joins 'thread': what is stopped or disposed is still in use; join it here, or make it a background thread
    {
        stopping = true;
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
