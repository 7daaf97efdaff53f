using System.Collections.Immutable;
using System.Collections.Specialized;

// What a type hands out, between its threads and to its callers, and which lock it is that is missing.

public sealed class QueryOfWhatAThreadFillsBad
{
    private readonly object gate = new();
    private readonly List<int> temperatures = [];

    public QueryOfWhatAThreadFillsBad()
    {
        new Thread(() =>
        {
            while (true)
                lock (gate)
                    temperatures.Add(Random.Shared.Next());
        }).Start();
    }

    public IEnumerable<int> Above(int limit)
    {
        lock (gate)
            return temperatures.Where(one => one > limit).OrderBy(one => one);
//                 ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3007
    }
}

public sealed class CopyOfWhatAThreadFillsOk
{
    private readonly object gate = new();
    private readonly List<int> temperatures = [];

    public CopyOfWhatAThreadFillsOk()
    {
        new Thread(() =>
        {
            while (true)
                lock (gate)
                    temperatures.Add(Random.Shared.Next());
        }).Start();
    }

    public IEnumerable<int> Above(int limit)
    {
        lock (gate)
            return temperatures.Where(one => one > limit).ToList();
    }
}

public sealed class HandedToOwnTimerBad
{
    private readonly object gate = new();
    private readonly List<string> mails = [];
    private readonly Timer timer;

    public HandedToOwnTimerBad() => timer = new Timer(_ => Send(), null, 1000, 1000);

    public void Add(string mail)
    {
        lock (gate)
            mails.Add(mail);
    }

    private List<string> Waiting()
    {
        lock (gate)
            return mails;
    }

    private void Send() => Console.WriteLine(string.Join(",", Waiting()));
//                                                            ~~~~~~~~~ THR3003
}

public sealed class ExchangedForOwnTimerOk
{
    private readonly object gate = new();
    private List<string> mails = [];
    private readonly Timer timer;

    public ExchangedForOwnTimerOk() => timer = new Timer(_ => Send(), null, 1000, 1000);

    public void Add(string mail)
    {
        lock (gate)
            mails.Add(mail);
    }

    private List<string> Take()
    {
        lock (gate)
        {
            var taken = mails;
            mails = [];
            return taken;
        }
    }

    private void Send() => Console.WriteLine(string.Join(",", Take()));
}

public sealed class ShownToAnotherThreadTooEarlyBad
{
    private sealed class Weather
    {
        public string Sky { get; set; } = "";
        public int Wind { get; set; }
    }

    private Weather? weather;

    public ShownToAnotherThreadTooEarlyBad()
    {
        Task.Run(Ask);
        Task.Run(Show);
    }

    private void Ask()
    {
        while (true)
        {
            weather = new Weather();
//          ~~~~~~~ THR3008
            weather.Sky = "blue";
            weather.Wind = Random.Shared.Next();
        }
    }

    private void Show()
    {
        while (true)
            if (weather is { } now)
                Console.WriteLine(now.Sky + now.Wind);
    }
}

public sealed class ShownWhenItIsReadyOk
{
    private sealed class Weather
    {
        public string Sky { get; set; } = "";
        public int Wind { get; set; }
    }

    private Weather? weather;

    public ShownWhenItIsReadyOk()
    {
        Task.Run(Ask);
        Task.Run(Show);
    }

    private void Ask()
    {
        while (true)
            weather = new Weather { Sky = "blue", Wind = Random.Shared.Next() };
    }

    private void Show()
    {
        while (true)
            if (weather is { } now)
                Console.WriteLine(now.Sky + now.Wind);
    }
}

public sealed class PerhapsNullBad
{
    private volatile Stream? line;

    public PerhapsNullBad()
    {
        new Thread(Dial).Start();
        new Thread(Talk).Start();
    }

    private void Dial()
    {
        while (true)
            line = File.Exists("line") ? File.OpenRead("line") : null;
    }

