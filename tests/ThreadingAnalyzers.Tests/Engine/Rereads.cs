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

// Who takes the lock to use it knows of those who set it to null under that lock.
public sealed class TestedBeforeTheLockBad
{
    private readonly object gate = new();
    private StringWriter? report = new();

    public void Append(string line)
    {
        if (report == null)
            return;
        lock (gate)
            report.WriteLine(line);
//          ~~~~~~ THR3014
    }

    public void Close()
    {
        lock (gate)
        {
            report?.Dispose();
            report = null;
        }
    }
}

public sealed class TestedBeforeTheLockInPartsBad
{
    private readonly object gate = new();
    private int[]? samples = new int[8];

    public int Sum()
    {
        var sum = 0;
        if (samples is not null && samples.Length > 0)
        {
            lock (gate)
            {
                for (var i = 0; i < 8; i++)
                    sum += samples[i];
//                         ~~~~~~~ THR3014
            }
        }
        return sum;
    }

    public void Forget() { lock (gate) samples = null; }
}

public sealed class TestedAgainUnderTheLockOk
{
    private readonly object gate = new();
    private StringWriter? report = new();

    public void Append(string line)
    {
        if (report == null)
            return;
        lock (gate)
            if (report != null)
                report.WriteLine(line);
    }

    public void AppendIfThere(string line)
    {
        if (report == null)
            return;
        lock (gate)
            report?.WriteLine(line);
    }

    public void Close() { lock (gate) report = null; }
}

// The lock is for something else.
public sealed class TestedBeforeAnotherLockOk
{
    private readonly object gate = new();
    private readonly object console = new();
    private StringWriter? report = new();

    public void Print()
    {
        if (report == null)
            return;
        lock (console)
            Console.WriteLine(report.GetStringBuilder());
    }

    public void Close() { lock (gate) report = null; }
}

// Whoever calls it holds the lock from before the test.
public sealed class TestedUnderTheLockOfCallersOk
{
    private readonly object gate = new();
    private StringWriter? report = new();

    public void Both(string first, string second)
    {
        lock (gate)
        {
            Append(first);
            Append(second);
        }
    }

    public void Close() { lock (gate) report = null; }

    internal void Append(string line)
    {
        if (report == null)
            return;
        lock (gate)
            report.WriteLine(line);
    }
}

// One member alone tests and clears it: mostly the last call of all.
public sealed class TestedAndClearedByOneOk
{
    private readonly object gate = new();
    private StringWriter? report = new();

    public void Close()
    {
        if (report == null)
            return;
        lock (gate)
        {
            report.Dispose();
            report = null;
        }
    }
}

// Under the lock a flag is asked that is set together with the field, or a method that asks for the object.
public sealed class AskedOtherwiseUnderTheLockOk
{
    private readonly object gate = new();
    private StringWriter? report = new();
    private bool closed;

    public void Append(string line)
    {
        if (report == null)
            return;
        lock (gate)
        {
            if (closed)
                return;
            report.WriteLine(line);
        }
    }

    public void AppendIfOpen(string line)
    {
        if (report == null)
            return;
        lock (gate)
            if (IsOpen(report))
                report.WriteLine(line);
    }

    public void Close()
    {
        lock (gate)
        {
            closed = true;
            report = null;
        }
    }

    private static bool IsOpen(StringWriter? writer) => writer != null && writer.NewLine.Length > 0;
}
