using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>
/// What becomes of a thread: who starts and joins it, followed from the expression that makes it, or from the fields that hold
/// it, through locals, fields, properties, arrays, collections, tuples, records, lambdas, and methods of the source. Whatever else
/// gets it may do anything.
/// </summary>
internal sealed class ThreadLife
{
    private ThreadLife()
    {
    }

    /// <summary>The locals and parameters that hold the thread or its collection, in the order in which they got it.</summary>
    public List<ISymbol> Holders { get; } = [];

    /// <summary>The fields and properties that hold it, each with all its uses seen.</summary>
    public List<ISymbol> Owners { get; } = [];

    /// <summary>The calls that start it.</summary>
    public List<IInvocationOperation> Starts { get; } = [];

    /// <summary>The calls that wait for its end, with a timeout or without.</summary>
    public List<IInvocationOperation> Joins { get; } = [];

    /// <summary>Whether code says if the process is to wait for it; to say so with <c>false</c> is a decision too.</summary>
    public bool IsDecided { get; internal set; }

    /// <summary>Whether it is made a background thread, as far as constants say.</summary>
    public bool IsBackground { get; internal set; }

    /// <summary>Whether the method that makes it gives it to its caller, who then holds it.</summary>
    public bool IsReturned { get; internal set; }

    /// <summary>Whether somebody else may hold it, join it, end it, or ask if it still runs.</summary>
    public bool Leaves { get => IsGone || IsAsked; internal set => IsGone = value; }

    /// <summary>Whether somebody else may hold it, join it or end it.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Whether code asks if it still runs.</summary>
    public bool IsAsked { get; internal set; }

    /// <summary>Whether other calls set it up: an apartment, a culture, a priority or a name.</summary>
    public bool IsDescribed { get; internal set; }

    /// <summary>The life of the thread that an expression makes.</summary>
    /// <param name="made">The expression.</param>
    /// <param name="types">The framework types.</param>
    /// <param name="toCallers">Whether to go on in the callers of the method that returns it, where all are seen.</param>
    public static ThreadLife Of(IOperation made, KnownTypes types, bool toCallers = false)
    {
        var life = new ThreadLife();
        new ThreadTrace(life, types, toCallers).Of(made);
        return life;
    }

    /// <summary>The life of the threads that a field or property holds.</summary>
    /// <param name="owner">The field or property.</param>
    /// <param name="uses">All references to it.</param>
    /// <param name="types">The framework types.</param>
    public static ThreadLife Of(ISymbol owner, IEnumerable<IOperation> uses, KnownTypes types)
    {
        var life = new ThreadLife();
        new ThreadTrace(life, types, toCallers: false).Of(owner, uses);
        return life;
    }

    internal void Started(IInvocationOperation call) => AddOnce(Starts, call);

    internal void Joined(IInvocationOperation call) => AddOnce(Joins, call);

    private static void AddOnce(List<IInvocationOperation> calls, IInvocationOperation call)
    {
        if (!calls.Contains(call))
            calls.Add(call);
    }

    /// <summary>Adds what the method that makes the thread did with it before it gave it to its caller.</summary>
    public ThreadLife After(ThreadLife made)
    {
        Starts.AddRange(made.Starts);
        (IsDecided, IsBackground, IsDescribed) = (IsDecided || made.IsDecided, IsBackground || made.IsBackground, IsDescribed || made.IsDescribed);
        return this;
    }
}
