namespace Pitfalls;

/// <summary>The lesson: start a thread, and keep it to wait for its end.</summary>
public static class SquareAndCube
{
    public static void Run()
    {
        new Thread(() => Console.WriteLine($"Square: {10 * 10}")).Start();
        Console.WriteLine("Done!");
    }
}
