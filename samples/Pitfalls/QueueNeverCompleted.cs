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
        printer.Join();
        pages.Dispose();
    }

    private void Print()
    {
        foreach (var page in pages.GetConsumingEnumerable())
//                           ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR2004: No code completes 'pages', made in line 8, and this loop takes from it until then: the consumer never ends, nor does who waits for it; call 'CompleteAdding' when nothing more will be added
            Console.WriteLine(page);
    }
}
