namespace Pitfalls;

/// <summary>The lesson: a timer goes on until its owner stops it.</summary>
public sealed class Reminder : IDisposable
{
    private readonly TextWriter log;
    private readonly Timer timer;

    public Reminder(TextWriter log)
    {
        this.log = log;
        timer = new Timer(_ => this.log.WriteLine("Time for a break"), null, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
    }

    public void Dispose()
    {
        timer.Dispose();
        log.Dispose();
    }
}
