using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>A type that excludes threads by methods of its own, to which the object's monitor means nothing. Signals (events, countdowns, barriers) exclude nobody and are not among them.</summary>
/// <param name="Take">The method that takes.</param>
/// <param name="Give">The method that releases.</param>
internal sealed record SyncObject(string Take, string Give)
{
    /// <summary>
    /// What the type is among the synchronisation objects, or null. <c>Lock</c> is not among them: <c>lock</c> knows it, and
    /// wherever it is converted to another type the compiler warns (CS9216).
    /// </summary>
    public static SyncObject? Of(ITypeSymbol? type, KnownTypes types)
    {
        for (var current = type; current is not null; current = current.BaseType)
            if (Own(types[current]) is { } found)
                return found;
        return null;
    }

    private static SyncObject? Own(KnownType type) => type switch
    {
        KnownType.SemaphoreSlim => new("Wait", "Release"),
        KnownType.Semaphore => new("WaitOne", "Release"),
        KnownType.Mutex => new("WaitOne", "ReleaseMutex"),
        KnownType.ReaderWriterLock => new("AcquireWriterLock", "ReleaseWriterLock"),
        KnownType.ReaderWriterLockSlim => new("EnterWriteLock", "ExitWriteLock"),
        KnownType.SpinLock => new("Enter", "Exit"),
        _ => null,
    };
}
