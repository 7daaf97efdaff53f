namespace Tutorial;

/// <summary>A process lives as long as its foreground threads; background threads end with it, wherever they are.</summary>
internal static class BackgroundAndForeground
{
    public static void Run()
    {
        var report = new Thread(SaveReport) { Name = "report" };
        var reminder = new Thread(RemindForever) { Name = "reminder", IsBackground = true };

        Console.WriteLine(Kind(report));
        Console.WriteLine(Kind(reminder));

        report.Start();
        reminder.Start();

        // The process would wait for a foreground thread in any case. Join does it here, where the next line relies on it.
        report.Join();
        Console.WriteLine("Main thread ends, and the reminder with it");
    }

    private static string Kind(Thread thread) => thread.IsBackground
        ? $"{thread.Name} is a background thread: the process ends without it"
        : $"{thread.Name} is a foreground thread: the process waits for it";

    private static void SaveReport()
    {
        Thread.Sleep(TimeSpan.FromMilliseconds(50));
        Console.WriteLine("Report saved");
    }

    // An endless loop belongs on a background thread, and only if it can be cut off anywhere without harm.
    private static void RemindForever()
    {
        while (true)
        {
            Thread.Sleep(TimeSpan.FromHours(1));
            Console.WriteLine("Time for a break");
        }
    }
}
