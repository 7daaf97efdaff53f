namespace Pitfalls;

/// <summary>The lesson: two threads that count together need one step for it.</summary>
public static class Visitors
{
    private static int count;

    public static void Run()
    {
        var left = new Thread(Enter);
        var right = new Thread(Enter);
        left.Start();
        right.Start();
        left.Join();
        right.Join();
        Console.WriteLine($"Visitors: {count}");
    }

    private static void Enter()
    {
        for (var i = 0; i < 1000; i++)
            Interlocked.Increment(ref count);
    }
}
