namespace Pitfalls;

/// <summary>The lesson: start a thread, and keep it to wait for its end.</summary>
public static class SquareAndCube
{
    public static void Run()
    {
        var writeLineThread = new Thread(() => Console.WriteLine($"Square: {10 * 10}"));
        writeLineThread.Start();
        Console.WriteLine("Done!");
        writeLineThread.Join();
    }
}
