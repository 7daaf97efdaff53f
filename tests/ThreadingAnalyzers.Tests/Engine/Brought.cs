using Microsoft.Extensions.Hosting;

// Work that reaches its thread by way of other code: a delegate that a helper is given, an object in a collection.

public sealed class HelperStartsThreadsBad
{
    private int loaded;

    public int Load()
    {
        InThreads(4, () => loaded++);
//                         ~~~~~~ THR3002
        return loaded;
    }

    private static void InThreads(int count, Action work)
    {
        var threads = new List<Thread>();
        for (var i = 0; i < count; i++)
        {
            var thread = new Thread(() => work());
            thread.Start();
            threads.Add(thread);
        }
        foreach (var thread in threads)
            thread.Join();
    }
}

public sealed class HelperRunsInParallelBad
{
    private readonly List<string> names = [];

    public IReadOnlyList<string> Collect(string[] paths)
    {
        Each(paths, path => names.Add(Path.GetFileName(path)));
//                          ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3003
        return names;
    }

    private static void Each<T>(IEnumerable<T> items, Action<T> work) => Parallel.ForEach(items, item => work(item));
}

public sealed class HelperWrapsTheDelegateBad
{
    private int turns;

    public void Turn()
    {
        Twice(Step);
    }

    private void Step() => turns++;
//                         ~~~~~ THR3002

    private static void Twice(Action step)
    {
        var first = new Thread(new ThreadStart(step));
        var second = new Thread(new ThreadStart(step));
        first.Start();
        second.Start();
        first.Join();
        second.Join();
    }
}

public sealed class HelperRunsOneAfterTheOtherOk
{
    private int loaded;

    public int Load()
    {
        InThread(() => loaded++);
        InThread(() => loaded++);
        return loaded;
    }

    private static void InThread(Action work)
    {
        var thread = new Thread(() => work());
        thread.Start();
        thread.Join();
    }
}

public sealed class HelperLocksOk
{
    private readonly object gate = new();
    private int loaded;

    public void Load() => Each(4, () => loaded++);

    private void Each(int count, Action work) => Parallel.For(0, count, _ =>
    {
        lock (gate)
            work();
    });
}

public sealed class HelperGuardsWhatItDoesItselfOk
{
    private int loaded;

    public int Load()
    {
        OnThread(() => loaded++);
        return loaded;
    }

    // The work and what stands around it are one thread.
    private void OnThread(Action work)
    {
        var thread = new Thread(() =>
        {
            loaded = 0;
            work();
        });
        thread.Start();
        thread.Join();
    }
}

public sealed class DelegateInALocalBad
{
    private int ticks;

    public void Run()
    {
        Action tick = () => ticks++;
//                          ~~~~~ THR3002
        var first = new Thread(() => tick());
        var second = new Thread(() => tick());
        first.Start();
        second.Start();
        first.Join();
        second.Join();
    }
}

public sealed class DelegatesOfAnArrayBad
{
    private int steps;

    public void Run()
    {
        Action[] works = [Step, Step];
        var threads = new List<Thread>();
        foreach (var work in works)
        {
            var thread = new Thread(() => work());
            thread.Start();
            threads.Add(thread);
        }
        foreach (var thread in threads)
            thread.Join();
    }

    private void Step() => steps++;
//                         ~~~~~ THR3002
}

public sealed class ThreadsOfATupleBad
{
    private int steps;

    public void Run()
    {
        var (left, right) = (new Thread(Step), new Thread(Step));
        left.Start();
        right.Start();
        left.Join();
        right.Join();
    }

    private void Step() => steps++;
//                         ~~~~~ THR3002
}

public sealed class ValuesSwappedByATupleOk
{
    private int first, second;

    public void Swap()
    {
        var thread = new Thread(() => (first, second) = (second, first));
        thread.Start();
        thread.Join();
        (first, second) = (second, first);
    }
}

public sealed class WorkersOfAListBad
{
    public int Served;

    public void Run()
    {
        var waiters = new List<Waiter>();
        for (var i = 0; i < 3; i++)
            waiters.Add(new Waiter(this));
        foreach (var waiter in waiters)
            waiter.Begin();
        foreach (var waiter in waiters)
            waiter.End();
    }

    private sealed class Waiter
    {
        private readonly WorkersOfAListBad house;
        private readonly Thread thread;

        public Waiter(WorkersOfAListBad house)
        {
            this.house = house;
            thread = new Thread(Serve);
        }

        public void Begin() => thread.Start();

        public void End() => thread.Join();

        private void Serve() => house.Served++;
//                              ~~~~~~~~~~~~ THR3002
    }
}

public sealed class WorkersOfAQueryBad
{
    public readonly List<string> Lines = [];

    public void Run()
    {
        var readers = Enumerable.Range(0, 3).Select(_ => new Reader(this)).ToList();
        readers.ForEach(reader => reader.Begin());
        readers.ForEach(reader => reader.End());
    }

    private sealed class Reader(WorkersOfAQueryBad owner)
    {
        private Task? work;

        public void Begin() => work = Task.Run(() => owner.Lines.Add("line"));
//                                                   ~~~~~~~~~~~~~~~~~~~~~~~ THR3003

        public void End() => work?.Wait();
    }
}

public sealed class WorkersThatBeginWhenMadeBad
{
    public int Sum;

    public void Run()
    {
        var first = new Adder(this);
        var second = new Adder(this);
        first.End();
        second.End();
    }

    private sealed class Adder
    {
        private readonly WorkersThatBeginWhenMadeBad owner;
        private readonly Thread thread;

        public Adder(WorkersThatBeginWhenMadeBad owner)
        {
            this.owner = owner;
            thread = new Thread(Add);
            thread.Start();
        }

