// confidence: medium
// Cases whose verdict is of medium confidence: one end is assumed, or the harm is order only.

public sealed class Case12_OverlappingAsyncBad
{
    private int count;

    public async Task BothAsync()
    {
        var first = FirstAsync();
        var second = SecondAsync();
        await first;
        await second;
    }

    private async Task FirstAsync()
    {
        await Task.Delay(1).ConfigureAwait(false);
        count++;
//      ~~~~~ THR3002
    }

    private async Task SecondAsync()
    {
        await Task.Delay(1).ConfigureAwait(false);
        count++;
    }
}

public sealed class Case12_SameTwiceBad
{
    private readonly List<string> lines = [];

    public Task BothAsync() => Task.WhenAll(ReadAsync("a"), ReadAsync("b"));

    private async Task ReadAsync(string path)
    {
        var text = await File.ReadAllTextAsync(path).ConfigureAwait(false);
        lines.Add(text);
//      ~~~~~~~~~~~~~~~ THR3003
    }
}

// The call keeps the read in the loop, for as long as it is not compiled into it.
public sealed class Case14_StopFlagBad
{
    private bool stop;

    public void Begin() => new Thread(Run).Start();

    public void Stop() => stop = true;

    private void Run()
    {
        while (!stop)
//              ~~~~ THR7006
            Thread.SpinWait(100);
    }
}

public sealed class Case14_VolatileStopFlagOk
{
    private volatile bool stop;

    public void Begin() => new Thread(Run).Start();

    public void Stop() => stop = true;

    private void Run()
    {
        while (!stop)
            Thread.SpinWait(100);
    }
}

public sealed class Case14_VolatileReadOk
{
    private bool stop;

    public void Begin() => new Thread(Run).Start();

    public void Stop() => Volatile.Write(ref stop, true);

    private void Run()
    {
        while (!Volatile.Read(ref stop))
            Thread.SpinWait(100);
    }
}

public sealed class Case18_IntCounterOk
{
    private int n;

    public void Begin() => new Thread(() => Interlocked.Increment(ref n)).Start();

    public int Count => n;
}

// On a 32-bit process a plain read of a long can be torn: THR7005 says it.
public sealed class FN_Case18_LongCounterBad
{
    private long n;

    public void Begin() => new Thread(() => Interlocked.Increment(ref n)).Start();

    public long Count => n;
}

// A handler in another class: who raises it runs it.
public sealed class FN_Case51_HandlerBad
{
    private readonly Downloader downloader = new();
    private int completed;

    public FN_Case51_HandlerBad() => downloader.Done += OnDone;

    public void Begin() => downloader.Begin();

    public int Take()
    {
        completed--;
        return completed;
    }

    private void OnDone() => completed++;

    private sealed class Downloader
    {
        public event Action? Done;

        public void Begin() => Task.Run(() => Done?.Invoke());
    }
}
