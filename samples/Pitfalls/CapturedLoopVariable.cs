namespace Pitfalls;

/// <summary>The lesson: each thread gets its own argument.</summary>
public static class NumberedTasks
{
    public static void Run()
    {
        var threads = new Thread[3];
        for (var task = 0; task < threads.Length; task++)
        {
            threads[task] = new Thread(() => Console.WriteLine($"Task {task}"));
//                                                                     ~~~~ THR3011: 'task' is captured by a thread that this loop starts, and the loop then changes it, so it may be read with a later value: copy it to a local of the iteration
            threads[task].Start();
        }

        foreach (var thread in threads)
            thread.Join();
    }
}
