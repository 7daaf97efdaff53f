// options: lock_methods = Gate.Enter; spawn_methods = Runner.Begin, Runner.BeginAsync; join_methods = Runner.End; pool_types = WorkPool; thread_safe_types = Registry; ui_types = Company.View
using System.Collections;

// What the options declare: threading_analyzers.lock_methods and its like.

public sealed class Gate
{
    private readonly Scope scope = new();

    public IDisposable Enter() => scope;

    private sealed class Scope : IDisposable
    {
        public void Dispose() { }
    }
}

public interface IRunner;

public static class Runner
{
    public static void Begin(Action work) => Console.WriteLine(work);

    public static Task BeginAsync(this IRunner runner, Func<Task> work) => Task.FromResult(work);

    public static void End(Task task) => Console.WriteLine(task);
}

public sealed class WorkPool
{
    public void Submit(Action work) => Console.WriteLine(work);

    public int Count => 0;
}

public sealed class Registry : Hashtable;

public sealed class DeclaredLockMethodOk
{
    private readonly Gate gate = new();
    private int count;

    public void Begin() => Task.Run(() => { using (gate.Enter()) count++; });

    public void Add()
    {
        using var held = gate.Enter();
        count++;
    }
}

public sealed class DeclaredSpawnMethodBad
{
    private int count;

    public void Begin() => Runner.Begin(() => count++);
//                                            ~~~~~ THR3002

    public void Add() => count++;
}

public static class DeclaredSpawnAndJoinOk
{
    public static int Go(IRunner runner)
    {
        var count = 0;
        var task = runner.BeginAsync(() => { count++; return Task.CompletedTask; });
        Runner.End(task);
        count++;
        return count;
    }
}

public static class DeclaredSpawnNotJoinedBad
{
    public static int Go(IRunner runner)
    {
        var count = 0;
        var task = runner.BeginAsync(() => { count++; return Task.CompletedTask; });
//                                           ~~~~~ THR3002
        count++;
        Runner.End(task);
        return count;
    }
}

public sealed class DeclaredPoolBad
{
    private readonly WorkPool pool = new();
    private readonly List<string> names = [];

    public void Begin() => pool.Submit(() => names.Add("begin"));
//                                           ~~~~~~~~~~~~~~~~~~ THR3003

    public void Add(string name) => names.Add(name);
}

public sealed class DeclaredSafeTypeOk
{
    private readonly Registry registry = [];

    public void Begin() => Task.Run(() => registry.Add("begin", 1));

    public void Add(string name) => registry.Add(name, 2);
}

namespace Company
{
    public class View
    {
        public string Title { get; set; } = "";

        public void Show() { }
    }

    public sealed class DeclaredViewBad
    {
        private readonly View view = new();

        public void Begin() => Task.Run(() => view.Show());
//                                            ~~~~~~~~~~~ THR3016
    }

    public sealed class DeclaredViewOk
    {
        private readonly View view = new();

        public void Begin() => view.Show();
    }
}
