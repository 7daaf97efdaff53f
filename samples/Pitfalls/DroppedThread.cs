namespace Pitfalls;

/// <summary>The lesson: who starts a thread keeps it, to wait for its end.</summary>
public static class SquareAndCube
{
    public static void Run()
    {
        new Thread(() => PrintSquare(10)).Start();
        PrintCube(10);
    }

    private static void PrintSquare(int number) => Console.WriteLine($"Square: {number * number}");

    private static void PrintCube(int number) => Console.WriteLine($"Cube: {number * number * number}");
}
