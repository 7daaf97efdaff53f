namespace ThreadingAnalyzers.Api;

/// <summary>What a lock excludes.</summary>
internal enum LockMode : byte
{
    /// <summary>Everybody else.</summary>
    Exclusive,
    /// <summary>Writers only: the read mode of a reader/writer lock.</summary>
    Read,
    /// <summary>Everybody else, but without a lock that proves a guard: after a test that only one thread passes, or under a lock that is taken when it is needed.</summary>
    Confined,
}
