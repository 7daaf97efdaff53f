using System.ComponentModel;
using System.Windows;
using System.Windows.Controls;
using System.Windows.Threading;

// Controls of WPF and what comes to their thread.

namespace System.Windows.Threading
{
    public abstract class DispatcherObject
    {
        public Dispatcher Dispatcher { get; } = new();

        public bool CheckAccess() => true;

        public void VerifyAccess() { }
    }

    public class Dispatcher
    {
        public void Invoke(Action work) => work();

        public Task InvokeAsync(Action work) => Task.CompletedTask;

        public bool CheckAccess() => true;
    }
}

namespace System.Windows
{
    public class Freezable : DispatcherObject
    {
        public void Freeze() { }

        public int Color { get; set; }
    }

    public class FrameworkElement : DispatcherObject
    {
        public string Name { get; set; } = "";

        public void UpdateLayout() { }
    }

    public class Window : FrameworkElement
    {
        public string Title { get; set; } = "";

        public void Show() { }
    }
}

namespace System.Windows.Controls
{
    public class TextBlock : FrameworkElement
    {
        public string Text { get; set; } = "";
    }

    public class UIElementCollection
    {
        public void Add(FrameworkElement element) { }

        public int Count => 0;
    }

    public class Panel : FrameworkElement
    {
        public UIElementCollection Children { get; } = new();
    }
}

public sealed class AffinePropertyBad : Window
{
    private readonly TextBlock status = new();

    public void Begin() => Task.Run(() => status.Text = "begin");
//                                        ~~~~~~~~~~~ THR3016
}

public sealed class AffineCallInThreadBad : Window
{
    private readonly TextBlock status = new();

    public void Begin() => new Thread(() => status.UpdateLayout()) { IsBackground = true }.Start();
//                                          ~~~~~~~~~~~~~~~~~~~~~ THR3016
}

public sealed class AffineSelfInTimerBad : Window
{
    private Timer? timer;

    public void Begin() => timer = new Timer(_ => Title = "tick", null, 0, 1000);
//                                                ~~~~~ THR3016
}

public sealed class AffineInWorkerBad : Window
{
    private readonly BackgroundWorker worker = new();

    public AffineInWorkerBad()
    {
        worker.DoWork += Work;
        worker.RunWorkerAsync();
    }

    private void Work(object? sender, DoWorkEventArgs e) => Fill("work");

    private void Fill(string title) => Title = title;
//                                     ~~~~~ THR3016
}

public sealed class AffineInParallelBad : Window
{
    private readonly Panel panel = new();

    public void Fill(string[] names) => Parallel.ForEach(names, name => panel.Children.Add(new TextBlock { Text = name }));
//                                                                      ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3016
}

public sealed class AffineInContinuationBad : Window
{
    public void Begin() => Task.Run(() => "begin").ContinueWith(task => Title = task.Result);
//                                                                      ~~~~~ THR3016
}

public sealed class AffineAfterConfigureAwaitBad : Window
{
    public async Task LoadAsync()
    {
        var text = await File.ReadAllTextAsync("a.txt").ConfigureAwait(false);
        Fill(text);
    }

    private void Fill(string text) => Title = text;
//                                    ~~~~~ THR3016
}

public sealed class AffineInAsyncTaskBad : Window
{
    public void Begin() => Task.Run(async () =>
    {
        var text = await File.ReadAllTextAsync("a.txt");
        Title = text;
//      ~~~~~ THR3016
    });
}

public sealed class AffineBehindTheWrongTestBad : Window
{
    public void Begin() => Task.Run(Fill);

    private void Fill()
    {
        if (!CheckAccess())
            Title = "fill";
//          ~~~~~ THR3016
    }
}

public sealed class AffineDispatchedOk : Window
{
    public void Begin() => Task.Run(async () =>
    {
        Dispatcher.Invoke(() => Title = "a");
        await Dispatcher.InvokeAsync(() => Title = "b");
        if (Dispatcher.CheckAccess())
            Title = "c";
    });
}

public sealed class AffineCheckedOk : Window
{
    public void Begin() => Task.Run(() => Fill("begin"));

    private void Fill(string text)
    {
        if (!CheckAccess())
        {
            Dispatcher.Invoke(() => Fill(text));
            return;
        }
        Title = text;
        Show(text);
    }

    private void Show(string text) => Name = text;
}

public sealed class AffineVerifiedOk : Window
{
    public void Begin() => Task.Run(() => Fill("begin"));

    private void Fill(string text)
    {
        VerifyAccess();
        Title = text;
    }
}

public sealed class AffineReadOk : Window
{
    public void Begin() => Task.Run(() => Console.WriteLine(Title));
}

public sealed class AffineFrozenOk : Window
{
    private readonly Freezable brush = new();

    public void Begin() => Task.Run(() => brush.Color = 3);
}

public sealed class AffineOwnWindowOk
{
    private Window? window;

    public void Begin()
    {
        var thread = new Thread(() =>
        {
            window = new Window();
            window.Title = "own";
            window.Show();
        });
        thread.IsBackground = true;
        thread.Start();
    }
}

public sealed class AffineAwaitedOk : Window
{
    public async Task LoadAsync()
    {
        Title = "loading";
        Title = await Task.Run(() => File.ReadAllText("a.txt"));
        await Task.WhenAll(Task.Delay(1), Task.Delay(2));
        Title = "done";
    }
}

public sealed class AffineNotAwaitedOk : Window
{
    public void Begin()
    {
        _ = LoadAsync();
        _ = LoadAsync();
    }

    private async Task LoadAsync()
    {
        await Task.Delay(1);
        Title = "loaded";
    }
}

public sealed class AffineUnknownSchedulerOk(TaskScheduler scheduler) : Window
{
    public void Begin() => Task.Factory.StartNew(() => Title = "begin", CancellationToken.None, TaskCreationOptions.None, scheduler);
}

public sealed class AffineDefaultSchedulerBad : Window
{
    public void Begin() => Task.Factory.StartNew(() => Title = "begin", CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Default);
//                                                     ~~~~~ THR3016
}

public sealed class AffineOwnMembersOk : Window
{
    private int loaded;

    public int Loaded { get; private set; }

    public void Begin() => Task.Run(() => Count());

    private void Count() => Interlocked.Increment(ref loaded);
}

// What a thread makes and gives to a field of another object is not told from the other's own.
public sealed class AffineMadeByHelperOk
{
    private Window? window;

    public void Begin() => new Thread(Run) { IsBackground = true }.Start();

    private void Run()
    {
        window = Make();
        window.Show();
    }

    private static Window Make() => new();
}
