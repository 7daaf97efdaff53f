// Async methods: cases 10 to 13, 17, 48, 49.

public static class AsyncOf
{
    // After its first await each runs on some pool thread; said under medium only.
    public static async Task<List<int>> Case10_AfterAwaitBad(string[] xs)
    {
        var list = new List<int>();
        await Task.WhenAll(xs.Select(async x =>
        {
            var text = await File.ReadAllTextAsync(x).ConfigureAwait(false);
            list.Add(text.Length);
//          ~~~~~~~~~~~~~~~~~~~~~ THR3003
        }));
        return list;
    }

    // After its first await each runs on some pool thread; said under medium only.
    public static async Task<int> Case10_CountBad(string[] xs)
    {
        var total = 0;
        var tasks = xs.Select(async x =>
        {
            var text = await File.ReadAllTextAsync(x).ConfigureAwait(false);
            total += text.Length;
//          ~~~~~ THR3002
        }).ToList();
        await Task.WhenAll(tasks);
        return total;
    }

    public static async Task<List<string>> Case11_BeforeAwaitOk(string[] xs)
    {
        var list = new List<string>();
        await Task.WhenAll(xs.Select(async x =>
        {
            list.Add(x);
            await File.ReadAllTextAsync(x);
        }));
        return list;
    }
}

public sealed class Case13_OneThenTheOtherOk
{
    private int count;

    public async Task BothAsync()
    {
        await FirstAsync();
        await SecondAsync();
    }

    private async Task FirstAsync()
    {
        await Task.Delay(1).ConfigureAwait(false);
        count++;
    }

    private async Task SecondAsync()
    {
        await Task.Delay(1).ConfigureAwait(false);
        count++;
    }
}

public sealed class Case48_StoppedOk
{
    private readonly CancellationTokenSource stopping = new();
    private readonly List<string> seen = [];
    private Task? loop;

    public Task StartAsync() => loop = Task.Run(LoopAsync);

    public async Task<int> StopAsync()
    {
        stopping.Cancel();
        await loop!;
        seen.Add("end");
        return seen.Count;
    }

    private async Task LoopAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            seen.Add("round");
            await Task.Delay(10);
        }
    }
}

public sealed class Case48_FinishedByAnotherNameOk
{
    private readonly List<string> seen = [];
    private readonly Task loop;

    public Case48_FinishedByAnotherNameOk() => loop = Task.Run(() => seen.Add("work"));

    public async Task<string> Summary()
    {
        await loop;
        seen.Add("summary");
        return seen[0];
    }
}

public sealed class Case48_NotAwaitedBad
{
    private readonly List<string> seen = [];
    private Task? loop;

    public void Begin() => loop = Task.Run(() => seen.Add("work"));
//                                               ~~~~~~~~~~~~~~~~ THR3003

    public async Task<string> Summary()
    {
        seen.Add("summary");
        await loop!;
        return seen[0];
    }
}

public sealed class Case49_TimedJoinBad
{
    private readonly List<byte[]> buffers = [];
    private Thread? thread;

    public void Begin()
    {
        thread = new Thread(Fill);
        thread.Start();
    }

    public void Drain()
    {
        thread!.Join(1000);
        buffers.Clear();
    }

    private void Fill()
    {
        for (var i = 0; i < 10; i++)
            buffers.Add(new byte[100]);
//          ~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3003
    }
}

public sealed class Case49_TestedTimedJoinOk
{
    private readonly List<byte[]> buffers = [];
    private Thread? thread;

    public void Begin()
    {
        thread = new Thread(Fill);
        thread.Start();
    }

    public void Drain()
    {
        if (thread!.Join(1000))
            buffers.Clear();
    }

    private void Fill()
    {
        for (var i = 0; i < 10; i++)
            buffers.Add(new byte[100]);
    }
}

public static class Case17_IdempotentOk
{
    private static string? machine;
    private static Dictionary<string, int>? table;

    public static string Machine => machine ??= Environment.MachineName.ToLowerInvariant();

    public static Dictionary<string, int> Table => table ??= Make();

    public static void Use() => Parallel.Invoke(() => Console.WriteLine(Machine), () => Console.WriteLine(Table["a"]));

    private static Dictionary<string, int> Make() => new() { ["a"] = 1 };
}

public static class Case17_DisposableBad
{
    private static FileStream? log;

    public static FileStream Log => log ??= File.OpenWrite("log.txt");
//                                  ~~~ THR3009

    public static void Use() => Parallel.For(0, 10, i => { lock (Log) Log.WriteByte((byte)i); });
}
