using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

// Programs as they are found, each with a race.

public sealed class CrawlerBad
{
    private readonly HttpClient http = new();
    private readonly HashSet<string> visited = [];
    private int pages;

    public async Task CrawlAsync(string url)
    {
        if (!visited.Add(url))
//           ~~~~~~~~~~~~~~~~ THR3003
            return;
        var body = await http.GetStringAsync(url).ConfigureAwait(false);
        pages++;
//      ~~~~~ THR3002
        await Task.WhenAll(Links(body).Select(link => Task.Run(() => CrawlAsync(link))));
    }

    private static IEnumerable<string> Links(string body) => body.Split(' ').Where(word => word.StartsWith("http"));
}

public sealed class ExpiringCacheBad : IDisposable
{
    private readonly Dictionary<string, (object Value, DateTime Until)> entries = [];
    private readonly Timer sweep;

    public ExpiringCacheBad() => sweep = new Timer(Sweep, null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));

    public object? Get(string key) => entries.TryGetValue(key, out var entry) ? entry.Value : null;

    public void Set(string key, object value) => entries[key] = (value, DateTime.UtcNow.AddMinutes(10));
//                                               ~~~~~~~~~~~~ THR3003

    public void Dispose() => sweep.Dispose();

    private void Sweep(object? state)
    {
        foreach (var key in entries.Keys.ToArray())
            if (entries[key].Until < DateTime.UtcNow)
                entries.Remove(key);
    }
}

// The signal orders the first line only, not the next ones.
public sealed class LogWriterBad
{
    private readonly Queue<string> lines = new();
    private readonly AutoResetEvent available = new(false);
    private readonly Thread writer;

    public LogWriterBad()
    {
        writer = new Thread(Write) { IsBackground = true };
        writer.Start();
    }

    public void Log(string line)
    {
        lines.Enqueue(line);
        available.Set();
    }

    private void Write()
    {
        while (true)
        {
            available.WaitOne();
            while (lines.Count > 0)
                Console.WriteLine(lines.Dequeue());
//                                ~~~~~~~~~~~~~~~ THR3003
        }
    }
}

public sealed class UploadProgressBad(Stream target)
{
    private long sent;
    private int failed;

    public long Sent => sent;

    public async Task UploadAsync(IReadOnlyList<byte[]> parts)
    {
        var tasks = new List<Task>();
        foreach (var part in parts)
            tasks.Add(Task.Run(() => Upload(part)));
        await Task.WhenAll(tasks);
        Console.WriteLine(failed);
    }

    private void Upload(byte[] part)
    {
        try
        {
            lock (target)
                target.Write(part);
            sent += part.Length;
//          ~~~~ THR3002
        }
        catch (IOException)
        {
            failed++;
//          ~~~~~~ THR3002
        }
    }
}

public sealed class HubBad
{
    private readonly List<Action<string>> subscribers = [];

    public void Subscribe(Action<string> subscriber) => subscribers.Add(subscriber);
//                                                      ~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3003

    public void Unsubscribe(Action<string> subscriber) => subscribers.Remove(subscriber);

    public void Begin(Func<string> next) => Task.Factory.StartNew(() =>
    {
        while (true)
        {
            var message = next();
            foreach (var subscriber in subscribers)
                subscriber(message);
        }
    }, TaskCreationOptions.LongRunning);
}

public static class RegistryBad
{
    private static readonly Dictionary<Type, string> Names = new();

    public static string Of(Type type)
    {
        if (!Names.TryGetValue(type, out var name))
        {
            name = type.FullName!.Replace('+', '.');
            Names[type] = name;
//          ~~~~~~~~~~~ THR3003
        }
        return name;
    }

    public static string[] All(IEnumerable<Type> types) => types.AsParallel().Select(Of).ToArray();
}

public sealed class StatisticsBad
{
    private readonly object gate = new();
    private double sum;
    private int count;

    public void Add(double value)
    {
        lock (gate)
        {
            sum += value;
            count++;
        }
    }

    public void Reset()
    {
        lock (gate)
        {
            sum = 0;
            count = 0;
        }
    }

    public void Merge(StatisticsBad other)
    {
        lock (gate)
            sum += other.sum;
        count += other.count;
//      ~~~~~ THR3004
    }
}

// The second call meets the thread of the first.
public sealed class FN_ThreadPerClientBad
{
    private readonly List<Stream> clients = [];

    public void Accept(Stream client)
    {
        clients.Add(client);
        new Thread(() => Serve(client)).Start();
    }

