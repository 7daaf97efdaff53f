using System.ComponentModel;
using System.Text;
using System.Windows.Forms;

// The user interface's thread: cases 39 to 41.

namespace System.Windows.Forms
{
    public class Control
    {
        public bool InvokeRequired => false;

        public object? Invoke(Delegate method) => method.DynamicInvoke();

        public IAsyncResult? BeginInvoke(Delegate method) => null;
    }

    public class Form : Control
    {
        public event EventHandler? Load;

        protected void OnLoad() => Load?.Invoke(this, EventArgs.Empty);
    }

    public class Timer : Component
    {
        public event EventHandler? Tick;

        public void Start() => Tick?.Invoke(this, EventArgs.Empty);
    }
}

public class Case39_FormOk : Form
{
    private readonly System.Windows.Forms.Timer timer = new();
    private readonly BackgroundWorker worker = new();
    private readonly List<string> items = [];
    private int ticks;

    public Case39_FormOk()
    {
        timer.Tick += (_, _) => ticks++;
        worker.DoWork += (_, e) => e.Result = File.ReadAllLines("a.txt");
        worker.RunWorkerCompleted += (_, e) => items.AddRange((string[])e.Result!);
        worker.ProgressChanged += (_, _) => ticks++;
        timer.Start();
        worker.RunWorkerAsync();
    }

    public void Button_Click(object sender, EventArgs e)
    {
        ticks++;
        items.Clear();
    }
}

public class Case39_AsyncHandlerOk : Form
{
    private readonly List<string> items = [];

    public async void Button_Click(object sender, EventArgs e)
    {
        var text = await File.ReadAllTextAsync("a.txt");
        items.Add(text);
    }

    public async void Other_Click(object sender, EventArgs e)
    {
        var text = await Task.Run(() => File.ReadAllText("b.txt"));
        items.Add(text);
    }
}

public class Case40_InvokedOk : Form
{
    private readonly List<string> items = [];

    public void Button_Click(object sender, EventArgs e)
    {
        Task.Run(() =>
        {
            var text = File.ReadAllText("a.txt");
            Invoke(() => items.Add(text));
            BeginInvoke(new Action(() => items.Add(text)));
        });
        Console.WriteLine(items.Count);
    }
}

public class Case40_DirectBad : Form
{
    private readonly List<string> items = [];

    public void Button_Click(object sender, EventArgs e) => Task.Run(() => items.Add(File.ReadAllText("a.txt")));
//                                                                         ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3003

    public void Clear_Click(object sender, EventArgs e) => items.Clear();
}

public class Case40_ContextOk
{
    private readonly SynchronizationContext context = SynchronizationContext.Current!;
    private readonly List<string> items = [];

    public void Begin() => Task.Run(() =>
    {
        var text = File.ReadAllText("a.txt");
        context.Post(_ => items.Add(text), null);
    });

    public int Count => items.Count;
}

public static class Case41_OwnOfThreadOk
{
    [ThreadStatic] private static int depth;
    private static readonly ThreadLocal<int> Count = new();
    private static readonly AsyncLocal<string?> Name = new();

    public static void Go() => Parallel.For(0, 10, i =>
    {
        depth++;
        Count.Value++;
        Name.Value = i.ToString();
    });
}

// A control's members all run on its own thread; the lock on the entries is there for who fills them.
public class ListingOk : Form
{
    private readonly List<StringBuilder> boxes = [];
    private int drawn;

    public List<string> Entries { get; } = [];

    public void Draw()
    {
        lock (Entries)
        {
            if (drawn == Entries.Count)
                return;
            drawn = 0;
            boxes.Clear();
            foreach (var entry in Entries)
            {
                Box(entry);
                drawn++;
            }
        }
    }

    public void Put(string entry)
    {
        lock (Entries)
            Entries.Add(entry);
    }

    private void Box(string entry) => boxes.Add(new StringBuilder(entry));

    public void Arrange() => boxes[0].Length = 3;
}

// A thread of the control comes there too.
public class FilledListingBad : Form
{
    private readonly List<string> boxes = [];

    public List<string> Entries { get; } = [];

    public void Fill() => Task.Run(() =>
    {
        lock (Entries)
        {
            foreach (var entry in Entries)
                boxes.Add(entry);
            Entries.Clear();
        }
    });

    public void Draw()
    {
        lock (Entries)
            boxes.Clear();
    }

    public string First() => boxes.First();
//                           ~~~~~ THR3004
}