        public void End() => thread.Join();

        private void Add() => owner.Sum += 1;
//                            ~~~~~~~~~ THR3002
    }
}

public sealed class WorkersWithTheirOwnOk
{
    public void Run()
    {
        var counters = new List<Counter>();
        for (var i = 0; i < 3; i++)
            counters.Add(new Counter(new Total()));
        foreach (var counter in counters)
            counter.Begin();
        foreach (var counter in counters)
            counter.End();
    }

    private sealed class Total
    {
        public int Value;
    }

    private sealed class Counter(Total total)
    {
        private Task? work;

        public void Begin() => work = Task.Run(() => total.Value++);

        public void End() => work?.Wait();
    }
}

// One of the objects is not seen: it may be another's.
public sealed class WorkersOfOthersOk
{
    public int Served;

    public void Run(Helper other)
    {
        var helpers = new List<Helper> { new Helper(this), other };
        foreach (var helper in helpers)
            helper.Begin();
        foreach (var helper in helpers)
            helper.End();
    }

    public sealed class Helper(WorkersOfOthersOk owner)
    {
        private Task? work;

        public void Begin() => work = Task.Run(() => owner.Served++);

        public void End() => work?.Wait();
    }
}

public sealed class HostedPumpBad : BackgroundService
{
    private readonly Queue<string> waiting = new();

    public void Enqueue(string mail) => waiting.Enqueue(mail);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            while (waiting.TryDequeue(out var mail))
//                 ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3003
                Console.WriteLine(mail);
            await Task.Delay(100, stoppingToken);
        }
    }
}

public sealed class HostedPumpOk : BackgroundService
{
    private readonly Queue<string> waiting = new();
    private int sent;

    public void Enqueue(string mail)
    {
        lock (waiting)
            waiting.Enqueue(mail);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            lock (waiting)
                while (waiting.TryDequeue(out _))
                    sent++;
            await Task.Delay(100, stoppingToken);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Console.WriteLine(sent);
    }
}

public sealed class OffTheContextBad
{
    private int tries;

    public Task SendAllAsync(string[] mails) => Task.WhenAll(mails.Select(mail => SendAsync(mail)));

    private async Task SendAsync(string mail)
    {
        await File.WriteAllTextAsync("outbox", mail).ConfigureAwait(false);
        tries++;
//      ~~~~~ THR3002
    }
}

public sealed class OffTheContextOneByOneOk
{
    private int tries;

    public async Task SendAllAsync(string[] mails)
    {
        foreach (var mail in mails)
            await SendAsync(mail).ConfigureAwait(false);
    }

    private async Task SendAsync(string mail)
    {
        await File.WriteAllTextAsync("outbox", mail).ConfigureAwait(false);
        tries++;
    }
}

public sealed class BestOfAllBad
{
    private double best = double.MaxValue;

    public double Search(int[] seeds)
    {
        Parallel.ForEach(seeds, seed =>
        {
            var found = Math.Sin(seed);
            if (found >= best)
                return;
            best = found;
//          ~~~~ THR3002
        });
        return best;
    }
}

public sealed class LongestOfAllBad
{
    private int longest;

    public int Search(string[] words)
    {
        Parallel.ForEach(words, word =>
        {
            if (word.Length > 3 && word.Length > longest)
                longest = word.Length;
//              ~~~~~~~ THR3002
        });
        return longest;
    }
}

public sealed class BestUnderALockOk
{
    private readonly object gate = new();
    private double best = double.MaxValue;

    public double Search(int[] seeds)
    {
        Parallel.ForEach(seeds, seed =>
        {
            var found = Math.Sin(seed);
            lock (gate)
                if (found < best)
                    best = found;
        });
        return best;
    }
}

public sealed class VolatileTableFilledLateBad
{
    private volatile Dictionary<string, decimal> rates = [];

    public decimal Of(string currency)
    {
        var known = rates;
        return known.TryGetValue(currency, out var rate) ? rate : 1;
    }

    public Task RenewAsync(string[] lines) => Task.Run(() => Renew(lines));

    private void Renew(string[] lines)
    {
        var fresh = new Dictionary<string, decimal>();
        rates = fresh;
//      ~~~~~ THR3008
        foreach (var line in lines)
            fresh[line] = line.Length;
    }
}

public sealed class VolatileTableFilledFirstOk
{
    private volatile Dictionary<string, decimal> rates = [];

    public decimal Of(string currency) => rates.TryGetValue(currency, out var rate) ? rate : 1;

    public void Renew(string[] lines)
    {
        var fresh = new Dictionary<string, decimal>();
        foreach (var line in lines)
            fresh[line] = line.Length;
        rates = fresh;
    }
}

// Who takes the lock in a member that is called like a beginning expects others.
public sealed class OpenUnderALockBad
{
    private readonly Dictionary<string, int> sessions = [];
    private readonly object gate = new();
    private readonly Task sweeper;

    public OpenUnderALockBad() => sweeper = Task.Run(Sweep);

    public int OpenSession(string key)
    {
        lock (gate)
        {
            if (!sessions.TryGetValue(key, out var session))
                sessions.Add(key, session = key.Length);
            return session;
        }
    }

    private async Task Sweep()
    {
        while (!sweeper.IsCanceled)
        {
            await Task.Delay(100);
            foreach (var (key, session) in sessions)
//                                         ~~~~~~~~ THR3004
                if (session > 3)
                    sessions.Remove(key);
        }
    }
}

namespace Microsoft.Extensions.Hosting
{
    public abstract class BackgroundService
    {
        public virtual Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        protected abstract Task ExecuteAsync(CancellationToken stoppingToken);
    }
}
