using System.Diagnostics;
using System.ComponentModel;

// Contracts that code writes as attributes, known by their simple names.

[AttributeUsage(AttributeTargets.All)]
public sealed class ThreadSafeAttribute : Attribute;

[AttributeUsage(AttributeTargets.All)]
public sealed class NotThreadSafeAttribute : Attribute;

[AttributeUsage(AttributeTargets.All)]
public sealed class ThreadConfinedAttribute : Attribute;

[AttributeUsage(AttributeTargets.All)]
public sealed class RunsImmediatelyAttribute : Attribute;

[AttributeUsage(AttributeTargets.All)]
public sealed class GuardedByAttribute(string gate) : Attribute
{
    public string Gate { get; } = gate;
}

[AttributeUsage(AttributeTargets.All)]
public sealed class RequiresLockAttribute(string gate) : Attribute
{
    public string Gate { get; } = gate;
}

[ThreadSafe]
public sealed class SafeList<T> : List<T>;

[NotThreadSafe]
public sealed class Parser
{
    public string Parse(string text) => text.Trim();

    public void Reset() => Console.WriteLine(Parse(""));
}

public sealed class ContractOfSafeTypeOk
{
    private readonly SafeList<string> names = [];

    public void Begin() => Task.Run(() => names.Add("begin"));

    public void Add(string name) => names.Add(name);
}

public sealed class ContractOfUnsafeTypeBad
{
    private readonly Parser parser = new();

    public void Begin() => Task.Run(() => parser.Parse("begin"));
//                                        ~~~~~~~~~~~~~~~~~~~~~ THR3010

    public string Parse(string text) => parser.Parse(text);
}

public static class ContractOfUnsafeTypeInLoopBad
{
    public static void Go(string[] texts)
    {
        var parser = new Parser();
        Parallel.ForEach(texts, text => Console.WriteLine(parser.Parse(text)));
//                                                        ~~~~~~~~~~~~~~~~~~ THR3010
    }
}

public static class ContractOfUnsafeTypePerTaskOk
{
    public static void Go(string[] texts) => Parallel.ForEach(texts, text => Console.WriteLine(new Parser().Parse(text)));
}

public sealed class ContractConfinedFieldOk
{
    [ThreadConfined]
    private int count;

    public void Begin() => Task.Run(() => count++);

    public void Add() => count++;
}

[ThreadConfined]
public sealed class ContractConfinedTypeOk
{
    private int count;

    public void Begin() => Task.Run(() => count++);

    public void Add() => count++;
}

public interface IExecutor
{
    void Execute([RunsImmediately] Action action);
}

public sealed class ContractRunsImmediatelyUnderLockOk(IExecutor executor)
{
    private readonly object gate = new();
    private int count;

    public void Begin() => Task.Run(() =>
    {
        lock (gate)
            executor.Execute(() => count++);
    });

    public void Add()
    {
        lock (gate)
            count++;
    }
}

public sealed class ContractRunsImmediatelyBad(IExecutor executor)
{
    private int count;

    public void Begin() => Task.Run(() => executor.Execute(() => count++));
//                                                               ~~~~~ THR3002

    public void Add() => count++;
}

public sealed class ContractGuardedByBad
{
    private readonly object gate = new();

    [GuardedBy("gate")]
    private int count;

    public void Add() => count++;
//                       ~~~~~ THR3015
}

public sealed class ContractGuardedPropertyBad
{
    private readonly object gate = new();

    [GuardedBy("gate")]
    public int Count { get; private set; }

    public void Add()
    {
        lock (gate)
            Count++;
    }

    public void Reset() => Count = 0;
//                         ~~~~~ THR3015
}

public sealed class ContractGuardedInThreadBad
{
    private readonly object gate = new();

    [GuardedBy(nameof(gate))]
    private readonly List<string> names = [];

    public void Begin() => new Thread(Run) { IsBackground = true }.Start();

    private void Run() => Fill();

    private void Fill() => names.Add("fill");
//                         ~~~~~ THR3015
}

