// Work that a member starts for what it is given, each time that it is called.

public sealed class PerCallCountBad
{
    private int sent;

    public void Send(string mail) => Task.Run(() =>
    {
        Console.WriteLine(mail);
        sent++;
//      ~~~~ THR3002
    });
}

public sealed class PerCallPoolBad
{
    private volatile int active;

    public bool TryAccept(Action<string> handler, string request)
    {
        ThreadPool.QueueUserWorkItem(_ => Serve(handler, request));
        return true;
    }

    private void Serve(Action<string> handler, string request)
    {
        active++;
//      ~~~~~~ THR7001
        try
        {
            handler(request);
        }
        finally
        {
            active--;
        }
    }
}

public sealed class PerCallListBad
{
    private readonly List<string> done = [];

    public void Submit(string path)
    {
        _ = Task.Run(async () =>
        {
            var text = await File.ReadAllTextAsync(path);
            done.Add(text);
//          ~~~~~~~~~~~~~~ THR3003
        });
    }
}

public sealed class PerCallGuardedOk
{
    private readonly object gate = new();
    private readonly List<string> done = [];

    public void Submit(string path) => Task.Run(() =>
    {
        lock (gate)
            done.Add(path);
    });
}

// Whoever calls it again finds the flag set.
public sealed class PerCallFlagOk
{
    private bool busy;
    private int rounds;

    public void Refresh(string topic)
    {
        if (busy)
            return;
        busy = true;
        Task.Run(() =>
        {
            Console.WriteLine(topic);
            rounds++;
            busy = false;
        });
    }
}

// The field holds what runs, and the next call waits for it.
public sealed class PerCallKeptOk
{
    private Task last = Task.CompletedTask;
    private int rounds;

    public void Refresh(string topic)
    {
        last.Wait();
        last = Task.Run(() =>
        {
            Console.WriteLine(topic);
            rounds++;
        });
    }
}

// Started once.
public sealed class PerCallStartOk
{
    private int rounds;

    public void Start(string topic) => Task.Run(() =>
    {
        while (rounds < 100)
        {
            Console.WriteLine(topic);
            rounds++;
        }
    });
}

// Awaited by whoever calls it, one call after the other.
public sealed class PerCallAwaitedOk
{
    private int rounds;

    public Task Refresh(string topic) => Task.Run(() =>
    {
        Console.WriteLine(topic);
        rounds++;
    });
}
