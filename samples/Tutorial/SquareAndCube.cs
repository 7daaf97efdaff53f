namespace Tutorial;

/// <summary>Two threads, each with a target and an argument, started together and waited for together.</summary>
internal static class SquareAndCube
{
    public static void Run()
    {
        // The lambda brings the argument along with its type; Start(object) would take anything.
        var square = new Thread(() => PrintSquare(10));
        var cube = new Thread(() => PrintCube(10));

        // Both are started before either is waited for: that is what lets them run at the same time.
        square.Start();
        cube.Start();

        square.Join();
        cube.Join();

        Console.WriteLine("Done!");
    }

    private static void PrintSquare(int number) => Console.WriteLine($"Square: {number * number}");

    private static void PrintCube(int number) => Console.WriteLine($"Cube: {number * number * number}");
}
