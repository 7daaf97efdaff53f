namespace ThreadingAnalyzers;

/// <summary>
/// The ten families of rules. The number is the first digit of the family's ids (<c>THR4002</c> is a lock rule);
/// the name, after <c>Threading.</c>, is the category that an <c>.editorconfig</c> sets
/// (<c>dotnet_analyzer_diagnostic.category-Threading.Locks.severity</c>), the folder of the rules and their namespace.
/// </summary>
internal enum Category
{
    /// <summary>The package's own options, limits and baselines.</summary>
    Configuration = 0,
    /// <summary>The life of a thread: started, joined, named, ended.</summary>
    Threads = 1,
    /// <summary>Thread pools, work queues and timers: made, shut down, waited for.</summary>
    Pools = 2,
    /// <summary>Memory that two threads use: data races.</summary>
    SharedState = 3,
    /// <summary>What is locked, how, and for how long.</summary>
    Locks = 4,
    /// <summary>Threads that wait for each other.</summary>
    Deadlocks = 5,
    /// <summary>Events, monitors' conditions and other ways to tell another thread.</summary>
    Signals = 6,
    /// <summary>Atomic operations, volatile and the memory model.</summary>
    Memory = 7,
    /// <summary>Concurrent collections.</summary>
    Collections = 8,
    /// <summary>Parallel loops, tasks used as threads, thread-local state.</summary>
    Tasks = 9,
}
