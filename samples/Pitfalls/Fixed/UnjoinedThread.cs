namespace Pitfalls;

/// <summary>The lesson: a result is there when its thread has been joined.</summary>
public static class Total
{
    public static int Of(int[] values)
    {
        var total = 0;
        var adding = new Thread(() =>
        {
            foreach (var value in values)
                total += value;
        });
        adding.Start();
        Console.WriteLine("Adding");
        adding.Join();
        return total;
    }
}