    private void Serve(Stream client)
    {
        var buffer = new byte[1024];
        int read;
        while ((read = client.Read(buffer, 0, buffer.Length)) > 0)
            foreach (var other in clients)
                other.Write(buffer, 0, read);
        clients.Remove(client);
    }
}

public sealed class SimulationBad
{
    private readonly List<double> energies = [];
    private readonly Random random = new();

    public double Run(int particles)
    {
        Parallel.For(0, particles, i =>
        {
            var energy = random.NextDouble();
//                       ~~~~~~~~~~~~~~~~~~~ THR3010
            lock (energies)
                energies.Add(energy);
        });
        return energies.Sum();
    }
}

public sealed class HasherBad
{
    private readonly SHA256 sha = SHA256.Create();

    public string[] HashAll(string[] texts) => texts.AsParallel().Select(Hash).ToArray();

    private string Hash(string text) => Convert.ToHexString(sha.ComputeHash(Encoding.UTF8.GetBytes(text)));
//                                                          ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3010
}

public sealed class ReportBad
{
    private readonly StringBuilder text = new();

    public async Task<string> BuildAsync(IEnumerable<string> sections)
    {
        var tasks = sections.Select(section => Task.Run(() => text.AppendLine(section.Trim()))).ToArray();
//                                                            ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3010
        await Task.WhenAll(tasks);
        return text.ToString();
    }
}

public sealed class SensorBad
{
    private readonly System.Timers.Timer timer = new(100);
    private readonly List<double> samples = [];

    public SensorBad()
    {
        timer.Elapsed += (_, _) => samples.Add(Environment.TickCount64);
//                                 ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3003
        timer.Start();
    }

    public double Average()
    {
        var average = samples.Average();
        samples.Clear();
        return average;
    }
}

// Was found before pauses were decided.
public sealed class FN_RetryQueueBad
{
    private readonly LinkedList<Action> actions = new();
    private volatile bool stopping;

    public void Enqueue(Action action) => actions.AddLast(action);

    public Task BeginAsync() => Task.Run(async () =>
    {
        while (!stopping)
        {
            if (actions.First is { } first)
            {
                actions.RemoveFirst();
                first.Value();
            }
            await Task.Delay(10);
        }
    });

    public void End() => stopping = true;
}

public sealed class BankBad
{
    private readonly Dictionary<int, decimal> accounts = new() { [1] = 10, [2] = 20 };

    public void Transfer(int from, int to, decimal amount)
    {
        accounts[from] -= amount;
//      ~~~~~~~~~~~~~~ THR3003
        accounts[to] += amount;
    }

    public void Simulate()
    {
        var clerks = new Thread[4];
        for (var i = 0; i < clerks.Length; i++)
        {
            clerks[i] = new Thread(() => Transfer(1, 2, 1m));
            clerks[i].Start();
        }
        foreach (var clerk in clerks)
            clerk.Join();
    }
}

public sealed class PoolBad(int size)
{
    private readonly Stack<Stream> idle = new();
    private int made;

    public Stream Rent()
    {
        if (idle.Count > 0)
            return idle.Pop();
//                 ~~~~~~~~~~ THR3003
        made++;
//      ~~~~ THR3002
        return new MemoryStream(size);
    }

    public void Return(Stream stream) => idle.Push(stream);

    public void Burn()
    {
        for (var i = 0; i < 10; i++)
            ThreadPool.QueueUserWorkItem(_ =>
            {
                var stream = Rent();
                stream.WriteByte(1);
                Return(stream);
            });
    }
}

public sealed class WordCountBad
{
    private readonly SortedDictionary<string, int> counts = new(StringComparer.OrdinalIgnoreCase);

    public void CountAll(string folder)
    {
        var tasks = Directory.GetFiles(folder).Select(file => Task.Run(() => Count(file)));
        Task.WaitAll(tasks.ToArray());
    }

    private void Count(string file)
    {
        foreach (var line in File.ReadLines(file))
        foreach (var word in line.Split(' '))
        {
            counts.TryGetValue(word, out var count);
            counts[word] = count + 1;
//          ~~~~~~~~~~~~ THR3003
        }
    }
}

public sealed class GuardedAndNotBad
{
    private readonly SemaphoreSlim gate = new(1);
    private readonly List<string> pending = [];

    public async Task AddAsync(string item)
    {
        await gate.WaitAsync();
        try { pending.Add(item); }
        finally { gate.Release(); }
    }

    public async Task FlushAsync(Stream stream)
    {
        await gate.WaitAsync();
        try
        {
            foreach (var item in pending)
                await stream.WriteAsync(Encoding.UTF8.GetBytes(item));
            pending.Clear();
        }
        finally { gate.Release(); }
    }