public sealed class ContractGuardedByOtherLockOk
{
    private readonly object gate = new();
    private readonly object other = new();

    [GuardedBy("gate")]
    private int count;

    public void Add()
    {
        lock (other)
            lock (gate)
                count++;
    }
}

public sealed class ContractGuardedBySemaphoreOk
{
    private readonly SemaphoreSlim gate = new(1, 1);

    [GuardedBy("gate")]
    private int count;

    public async Task AddAsync()
    {
        await gate.WaitAsync();
        try { count++; }
        finally { gate.Release(); }
    }
}

public sealed class ContractGuardedByReaderWriterOk
{
    private readonly ReaderWriterLockSlim gate = new();

    [GuardedBy("gate")]
    private readonly List<int> numbers = [];

    public int Count
    {
        get
        {
            gate.EnterReadLock();
            try { return numbers.Count; }
            finally { gate.ExitReadLock(); }
        }
    }

    public void Add(int number)
    {
        gate.EnterWriteLock();
        try { numbers.Add(number); }
        finally { gate.ExitWriteLock(); }
    }
}

public sealed class ContractConstructorOk
{
    private readonly object gate = new();

    [GuardedBy("gate")]
    private int count;

    public ContractConstructorOk() => Reset();

    public void Add()
    {
        lock (gate)
            count++;
    }

    private void Reset() => count = 1;
}

public sealed class ContractRequiredBad
{
    private readonly object gate = new();
    private int count;

    public void Add() => AddCore();
//                       ~~~~~~~~~ THR3015

    [RequiresLock("gate")]
    private void AddCore() => count++;
}

public sealed class ContractRequiredOfOtherObjectBad
{
    private readonly ContractRequiring parts = new();

    public void Add() => parts.AddCore();
//                       ~~~~~~~~~~~~~~~ THR3015
}

public sealed class ContractRequiring
{
    public readonly object Gate = new();

    [GuardedBy("Gate")]
    private int count;

    [RequiresLock("Gate")]
    internal void AddCore() => count++;
}

public sealed class ContractRequiredOfOtherObjectOk
{
    private readonly ContractRequiring parts = new();

    public void Add()
    {
        lock (parts.Gate)
            parts.AddCore();
    }
}

public sealed class ContractAssertedLockBad
{
    private readonly Lock gate = new();
    private int count;

    public void Add()
    {
        lock (gate)
            AddCore();
    }

    public void Twice() => AddCore();
//                         ~~~~~~~~~ THR3015

    private void AddCore()
    {
        Debug.Assert(gate.IsHeldByCurrentThread);
        count++;
    }
}

public sealed class ContractAssertionDoesNotAcquireBad
{
    private readonly object gate = new();

    [GuardedBy("gate")]
    private int count;

    public void Add()
    {
        lock (gate)
            Check();
        count++;
//      ~~~~~ THR3015
    }

    private void Check() => Debug.Assert(Monitor.IsEntered(gate), "the lock is held");
}

public sealed class ContractHelperTakesTheLockOk
{
    private int count;

    public void Add()
    {
        var taken = false;
        try
        {
            Take(ref taken);
            AddCore();
        }
        finally
        {
            if (taken)
                Monitor.Exit(this);
        }
    }

    private void Take(ref bool taken)
    {
        Monitor.TryEnter(this, 1000, ref taken);
        if (!taken)
            throw new TimeoutException();
    }

    private void AddCore()
    {
        Debug.Assert(Monitor.IsEntered(this));
        count++;
    }
}

public sealed class ContractWrongNameBad
{
    private readonly object sync = new();

    [GuardedBy("gate")]
//             ~~~~~~ THR3015
    private int count;

    public void Add()
    {
        lock (sync)
            count++;
    }
}

// The lock of an element of a collection is not followed.
public sealed class FN_ContractOfElementBad
{
    private readonly List<ContractRequiring> all = [];

    public void Add()
    {
        foreach (var parts in all.ToArray())
            parts.AddCore();
    }
}
