namespace Tutorial;

/// <summary>A static field is one for all threads; a local variable is each thread's own.</summary>
internal static class SharedGlobalsOwnLocals
{
    private static int total;

    public static void Run()
    {
        var t1 = new Thread(() => Count(upTo: 1000)) { Name = "t1" };
        var t2 = new Thread(() => Count(upTo: 2000)) { Name = "t2" };

        t1.Start();
        t2.Start();

        t1.Join();
        t2.Join();

        // A plain read: after the joins no other thread writes.
        Console.WriteLine($"Together: {total}");
    }

    private static void Count(int upTo)
    {
        var own = 0;
        while (own < upTo)
        {
            own++;
            Interlocked.Increment(ref total);
        }
        Console.WriteLine($"{Thread.CurrentThread.Name}: {own}");
    }
}
