namespace Pitfalls;

/// <summary>The lesson: a result is there when its thread has been joined.</summary>
public static class Total
{
    public static int Of(int[] values)
    {
        var total = 0;
        var adding = new Thread(() =>
//                   ~~~~~~~~~~ THR1001: The thread that runs '() => …' is started, but no code joins 'adding': code after the start may run before the thread is done, and the process cannot end before it; join it, or make it a background thread
        {
            foreach (var value in values)
                total += value;
//              ~~~~~ THR3001: 'total' is updated by the thread started at UnjoinedThread.cs:14 and read by the code that starts it at UnjoinedThread.cs:16, and no common lock is held: hold one lock around both
        });
        adding.Start();
        Console.WriteLine("Adding");
        return total;
    }
}
