namespace Pitfalls;

/// <summary>The lesson: a joined thread has done its work.</summary>
public static class Download
{
    public static void Run(Uri page)
    {
        var download = new Thread(async () =>
//                                ~~~~~~~~~~~ THR1016: 'async () => …' is async, so the thread is over at its first await: nothing can wait for the rest, and an exception in it ends the process; use Task.Run
        {
            using var client = new HttpClient();
            Console.WriteLine(await client.GetStringAsync(page));
        });
        download.Start();
        download.Join();
        Console.WriteLine("Done!");
    }
}
