namespace Pitfalls;

/// <summary>The lesson: who starts a thread keeps it, to wait for its end.</summary>
public static class SquareAndCube
{
    public static void Run()
    {
        var printSquareThread = new Thread(() => PrintSquare(10));
        printSquareThread.Start();
        PrintCube(10);
        printSquareThread.Join();
    }

    private static void PrintSquare(int number) => Console.WriteLine($"Square: {number * number}");

    private static void PrintCube(int number) => Console.WriteLine($"Cube: {number * number * number}");
}
