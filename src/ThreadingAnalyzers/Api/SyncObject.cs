using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>A type that excludes or signals threads by methods of its own, to which the object's monitor means nothing.</summary>
/// <param name="Take">The method that waits or takes.</param>
/// <param name="Give">The method that releases or signals.</param>
internal sealed record SyncObject(string Take, string Give)
{
    /// <summary>
    /// What the type is among the synchronisation objects, or null. <c>Lock</c> is not among them: <c>lock</c> knows it, and
    /// wherever it is converted to another type the compiler warns (CS9216).
    /// </summary>
    public static SyncObject? Of(ITypeSymbol? type, KnownTypes types)
    {
        for (var current = type; current is not null; current = current.BaseType)
            if (Table.TryGetValue(types[current], out var found))
                return found;
        return null;
    }

    private static readonly Dictionary<KnownType, SyncObject> Table = new()
    {
        [KnownType.SemaphoreSlim] = new("Wait", "Release"),
        [KnownType.Semaphore] = new("WaitOne", "Release"),
        [KnownType.Mutex] = new("WaitOne", "ReleaseMutex"),
        [KnownType.ReaderWriterLock] = new("AcquireWriterLock", "ReleaseWriterLock"),
        [KnownType.ReaderWriterLockSlim] = new("EnterWriteLock", "ExitWriteLock"),
        [KnownType.EventWaitHandle] = new("WaitOne", "Set"),
        [KnownType.ManualResetEventSlim] = new("Wait", "Set"),
        [KnownType.CountdownEvent] = new("Wait", "Signal"),
        [KnownType.Barrier] = new("SignalAndWait", "RemoveParticipant"),
        [KnownType.SpinLock] = new("Enter", "Exit"),
    };
}
