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
//              ~~~~~~~~~ THR2011: 'Reminder' sets the timer in 'timer' going and no code stops or disposes it: it goes on firing when nobody uses the 'Reminder' any more, and keeps it in memory; dispose it where the 'Reminder' is stopped or disposed
    }

    public void Dispose() => log.Dispose();
}
