namespace Tutorial;

/// <summary>The threads of a program have names of their own and one process in common.</summary>
internal static class NamesAndProcess
{
    public static void Run()
    {
        // The main thread has no name until it is given one.
        Thread.CurrentThread.Name = "MainThread";

        Console.WriteLine($"ID of process running main program: {Environment.ProcessId}");
        Console.WriteLine($"Main thread name: {Thread.CurrentThread.Name}");

        var t1 = new Thread(() => Work(task: 1)) { Name = "t1" };
        var t2 = new Thread(() => Work(task: 2)) { Name = "t2" };

        t1.Start();
        t2.Start();

        t1.Join();
        t2.Join();
    }

    private static void Work(int task)
    {
        Console.WriteLine($"Task {task} assigned to thread: {Thread.CurrentThread.Name}");
        Console.WriteLine($"ID of process running task {task}: {Environment.ProcessId}");
    }
}
