namespace Pitfalls;

/// <summary>The lesson: who starts a thread keeps it, to wait for its end.</summary>
public static class SquareAndCube
{
    public static void Run()
    {
        new Thread(() => PrintSquare(10)).Start();
//      ~~~~~~~~~~ THR1002: The thread that runs 'PrintSquare' is a foreground thread and its handle is lost, so the process cannot end before it and nothing can wait for it: keep it and join it, or make it a background thread
        PrintCube(10);
    }

    private static void PrintSquare(int number) => Console.WriteLine($"Square: {number * number}");

    private static void PrintCube(int number) => Console.WriteLine($"Cube: {number * number * number}");
}
