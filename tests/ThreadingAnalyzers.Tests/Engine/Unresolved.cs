// errors
// Code with names that are not known: one within a lambda keeps its call from being resolved.

public static class ParcelRoundBad
{
    public static List<string> Collect(List<string> streets)
    {
        var parcels = new List<string>();
        Parallel.ForEach(streets, street =>
        {
            Diary.Note("collecting {0}", street);
            parcels.AddRange(Depot.For(street));
//          ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3003
        });
        return parcels;
    }
}

public sealed class ParcelThreadBad
{
    private readonly List<string> parcels = [];

    public void Begin() => new Thread(() =>
    {
        parcels.Add("x");
//      ~~~~~~~~~~~~~~~~ THR3003
        Diary.Note("begun");
    })
    { IsBackground = true }.Start();

    public void Add(string parcel) => parcels.Add(parcel);
}

public sealed class ParcelTaskBad
{
    private int sent;

    public void Send(string parcel) => Task.Run(() =>
    {
        sent++;
//      ~~~~ THR3002
        Diary.Note(parcel);
    });

    public void Return() => sent--;
}

public sealed class ParcelTimerBad
{
    private readonly List<string> parcels = [];
    private readonly Timer timer;

    public ParcelTimerBad() => timer = new Timer(_ => { parcels.Clear(); Diary.Note("cleared"); }, null, 0, 1000);
//                                                      ~~~~~~~~~~~~~~~ THR3003

    public void Add(string parcel) => parcels.Add(parcel);
}

public sealed class ParcelLockBad
{
    private readonly List<string> parcels = [];
    private readonly object gate = new();

    public void Add()
    {
        lock (gate)
            parcels.Add(Depot.Next());
    }

    public void Remove()
    {
        lock (gate)
            parcels.Remove(Depot.Next());
    }

    public bool Has() => parcels.Contains(Depot.Next());
//                       ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3004
}

public sealed class ParcelCalledBad
{
    private readonly List<string> parcels = [];
    private readonly object gate = new();

    public void Clear()
    {
        lock (gate)
            parcels.Clear();
    }

    public void Remove(string parcel)
    {
        lock (gate)
            parcels.Remove(parcel);
    }

    public void Bring() => Keep(Depot.Next());

    private void Keep(string parcel) => parcels.Add(parcel);
//                                      ~~~~~~~~~~~~~~~~~~~ THR3004
}

public sealed class ParcelCalledOk
{
    private readonly List<string> parcels = [];
    private readonly object gate = new();

    public void Clear()
    {
        lock (gate)
            parcels.Clear();
    }

    public void Remove(string parcel)
    {
        lock (gate)
            parcels.Remove(parcel);
    }

    public void Bring()
    {
        lock (gate)
            Keep(Depot.Next());
    }

    private void Keep(string parcel) => parcels.Add(parcel);
}

public static class ParcelWaitedForOk
{
    public static async Task<int> Awaited()
    {
        var parcels = new List<string>();
        await Task.Run(() => { parcels.Add("x"); Diary.Note("x"); });
        parcels.Add("y");
        await Task.Run(() => { parcels.Add("x"); Diary.Note("x"); }).ConfigureAwait(false);
        parcels.Add("z");
        return parcels.Count;
    }

    public static int Waited()
    {
        var parcels = new List<string>();
        Task.Run(() => { parcels.Add("x"); Diary.Note("x"); }).Wait();
        parcels.Add("y");
        var task = Task.Run(() => { parcels.Add("x"); Diary.Note("x"); });
        task.Wait();
        parcels.Add("y");
        Task.Run(() => { parcels.Add("x"); Diary.Note("x"); }).GetAwaiter().GetResult();
        parcels.Add("z");
        return parcels.Count;
    }

    public static int Joined()
    {
        var parcels = new List<string>();
        var thread = new Thread(() => { parcels.Add("x"); Diary.Note("x"); }) { IsBackground = true };
        thread.Start();
        thread.Join();
        parcels.Add("y");
        return parcels.Count;
    }

    public static int All()
    {
        var parcels = new List<string>();
        var first = Task.Run(() => { lock (parcels) parcels.Add("x"); Diary.Note("x"); });
        var second = Task.Run(() => { lock (parcels) parcels.Add("y"); Diary.Note("y"); });
        Task.WaitAll(first, second);
        parcels.Add("z");
        var tasks = new List<Task>();
        tasks.Add(Task.Run(() => { lock (parcels) parcels.Add("x"); Diary.Note("x"); }));
        Task.WaitAll(tasks.ToArray());
        parcels.Add("z");
        return parcels.Count;
    }

    public static int ByOthers()
    {
        var parcels = new List<string>();
        var task = Task.Run(() => { parcels.Add("x"); Diary.Note("x"); });
        Diary.WaitFor(task);
        parcels.Add("y");
        return parcels.Count;
    }
}

/// <summary>Which scheduler that is, is not known.</summary>
public static class ParcelScheduledOk
{
    public static void Go()
    {
        var parcels = new List<string>();
        Task.Factory.StartNew(() => { parcels.Add("x"); Diary.Note("x"); }, CancellationToken.None, TaskCreationOptions.None, Depot.Scheduler);
        parcels.Add("y");
    }
}

public sealed class ParcelCallbackBad
{
    private readonly Queue<string> parcels = new();

    public string? Next()
    {
        if (parcels.Count == 0)
            Depot.BeginNext(new AsyncCallback(result => parcels.Enqueue(Depot.EndNext(result))), null);
//                                                      ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3003
        return parcels.Count == 0 ? null : parcels.Dequeue();
    }
}
