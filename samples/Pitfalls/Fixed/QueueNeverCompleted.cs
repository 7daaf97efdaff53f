using System.Collections.Concurrent;

namespace Pitfalls;

/// <summary>The lesson: a consumer ends when its queue is completed.</summary>
public sealed class PageQueue : IDisposable
{
    private readonly BlockingCollection<string> pages = new();
    private readonly Thread printer;

    public PageQueue()
    {
        printer = new Thread(Print) { IsBackground = true, Name = "Printer" };
        printer.Start();
    }

    public void Add(string page) => pages.Add(page);

    public void Dispose()
    {
        pages.CompleteAdding();
        printer.Join();
        pages.Dispose();
    }

    private void Print()
    {
        foreach (var page in pages.GetConsumingEnumerable())
            Console.WriteLine(page);
    }
}
