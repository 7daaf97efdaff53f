// Code that several threads seem to run, and that runs in turns: by a scheduler, a runner, a claim, or a wait for the last round.

public sealed class TurnsOk(TaskScheduler turns)
{
    private int count;

    public void Begin()
    {
        var first = new Task(() =>
        {
            Task.Factory.StartNew(() => count++);
            Task.Factory.StartNew(() => count++);
        });
        first.Start(turns);
    }
}

public sealed class CloseOnceOk
{
    private readonly List<string> pending = [];
    private Task? closing;

    public void Fail(Exception cause)
    {
        if (cause is IOException)
            Close();
        Close();
    }

    private void Close()
    {
        var task = new Task(Drain);
        if (Interlocked.CompareExchange(ref closing, task, null) is not null)
            return;
        task.Start(TaskScheduler.Default);
    }

    private void Drain()
    {
        foreach (var message in pending)
            Console.WriteLine(message);
        pending.Clear();
    }
}

public sealed class WorkQueueOk
{
    private readonly Dictionary<string, Mutex> mutexes = [];
    private readonly System.Collections.Concurrent.BlockingCollection<Action> work = [];
    private readonly Thread worker;

    public WorkQueueOk()
    {
        worker = new Thread(Run) { IsBackground = true };
        worker.Start();
    }

    public void Acquire(string name) => work.Add(() =>
    {
        if (!mutexes.ContainsKey(name))
            mutexes[name] = new Mutex(false, name);
    });

    public void Release(string name) => work.Add(() => mutexes.Remove(name));

    private void Run()
    {
        foreach (var action in work.GetConsumingEnumerable())
            action();
    }
}

public sealed class RoundsOk
{
    public async Task RunAsync(Func<bool> isOver)
    {
        var last = Task.CompletedTask;
        var target = 0;
        while (!isOver())
        {
            if (DateTime.UtcNow.Second == 0)
            {
                await last;
                last = Task.Run(() =>
                {
                    if (target > 3)
                        target = 1;
                    else
                        target++;
                });
            }
            else
            {
                await Task.Delay(100);
            }
        }
    }
}

public sealed class BenchmarkAttribute : Attribute;

public sealed class LockMeasurementsOk
{
    private readonly object first = new();
    private readonly object second = new();
    private int value;

    [Benchmark]
    public void WithOne()
    {
        lock (first)
            value++;
    }

    [Benchmark]
    public void WithAnother()
    {
        lock (second)
            value++;
    }
}

public static class Retry
{
    public static async Task Until(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(10);
    }
}

public sealed class PolledOk
{
    public async Task CheckAsync(IAsyncEnumerable<string> messages)
    {
        var seen = 0;
        var gate = new object();
        var reader = Task.Run(async () =>
        {
            await foreach (var message in messages)
            {
                Console.WriteLine(gate.GetHashCode() + message);
                Interlocked.Increment(ref seen);
            }
        });
        await Retry.Until(() => Volatile.Read(ref seen) > 0);
        gate = new object();
        await reader;
    }
}

public interface IPace
{
    void Wait();
}

public sealed class SteadyPace : IPace
{
    public void Wait() => Thread.Sleep(1);
}

public sealed class RandomPace : IPace
{
    private readonly Random random = new();

    public void Wait() => Thread.Sleep(random.Next(10));
}

public sealed class ClientsOk(bool isSteady)
{
    private readonly List<Task> tasks = [];

    public void Begin()
    {
        for (var i = 0; i < 10; i++)
        {
            var pace = Make(isSteady);
            tasks.Add(Run(pace));
        }
    }

    private static Task Run(IPace pace) => Task.Factory.StartNew(() => pace.Wait(), TaskCreationOptions.LongRunning);

    private static IPace Make(bool isSteady)
    {
        if (isSteady)
            return new SteadyPace();
        return new RandomPace();
    }
}

public sealed class TopologyOk
{
    private readonly SemaphoreSlim gate = new(1);
    private DateTimeOffset next;

    public async Task<bool> CheckAsync(Func<Task> look)
    {
        if (DateTimeOffset.UtcNow < next)
            return true;
        await gate.WaitAsync();
        try
        {
            if (DateTimeOffset.UtcNow < next)
                return true;
            await look();
            next = DateTimeOffset.UtcNow.AddMinutes(1);
            return true;
        }
        finally
        {
            gate.Release();
        }
    }
}

public sealed class CompletedOnceOk
{
    private int completed;
    private string? reason;

    public void Flood()
    {
        for (var i = 0; i < 8; i++)
            new Thread(() => Complete("done")).Start();
    }

    private void Complete(string? why)
    {
        if (Interlocked.CompareExchange(ref completed, 1, 0) == 0)
            reason = why ?? reason;
    }
}

public sealed class IterationsOk
{
    private readonly List<int> nodes = [];

    public void Run()
    {
        for (var i = 0; i < 10; i++)
        {
            var iteration = Iterate();
            iteration.Wait();
        }
    }

    private Task Iterate()
    {
        var first = Task.Run(() => nodes.Add(1));
        var other = Task.Run(() => Console.WriteLine());
        return Task.Factory.ContinueWhenAll(new[] { first, other }, _ => Console.WriteLine("iterated"));
    }
}

public sealed class OneInTheOtherOk
{
    private readonly object processing = new();
    private readonly Queue<Action> queue = new();

    public void Add(Action action)
    {
        lock (((System.Collections.ICollection)queue).SyncRoot)
            queue.Enqueue(action);
    }

    public void Process()
    {
        lock (processing)
            lock (((System.Collections.ICollection)queue).SyncRoot)
                queue.Dequeue()();
    }

    public void Drain()
    {
        lock (processing)
            lock (((System.Collections.ICollection)queue).SyncRoot)
                queue.Clear();
    }
}