    public bool Discard(string item) => pending.Remove(item);
//                                      ~~~~~~~~~~~~~~~~~~~~ THR3004
}

public sealed class ImageFilterBad
{
    public static (int Dark, int Light) Histogram(byte[] pixels)
    {
        int dark = 0, light = 0;
        Parallel.ForEach(System.Collections.Concurrent.Partitioner.Create(0, pixels.Length), range =>
        {
            for (var i = range.Item1; i < range.Item2; i++)
            {
                if (pixels[i] < 128)
                    dark++;
//                  ~~~~ THR3002
                else
                    light++;
//                  ~~~~~ THR3002
            }
        });
        return (dark, light);
    }
}

// The list in a concurrent dictionary is not concurrent itself.
public sealed class FN_OrdersBad
{
    private readonly ConcurrentDictionary<int, List<string>> byCustomer = new();

    public void Add(int customer, string order) => byCustomer.GetOrAdd(customer, _ => []).Add(order);

    public void Import(IEnumerable<(int Customer, string Order)> orders) =>
        Parallel.ForEach(orders, order => Add(order.Customer, order.Order));
}

public sealed class DelegatedBad
{
    private readonly Action work;
    private int done;

    public DelegatedBad() => work = Work;

    public void Go()
    {
        for (var i = 0; i < 4; i++)
            new Thread(new ThreadStart(work)).Start();
    }

    private void Work() => done++;
//                         ~~~~ THR3002
}

public sealed class SchedulerBad
{
    private readonly PriorityQueue<Action, DateTime> jobs = new();

    public void Schedule(Action job, DateTime due) => jobs.Enqueue(job, due);
//                                                    ~~~~~~~~~~~~~~~~~~~~~~ THR3003

    public void Begin()
    {
        var thread = new Thread(Loop) { IsBackground = true };
        thread.Start();
    }

    private void Loop()
    {
        while (true)
        {
            if (jobs.TryPeek(out var job, out var due) && due <= DateTime.UtcNow)
            {
                jobs.Dequeue();
                job();
            }
            Thread.Sleep(10);
        }
    }
}

public interface IWork
{
    void Do();
}

// The actions of Parallel.Invoke run beside each other.
public sealed class ThroughInterfaceBad
{
    private readonly IWork work = new Tally();

    public void Go() => Parallel.Invoke(() => work.Do(), () => work.Do());

    private sealed class Tally : IWork
    {
        private int done;

        public void Do() => done++;
//                          ~~~~ THR3002
    }
}

public sealed class ParallelInsertBad
{
    public int[] Results { get; } = new int[10];

    public int Next { get; set; }

    public void Go() => Parallel.ForEach(Enumerable.Range(0, 10), value =>
    {
        Results[Next] = value;
        Next = Next + 1;
//      ~~~~ THR3002
    });
}

public sealed class StaticCounterBad
{
    private static int created;
    public static int Created => created;

    public StaticCounterBad() => created++;
//                               ~~~~~~~ THR3002

    public static void Many() => Parallel.For(0, 100, _ => new StaticCounterBad());
}

public sealed class CapturedAfterwardsBad
{
    public static void Say(string message)
    {
        _ = Task.Run(() => Console.WriteLine(message));
        message = message.Trim();
//      ~~~~~~~ THR3001
        Console.WriteLine(message.Length);
    }
}

public sealed class MultiWriterBad
{
    private readonly List<Task> running = [];
    private readonly List<string> errors = [];

    public void Go(IEnumerable<Action> actions)
    {
        foreach (var action in actions)
            running.Add(Task.Run(() => Guarded(action)));
    }

    public async Task<IReadOnlyList<string>> FinishAsync()
    {
        await Task.WhenAll(running);
        return errors;
    }

    private void Guarded(Action action)
    {
        try { action(); }
        catch (Exception error) { errors.Add(error.Message); }
//                                ~~~~~~~~~~~~~~~~~~~~~~~~~ THR3003
    }
}

// ConfigureAwait(false): each goes on on some pool thread.
public sealed class RepositoryBad
{
    private readonly Dictionary<int, string> cache = [];

    public async Task<string> GetAsync(int id)
    {
        if (cache.TryGetValue(id, out var known))
            return known;
        var text = await File.ReadAllTextAsync($"{id}.txt").ConfigureAwait(false);
        cache[id] = text;
//      ~~~~~~~~~ THR3003
        return text;
    }

    public Task<string[]> GetAllAsync(int[] ids) => Task.WhenAll(ids.Select(id => GetAsync(id)));
}
