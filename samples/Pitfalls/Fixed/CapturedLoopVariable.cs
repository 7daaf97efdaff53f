namespace Pitfalls;

/// <summary>The lesson: each thread gets its own argument.</summary>
public static class NumberedTasks
{
    public static void Run()
    {
        var threads = new Thread[3];
        for (var task = 0; task < threads.Length; task++)
        {
            var taskCopy = task;
            threads[task] = new Thread(() => Console.WriteLine($"Task {taskCopy}"));
            threads[task].Start();
        }

        foreach (var thread in threads)
            thread.Join();
    }
}
