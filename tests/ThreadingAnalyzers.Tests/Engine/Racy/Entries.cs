// Where a type is entered from, and locks that are not held there: as in real programs at the commit before their fix.

public sealed class ReturnsFromLockBad
{
    private readonly object gate = new();
    private bool isRunning;
    private int requests;

    public bool IsRunning
    {
        get
        {
            lock (gate)
                return isRunning;
        }
    }

    public void Start()
    {
        lock (gate)
            isRunning = true;
    }

    public void Serve(int clients)
    {
        for (var i = 0; i < clients; i++)
            ThreadPool.QueueUserWorkItem(_ => Answer());
    }

    private void Answer()
    {
        if (IsRunning)
            requests++;
//          ~~~~~~~~ THR3002
    }
}

public sealed class RecoveryThreadBad
{
    private readonly List<string> models = [];

    public void Begin() => new Thread(Recover) { IsBackground = true }.Start();

    public void Create(string name)
    {
        lock (this)
            models.Add(name);
//          ~~~~~~~~~~~~~~~~ THR3005
    }

    public void Forget(string name)
    {
        lock (this)
            models.Remove(name);
    }

    private void Recover()
    {
        lock (models)
            foreach (var model in models)
                Console.WriteLine(model);
    }
}

public sealed class Bus
{
    public event Action<int>? Received;

    public void Raise(int value) => Received?.Invoke(value);
}

public sealed class EventHandlerBad
{
    private readonly object gate = new();
    private readonly Dictionary<int, DateTime> seen = [];

    public EventHandlerBad(Bus bus) => bus.Received += OnReceived;

    public int Count(DateTime since)
    {
        lock (gate)
            return seen.Values.Count(time => time > since);
    }

    public void Trim(int value)
    {
        lock (gate)
            seen.Remove(value);
    }

    private void OnReceived(int value) => seen[value] = DateTime.UtcNow;
//                                        ~~~~~~~~~~~ THR3004
}

public sealed class TwoLocksBad
{
    private readonly object gate = new();
    private readonly Dictionary<int, string> waiters = [];

    public void Dispatch(int id)
    {
        lock (gate)
            waiters.Remove(id);
    }

    public void Await(int id, string name)
    {
        lock (waiters)
            waiters[id] = name;
//          ~~~~~~~~~~~ THR3005
    }
}

public sealed class CopiedUnderAnotherLockBad
{
    private readonly object gate = new();
    private readonly List<Action> waiters = [];

    public void Add(Action waiter)
    {
        lock (gate)
            waiters.Add(waiter);
    }

    public void Remove(Action waiter)
    {
        lock (gate)
            waiters.Remove(waiter);
    }

    public void Dispatch()
    {
        foreach (var waiter in Copy())
            waiter();
    }

    private List<Action> Copy()
    {
        lock (waiters)
            return new List<Action>(waiters);
//                                  ~~~~~~~ THR3005
    }
}