    private void Talk()
    {
        while (true)
            if (line != null)
                line.WriteByte(0);
//              ~~~~ THR3014
    }
}

public sealed class OneOrTheOtherOk
{
    private volatile Stream? line;

    public OneOrTheOtherOk()
    {
        new Thread(Dial).Start();
        new Thread(Talk).Start();
    }

    private void Dial()
    {
        while (true)
            line = File.Exists("line") ? File.OpenRead("line") : Stream.Null;
    }

    private void Talk()
    {
        while (true)
            if (line != null)
                line.WriteByte(0);
    }
}

public static class LambdaFromAFactoryBad
{
    private static ImmutableList<string> found = [];

    public static int Search(string[] files, string word)
    {
        Parallel.ForEach(files, Matching(word));
        return found.Count;
    }

    private static Action<string> Matching(string word) => file =>
    {
        if (file.Contains(word))
            found = found.Add(file);
//          ~~~~~ THR7009
    };
}

// The guard of the field is what is missing, not any lock.
public sealed class GuardOfTheFieldBad
{
    private readonly object gate = new();
    private int free = 10;

    public bool Take()
    {
        lock (gate)
            return free-- > 0;
    }

    public void GiveBack()
    {
        lock (gate)
            free++;
    }

    public void Add(int more) => free += more;
//                               ~~~~ THR3004

    public void Try() => Parallel.For(0, 100, i =>
    {
        if (!Take())
            Add(1);
    });
}

// Each object has a lock of its own for what all share.
public sealed class StaticUnderOwnLockBad
{
    private static readonly List<string> Names = [];
    private readonly object gate = new();

    public void Enter(string name)
    {
        lock (gate)
            Names.Add(name);
//          ~~~~~~~~~~~~~~~ THR3005
    }

    public static void All(string[] names) => Parallel.ForEach(names, name => new StaticUnderOwnLockBad().Enter(name));
}

public sealed class ValuesAfterTheLockBad
{
    private static readonly Dictionary<int, string> Lamps = [];

    public static void Add(int number, string name)
    {
        lock (Lamps)
            Lamps[number] = name;
    }

    public static void Remove(int number)
    {
        lock (Lamps)
            Lamps.Remove(number);
    }

    public static void Light()
    {
        Dictionary<int, string>.ValueCollection lit;
        lock (Lamps)
            lit = Lamps.Values;
        foreach (var lamp in lit)
//                           ~~~ THR3004
            Console.WriteLine(lamp);
    }
}

public static class LookedUpBesideTheLockBad
{
    private static readonly OrderedDictionary Makers = [];

    public static object? Make(Type type) => (Makers[type] as Func<object>)?.Invoke();
//                                            ~~~~~~~~~~~~ THR3004

    public static void Add(Type type, Func<object> maker)
    {
        lock (Makers)
            Makers.Add(type, maker);
    }

    public static void Remove(Type type)
    {
        lock (Makers)
            Makers.Remove(type);
    }
}

// What the interface stands for is another type's business.
public sealed class FN_KnownByInterfaceBad
{
    private readonly ICollection<string> names = new List<string>();

    public int Read(string[] files)
    {
        Parallel.ForEach(files, names.Add);
        return names.Count;
    }
}

// Two loops that each go through all objects of a dictionary meet at each; whether two look-ups do is not known, and they are not told apart.
public sealed class FN_ObjectsOfADictionaryBad
{
    private sealed class Shelf
    {
        public List<string> Books { get; } = [];
    }

    private readonly Dictionary<string, Shelf> shelves = new() { ["a"] = new(), ["b"] = new() };

    public void Fill()
    {
        var filling = Task.Run(() => { foreach (var shelf in shelves.Values) shelf.Books.Add("new"); });
        foreach (var shelf in shelves.Values)
            foreach (var book in shelf.Books)
                Console.WriteLine(book);
        filling.Wait();
    }
}
