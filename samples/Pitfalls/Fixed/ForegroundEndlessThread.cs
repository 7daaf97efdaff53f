namespace Pitfalls;

/// <summary>The lesson: the process ends when its last foreground thread does.</summary>
public static class BreakTimes
{
    public static void Begin()
    {
        var reminder = new Thread(RemindForever) { IsBackground = true };
        reminder.Start();
    }

    private static void RemindForever()
    {
        while (true)
        {
            Thread.Sleep(TimeSpan.FromHours(1));
            Console.WriteLine("Time for a break");
        }
    }
}
