using System.Collections.Concurrent;

namespace Tutorial;

/// <summary>
/// Four threads roll dice into one set of books. Every update reads, computes and writes; left alone, two threads that
/// do so at once lose one of the updates. Three ways to keep them all.
/// </summary>
internal static class Synchronisation
{
    private const int Threads = 4;
    private const int Rolls = 12_000;

    // Several fields that must agree: a lock around every use of them.
    private static readonly Lock Gate = new();
    private static long sum;
    private static int highest;

    // One number: an atomic operation.
    private static int count;

    // Many entries: a collection made for it.
    private static readonly ConcurrentDictionary<int, int> Faces = new();

    public static void Run()
    {
        var threads = new Thread[Threads];
        for (var i = 0; i < threads.Length; i++)
            threads[i] = new Thread(RollDice);

        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();

        Console.WriteLine($"Lock: sum {sum}, highest {highest}");
        Console.WriteLine($"Interlocked: {count} rolls");
        Console.WriteLine($"Concurrent collection: {string.Join(", ", Faces.OrderBy(face => face.Key).Select(face => $"{face.Value} x {face.Key}"))}");
    }

    private static void RollDice()
    {
        for (var roll = 0; roll < Rolls; roll++)
        {
            // A die without chance: so the right result is known.
            var face = roll % 6 + 1;

            lock (Gate)
            {
                sum += face;
                highest = Math.Max(highest, face);
            }

            Interlocked.Increment(ref count);

            Faces.AddOrUpdate(face, 1, (_, times) => times + 1);
        }
    }
}
