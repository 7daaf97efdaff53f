using System.Collections.Concurrent;

namespace Pitfalls;

/// <summary>The lesson: a consumer ends when its queue is completed.</summary>
public static class PrintedPages
{
    public static void Run(IEnumerable<string> pages)
    {
        using var queue = new BlockingCollection<string>();
        var printer = Task.Run(() =>
//                             ~~~~~ THR1019: '() => …' loops until it is told to stop and waits in 'GetConsumingEnumerable', on a thread of the pool: that thread is missing to all other work for as long; give it a thread of its own, with TaskCreationOptions.LongRunning
        {
            foreach (var page in queue.GetConsumingEnumerable())
//                               ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR2004: No code completes 'queue', made in line 10, and this loop takes from it until then: the consumer never ends, nor does who waits for it; call 'CompleteAdding' when nothing more will be added
                Console.WriteLine(page);
        });
        foreach (var page in pages)
            queue.Add(page);
        printer.Wait();
    }
}
