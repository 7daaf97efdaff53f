// Members that mean something together.

public sealed class SetTogetherReadTogetherBad
{
    private double width, height;

    public SetTogetherReadTogetherBad()
    {
        new Thread(Measure).Start();
        new Thread(Show).Start();
    }

    private void Measure()
    {
        while (true)
        {
            var side = Random.Shared.NextDouble();
            width = side;
//          ~~~~~ THR3001
            height = 2 * side;
        }
    }

    private void Show()
    {
        while (true)
            Console.WriteLine(width / height);
    }
}

public sealed class SetTogetherReadApartOk
{
    private double width, height;

    public SetTogetherReadApartOk()
    {
        new Thread(Measure).Start();
        new Thread(Show).Start();
    }

    private void Measure()
    {
        while (true)
        {
            width = Random.Shared.NextDouble();
            height = Random.Shared.NextDouble();
        }
    }

    private void Show()
    {
        while (true)
            Console.WriteLine(width);
    }
}

public sealed class PairInOneObjectOk
{
    private sealed record Size(double Width, double Height);

    private volatile Size size = new(0, 0);

    public PairInOneObjectOk()
    {
        new Thread(Measure).Start();
        new Thread(Show).Start();
    }

    private void Measure()
    {
        while (true)
            size = new Size(Random.Shared.NextDouble(), Random.Shared.NextDouble());
    }

    private void Show()
    {
        while (true)
        {
            var now = size;
            Console.WriteLine(now.Width / now.Height);
        }
    }
}

public sealed class PairUnderLockOk
{
    private readonly object gate = new();
    private double width, height;

    public PairUnderLockOk()
    {
        new Thread(Measure).Start();
        new Thread(Show).Start();
    }

    private void Measure()
    {
        while (true)
        {
            lock (gate)
            {
                width = Random.Shared.NextDouble();
                height = Random.Shared.NextDouble();
            }
        }
    }

    private void Show()
    {
        while (true)
        {
            lock (gate)
                Console.WriteLine(width / height);
        }
    }
}

// One word each, and each is right by itself.
public sealed class SetToConstantsOk
{
    private bool begun, ended;

    public SetToConstantsOk()
    {
        new Thread(Measure).Start();
        new Thread(Show).Start();
    }

    private void Measure()
    {
        begun = true;
        ended = false;
    }

    private void Show()
    {
        while (true)
        {
            Console.WriteLine($"{begun} {ended}");
            Thread.Sleep(1);
        }
    }
}

public sealed class FilledWhileGoneThroughBad
{
    private readonly short[] samples = new short[64];

    public FilledWhileGoneThroughBad()
    {
        new Thread(Record).Start();
        new Thread(Meter).Start();
    }

    private void Record()
    {
        while (true)
            for (var i = 0; i < samples.Length; i++)
                samples[i] = (short)Random.Shared.Next();
//              ~~~~~~~~~~ THR3001
    }

    private void Meter()
    {
        while (true)
        {
            var loudest = 0;
            foreach (var sample in samples)
                loudest = Math.Max(loudest, sample);
            Console.WriteLine(loudest);
        }
    }
}

// Each fills what it has for itself.
public sealed class EachItsPartOk
{
    public int[] Fill(int[] source)
    {
        var target = new int[source.Length];
        var half = source.Length / 2;
        var first = Task.Run(() => { for (var i = 0; i < half; i++) target[i] = source[i]; });
        var second = Task.Run(() => { for (var i = half; i < source.Length; i++) target[i] = source[i]; });
        Task.WaitAll(first, second);
        return target;
    }
}

// Who shows progress takes an old number as well.
public sealed class ProgressOfEachOk
{
    public void Run(int lanes)
    {
        var done = new int[lanes];
        var tasks = Enumerable.Range(0, lanes).Select(lane => Task.Run(() => { for (var i = 0; i < 100; i++) done[lane] = i; })).ToArray();
        while (!Task.WaitAll(tasks, 100))
            Console.WriteLine(done.Sum());
    }
}

public sealed class ComparedBeforeItIsThereBad
{
    public async Task<int> Shortest(int[] lengths)
    {
        var shortest = int.MaxValue;
        var search = Task.Run(() =>
        {
            foreach (var length in lengths)
                if (length < shortest)
                    shortest = length;
//                  ~~~~~~~~ THR3001
        });
        if (shortest < 10)
            Console.WriteLine("short enough");
        await search;
        return shortest;
    }
}

// An element and the index of the last one; that the two belong together is not seen.
public sealed class FN_ElementAndItsIndexBad
{
    private readonly float[] ring = new float[16];
    private int head;

    public FN_ElementAndItsIndexBad()
    {
        new Thread(Record).Start();
        new Thread(Show).Start();
    }

    private void Record()
    {
        while (true)
        {
            ring[head] = Random.Shared.NextSingle();
            head = (head + 1) % ring.Length;
        }
    }

    private void Show()
    {
        while (true)
            Console.WriteLine(ring[head]);
    }
}
