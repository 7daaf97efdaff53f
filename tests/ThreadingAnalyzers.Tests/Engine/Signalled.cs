// Memory that one thread fills and another reads behind a signal which methods or other objects give or wait for.

public sealed class Beacon(EventWaitHandle lamp)
{
    private readonly EventWaitHandle lamp = lamp;

    public void Light() => lamp.Set();
}

public sealed class GivenByAnObjectOk
{
    private readonly ManualResetEvent charted = new(false);
    private readonly Dictionary<string, int> depths = [];

    public void Sound(string[] places, Func<string, int> measure)
    {
        var beacon = new Beacon(charted);
        var boat = new Thread(() => Measure(places, measure, beacon)) { IsBackground = true };
        boat.Start();
    }

    private void Measure(string[] places, Func<string, int> measure, Beacon beacon)
    {
        try
        {
            foreach (var place in places)
                depths[place] = measure(place);
        }
        finally
        {
            beacon.Light();
        }
    }

    public int At(string place)
    {
        charted.WaitOne();
        return depths[place];
    }
}

public sealed class NotWaitedForBad
{
    private readonly ManualResetEvent charted = new(false);
    private readonly Dictionary<string, int> depths = [];

    public void Sound(string[] places, Func<string, int> measure)
    {
        var beacon = new Beacon(charted);
        var boat = new Thread(() => Measure(places, measure, beacon)) { IsBackground = true };
        boat.Start();
    }

    private void Measure(string[] places, Func<string, int> measure, Beacon beacon)
    {
        foreach (var place in places)
            depths[place] = measure(place);
//          ~~~~~~~~~~~~~ THR3003
        beacon.Light();
    }

    public int At(string place) => depths[place];

    public void Wait() => charted.WaitOne();
}

public sealed class GivenAndWaitedForByMethodsOk
{
    private readonly ManualResetEventSlim counted = new();
    private readonly List<string> crew = [];

    public void Board(IEnumerable<string> names) => new Thread(() =>
    {
        foreach (var name in names)
            crew.Add(name);
        Tell();
    }) { IsBackground = true }.Start();

    private void Tell() => counted.Set();

    private void Await()
    {
        counted.Wait();
    }

    public string[] Crew()
    {
        Await();
        return [.. crew];
    }
}

public sealed class FilledBehindTheSignalBad
{
    private readonly ManualResetEventSlim counted = new();
    private readonly List<string> crew = [];

    public void Board(IEnumerable<string> names) => new Thread(() =>
    {
        Tell();
        foreach (var name in names)
            crew.Add(name);
//          ~~~~~~~~~~~~~~ THR3003
    }) { IsBackground = true }.Start();

    private void Tell() => counted.Set();

    private void Await() => counted.Wait();

    public string[] Crew()
    {
        Await();
        return [.. crew];
    }
}

public sealed class WaitedForOnOneWayOnlyBad
{
    private readonly ManualResetEventSlim counted = new();
    private readonly List<string> crew = [];

    public void Board(IEnumerable<string> names) => new Thread(() =>
    {
        foreach (var name in names)
            crew.Add(name);
//          ~~~~~~~~~~~~~~ THR3003
        Tell();
    }) { IsBackground = true }.Start();

    private void Tell() => counted.Set();

    private void Await(bool isPatient)
    {
        if (isPatient)
            counted.Wait();
    }

    public string[] Crew(bool isPatient)
    {
        Await(isPatient);
        return [.. crew];
    }
}
