using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>What a member does with the handle of running work: a thread, a task, a timer or the signal that the work gives.</summary>
internal enum HandleUse
{
    /// <summary>Not known; it may wait.</summary>
    Unknown,
    /// <summary>Waits, or may wait, until the work has ended.</summary>
    Waits,
    /// <summary>Sets the work going or describes it, and waits for nothing.</summary>
    Prepares,
    /// <summary>Puts the handle into the collection that it is called on.</summary>
    Stores,
    /// <summary>Gives another handle of which the end comes no earlier.</summary>
    Wraps,
}

/// <summary>What calls mean for handles, and which calls tell another thread that something has happened.</summary>
internal static class Handles
{
    /// <summary>What the call does with a handle that it is called on or given.</summary>
    public static HandleUse UseOf(IMethodSymbol method, KnownTypes types) => (types[method.ContainingType], method.Name) switch
    {
        (KnownType.Thread, "Join") => HandleUse.Waits,
        (KnownType.Thread, "Start" or "UnsafeStart" or "SetApartmentState" or "TrySetApartmentState" or "Interrupt") => HandleUse.Prepares,
        (KnownType.Task or KnownType.TaskOfT, "Start") => HandleUse.Prepares,
        (KnownType.Task or KnownType.TaskOfT, "ContinueWith" or "ConfigureAwait" or "WhenAll" or "WaitAsync") => HandleUse.Wraps,
        (KnownType.Task or KnownType.TaskOfT, "Wait" or "WaitAll" or "GetAwaiter" or "RunSynchronously") => HandleUse.Waits,
        (_, "Unwrap" or "AsTask") => HandleUse.Wraps,
        (KnownType.WaitHandle, "WaitOne" or "WaitAll" or "WaitAny") => HandleUse.Waits,
        (KnownType.ManualResetEventSlim or KnownType.CountdownEvent or KnownType.SemaphoreSlim, "Wait" or "WaitAsync") => HandleUse.Waits,
        (KnownType.Barrier, "SignalAndWait") => HandleUse.Waits,
        (KnownType.EventWaitHandle or KnownType.ManualResetEventSlim, "Set" or "Reset") => HandleUse.Prepares,
        (KnownType.Semaphore or KnownType.SemaphoreSlim, "Release") => HandleUse.Prepares,
        (KnownType.CountdownEvent, "AddCount" or "TryAddCount" or "Reset") => HandleUse.Prepares,
        (KnownType.Timer, "Change") => HandleUse.Prepares,
        // Collections are many, and their words are the same everywhere.
        (_, "Add" or "TryAdd" or "Enqueue" or "Push" or "Insert" or "AddLast" or "AddFirst" or "TryWrite" or "SetValue") => HandleUse.Stores,
        _ => HandleUse.Unknown,
    };

    /// <summary>Whether reading the property waits for the work to end, as a task's result does; other handles have the same word.</summary>
    public static bool Waits(IPropertySymbol property) => property.Name is "Result";

    /// <summary>Whether the method of a monitor or of spinning waits for what another thread does.</summary>
    public static bool IsPause(IMethodSymbol method) => method.Name is "Wait" or "SpinUntil" or "SpinOnce";

    /// <summary>Whether the type is one by which work tells others how far it is.</summary>
    public static bool IsSignal(ITypeSymbol? type, KnownTypes types) =>
        types[type] is KnownType.ManualResetEventSlim or KnownType.CountdownEvent or KnownType.SemaphoreSlim or KnownType.Barrier or KnownType.TaskCompletionSource
        || types.Is(type, KnownType.WaitHandle);

    /// <summary>Whether the method is the one by which who owns the object ends it.</summary>
    public static bool IsDispose(IMethodSymbol method) => method is { Name: "Dispose", IsStatic: false, ReturnsVoid: true, Parameters.IsEmpty: true };

    /// <summary>Whether the call tells other threads that something has happened, as work does that is waited for without its handle.</summary>
    public static bool Signals(IMethodSymbol method, KnownTypes types) => (types[method.ContainingType], method.Name) switch
    {
        (KnownType.EventWaitHandle or KnownType.ManualResetEventSlim, "Set") => true,
        (KnownType.CountdownEvent, "Signal") => true,
        (KnownType.Semaphore or KnownType.SemaphoreSlim, "Release") => true,
        (KnownType.Barrier, "SignalAndWait" or "RemoveParticipant") => true,
        (KnownType.Monitor, "Pulse" or "PulseAll") => true,
        (KnownType.BlockingCollection, "CompleteAdding") => true,
        (KnownType.ChannelWriter, "Complete" or "TryComplete") => true,
        (KnownType.TaskCompletionSource, _) => true,
        _ => false,
    };
}
