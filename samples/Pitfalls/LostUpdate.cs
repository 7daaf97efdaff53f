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
            count++;
//          ~~~~~ THR3002: 'Visitors.count' is updated by the thread started at LostUpdate.cs:12 ('Enter') and by the thread started at LostUpdate.cs:13 ('Enter'), so updates get lost: use Interlocked or hold one lock around both
    }
}
