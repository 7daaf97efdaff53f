// Memory that is tested and then read again.

public sealed class RereadAfterTestBad
{
    private StringWriter? log = new();

    public void Begin() => new Thread(() => log = null).Start();

    public void Write(string line)
    {
        if (log != null)
            log.WriteLine(line);
//          ~~~ THR3014
    }
}

public sealed class RereadAfterEarlyReturnBad
{
    private StringWriter? log = new();

    public void Begin() => Task.Run(() => log = null);

    public void Write(string line)
    {
        if (log is null || line.Length == 0)
            return;
        Console.WriteLine(line);
        log.WriteLine(line);
//      ~~~ THR3014
    }
}

public sealed class RereadInHelperOfThreadBad
{
    private StringWriter? log = new();

    public void Begin() => new Thread(Run).Start();

    public void Drop() => log = default;

    private void Run()
    {
        for (var i = 0; i < 10; i++)
            Write(i.ToString());
    }

    private void Write(string line)
    {
        if (log is { })
            log.WriteLine(line);
//          ~~~ THR3014
    }
}

public sealed class RereadPropertyBad
{
    public StringWriter? Log { get; private set; } = new();

    public void Begin() => ThreadPool.QueueUserWorkItem(_ => Log = null);

    public int Length() => Log != null ? Log.ToString().Length : 0;
//                                       ~~~ THR3014
}

public static class RereadStaticBad
{
    private static StringWriter? log = new();

    public static void Begin() => Task.Run(() =>
    {
        if (log is StringWriter)
            log.WriteLine("begin");
//          ~~~ THR3014
    });

    public static void Drop() => log = null;
}

public static class RereadCapturedBad
{
    public static void Go()
    {
        StringWriter? log = new();
        var task = Task.Run(() => log = null);
        if (log != null)
            log.WriteLine("go");
//          ~~~ THR3014
        task.Wait();
    }
}

public static class RereadCapturedByTaskBad
{
    public static void Go()
    {
        StringWriter? log = new();
        var task = Task.Run(() =>
        {
            while (log != null)
                log.WriteLine("go");
//              ~~~ THR3014
        });
        log = null;
        task.Wait();
    }
}

public sealed class RereadBothTasksBad
{
    private StringWriter? log = new();

    public async Task GoAsync()
    {
        var first = Task.Run(() => { if (log != null) log.Flush(); });
//                                                    ~~~ THR3014
        var second = Task.Run(() => { log = null; });
        await Task.WhenAll(first, second);
    }
}

public sealed class RereadUnderTwoAcquisitionsBad
{
    private readonly object gate = new();
    private StringWriter? log = new();

    public void Begin() => Task.Run(() => { lock (gate) log = null; });

    public void Write(string line)
    {
        if (log == null)
            return;
        lock (gate)
            log.WriteLine(line);
//          ~~~ THR3014
    }
}

public sealed class RereadTestedAgainUnderLockOk
{
    private readonly object gate = new();
    private StringWriter? log = new();

    public void Begin() => Task.Run(() => { lock (gate) log = null; });

    public void Write(string line)
    {
        if (log == null)
            return;
        lock (gate)
        {
            if (log != null)
                log.WriteLine(line);
        }
    }
}

public sealed class RereadUnderCallersLockOk
{
    private readonly object gate = new();
    private StringWriter? log = new();

    public void Begin() => Task.Run(() => { lock (gate) log = null; });

    public void Write(string line)
    {
        lock (gate)
            WriteCore(line);
    }

    private void WriteCore(string line)
    {
        if (log != null)
            log.WriteLine(line);
    }
}

public sealed class RereadAfterAssignmentOk
{
    private StringWriter? log;

    public void Begin() => Task.Run(() => Console.WriteLine(log));

    public void Write(string line)
    {
        if (log == null)
            log = new StringWriter();
        log.WriteLine(line);
    }
}

public sealed class RereadJoinedFirstOk
{
    private readonly List<Thread> threads = [];
    private StringWriter? log = new();

    public void Begin()
    {
        var thread = new Thread(() => { if (log != null) log.Flush(); });
        thread.Start();
        threads.Add(thread);
    }

    public void Stop()
    {
        foreach (var thread in threads)
            thread.Join();
        log = null;
    }
}

public sealed class RereadAwaitedFirstOk
{
    private Task? task;
    private StringWriter? log = new();

    public void Begin() => task = Task.Run(() => { if (log != null) log.Flush(); });

    public async Task EndAsync()
    {
        if (task != null)
            await task;
        log = null;
    }
}

public sealed class RereadNullBeforeTheStartOk
{
    private StringWriter? log;

    public void Begin()
    {
        log = null;
        if (Console.ReadLine() is { } path)
            log = new StringWriter();
        var thread = new Thread(() => { if (log != null) log.Flush(); });
        thread.Start();
        thread.Join();
        log = null;
    }
}

public sealed class RereadByTheSameThreadOk
{
    private StringWriter? log = new();

    public void Begin() => new Thread(() =>
    {
        if (log != null)
            log.Flush();
        log = null;
    }).Start();
}

public sealed class RereadOfAnotherFieldOk
{
    private StringWriter? log = new(), other = new();

    public void Begin() => Task.Run(() => other = null);

    public void Write(string line)
    {
        if (other != null && log != null)
            log.WriteLine(line);
    }
}

public sealed class EventRaisedOnThreadBad
{
    public event Action? Done;

    public void Begin() => Task.Run(() =>
    {
        if (Done != null)
            Done();
//          ~~~~ THR3013
    });
}

public sealed class EventCopiedOk
{
    public event Action? Done;

    public void Begin() => Task.Run(() =>
    {
        var done = Done;
        if (done != null)
            done();
        Done?.Invoke();
    });
}
