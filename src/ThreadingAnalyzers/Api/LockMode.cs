namespace ThreadingAnalyzers.Api;

/// <summary>What a lock excludes.</summary>
internal enum LockMode : byte
{
    /// <summary>Everybody else.</summary>
    Exclusive,
    /// <summary>Writers only: the read mode of a reader/writer lock.</summary>
    Read,
    /// <summary>No lock, but a test that only one thread passes; what is done after it that thread does alone.</summary>
    Confined,
}
