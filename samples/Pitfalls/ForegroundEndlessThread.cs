namespace Pitfalls;

/// <summary>The lesson: the process ends when its last foreground thread does.</summary>
public static class BreakTimes
{
    public static void Begin()
    {
        var reminder = new Thread(RemindForever);
//                     ~~~~~~~~~~ THR1004: 'RemindForever' never ends and runs on a foreground thread, so the process cannot end either: make it a background thread, or give its loop a way out
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
