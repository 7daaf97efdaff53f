namespace Pitfalls;

/// <summary>The lesson: a joined thread has done its work.</summary>
public static class Download
{
    public static void Run(Uri page)
    {
        var download = new Thread(async () =>
        {
            using var client = new HttpClient();
            Console.WriteLine(await client.GetStringAsync(page));
        });
        download.Start();
        download.Join();
        Console.WriteLine("Done!");
    }
}
