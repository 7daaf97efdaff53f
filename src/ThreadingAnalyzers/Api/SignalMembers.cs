using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>
/// The members of events, countdowns, barriers, promises and semaphores that are used as signals: which of them wait, which
/// set, and how an object begins. Source: the .NET reference, System.Threading.
/// </summary>
internal static class SignalMembers
{
    /// <summary>What the methods of a monitor and of other signals are called that wait.</summary>
    public const string Wait = "Wait";

    /// <summary>What that of the handles of the operating system is called.</summary>
    public const string WaitOne = "WaitOne";

    private static readonly WordSet WaitWords = new(Wait, WaitOne, "GetResult");

    /// <summary>The names in the code of methods that wait for a signal or for the task of a promise.</summary>
    public static IEnumerable<SyntaxToken> WaitsIn(SyntaxNode code, CancellationToken cancellation) => WaitWords.TokensIn(code, cancellation);

    /// <summary>Whether the call waits for a signal until it is given: no timeout, no token that could end it.</summary>
    public static bool WaitsForEver(IMethodSymbol method, KnownTypes types) => method.Parameters.Length == (IsMonitor(method, types) ? 1 : 0) && Waits(method, types);

    /// <summary>Whether the call waits for a signal, for ever or for a time.</summary>
    public static bool Waits(IMethodSymbol method, KnownTypes types) => (types[method.ContainingType], method.Name) switch
    {
        (KnownType.WaitHandle, WaitOne) => true,
        (KnownType.ManualResetEventSlim or KnownType.CountdownEvent or KnownType.SemaphoreSlim or KnownType.Monitor, "Wait") => true,
        (KnownType.SemaphoreSlim, "WaitAsync") => true,
        _ => false,
    };

    /// <summary>Whether the call waits for an event, a countdown or a barrier for a time and then says if the signal came.</summary>
    public static bool WaitsForTime(IInvocationOperation call, KnownTypes types) => call.Type?.SpecialType == SpecialType.System_Boolean
        && (types[call.TargetMethod.ContainingType], call.TargetMethod.Name) switch
        {
            (KnownType.WaitHandle, "WaitOne") => IsEvent(call.Instance?.Unconverted().Type, types),
            (KnownType.WaitHandle, "WaitAll") => true,
            (KnownType.ManualResetEventSlim or KnownType.CountdownEvent, "Wait") or (KnownType.Barrier, "SignalAndWait") => true,
            _ => false,
        }
        && call.Arguments.FirstOrDefault(argument => argument.Parameter?.Type is { SpecialType: SpecialType.System_Int32 } or { Name: nameof(TimeSpan) })?.Value is { } time && !IsNoTime(time);

    /// <summary>Whether the call waits until others have done their part: for a countdown or a barrier.</summary>
    public static bool CountsWork(IMethodSymbol method, KnownTypes types) => types[method.ContainingType] is KnownType.CountdownEvent or KnownType.Barrier;

    /// <summary>Whether the call may let somebody go on who waits for the object.</summary>
    public static bool Sets(IMethodSymbol method, KnownTypes types) => (types[method.ContainingType], method.Name) switch
    {
        (KnownType.EventWaitHandle or KnownType.ManualResetEventSlim, "Set") => true,
        (KnownType.CountdownEvent, "Signal" or "Reset") => true,
        (KnownType.Barrier, "SignalAndWait" or "RemoveParticipant" or "RemoveParticipants") => true,
        (KnownType.Semaphore or KnownType.SemaphoreSlim, "Release") => true,
        (KnownType.Monitor, "Pulse" or "PulseAll") => true,
        (KnownType.TaskCompletionSource, var name) => name.StartsWith("Set", StringComparison.Ordinal) || name.StartsWith("TrySet", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>Whether the call tells waiters that one more piece of work is done, and they wait for ever where it is left out.</summary>
    public static bool TellsEnd(IMethodSymbol method, KnownTypes types) => (types[method.ContainingType], method.Name) switch
    {
        (KnownType.CountdownEvent, "Signal") or (KnownType.Barrier, "RemoveParticipant") => true,
        (KnownType.EventWaitHandle or KnownType.ManualResetEventSlim, "Set") => true,
        (KnownType.TaskCompletionSource, "SetResult" or "TrySetResult") => true,
        _ => false,
    };

    /// <summary>Whether the call completes a promise, and with it runs what waits for it.</summary>
    public static bool Completes(IMethodSymbol method, KnownTypes types) => types[method.ContainingType] == KnownType.TaskCompletionSource && Sets(method, types);

    /// <summary>Whether the call is one of a condition: Wait, Pulse or PulseAll.</summary>
    public static bool IsOfCondition(IMethodSymbol method, KnownTypes types) => IsMonitor(method, types) && method.Name is "Wait" or "Pulse" or "PulseAll";

    /// <summary>Whether the call wakes those who wait for a condition.</summary>
    public static bool Pulses(IMethodSymbol method, KnownTypes types) => IsMonitor(method, types) && method.Name is "Pulse" or "PulseAll";

    /// <summary>Whether the call wakes one of those who wait for a condition, whichever it is.</summary>
    public static bool PulsesOne(IMethodSymbol method, KnownTypes types) => IsMonitor(method, types) && method.Name is "Pulse";

    /// <summary>Whether the member neither sets the object nor gives it to anybody.</summary>
    public static bool IsHarmless(ISymbol member, KnownTypes types) => member switch
    {
        IMethodSymbol method => Waits(method, types)
            || method.Name is "Reset" or "Dispose" or "Close" or "DisposeAsync" or "AddCount" or "TryAddCount" or "AddParticipant" or "Enter" or "TryEnter" or "Exit" or "IsEntered" or "ToString" or "GetHashCode" or "Equals",
        IPropertySymbol property => property.Name is "IsSet" or "CurrentCount" or "InitialCount" or "ParticipantCount" or "CurrentPhaseNumber" or "ParticipantsRemaining" || IsPromise(property, types),
        _ => false,
    };

    /// <summary>Whether the property is the task that a completion source completes.</summary>
    public static bool IsPromise(IPropertySymbol property, KnownTypes types) => Waiting.IsPromise(property, types);

    /// <summary>Whether the type is one that threads wait for: an event, a countdown, a barrier, a promise or a semaphore.</summary>
    public static bool IsSignal(ITypeSymbol? type, KnownTypes types) => !types.Is(type, KnownType.Mutex) && Handles.IsSignal(type, types);

    /// <summary>Whether the expression makes an object that begins unset and that nobody outside of the process can set.</summary>
    public static bool BeginsUnset(IOperation value, KnownTypes types)
    {
        if (value.Unconverted() is not IObjectCreationOperation creation || creation.Arguments.Any(argument => argument.Parameter?.Type.SpecialType == SpecialType.System_String))
            return false;
        var first = creation.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0)?.Value;
        return types[creation.Type] switch
        {
            KnownType.AutoResetEvent or KnownType.ManualResetEvent or KnownType.EventWaitHandle => first?.ConstantValue is { HasValue: true, Value: false },
            KnownType.ManualResetEventSlim => first is null || first.ConstantValue is { HasValue: true, Value: false },
            KnownType.CountdownEvent => first?.ConstantValue is not { HasValue: true, Value: 0 },
            KnownType.SemaphoreSlim or KnownType.Semaphore => first?.ConstantValue is { HasValue: true, Value: 0 },
            KnownType.TaskCompletionSource => true,
            _ => creation.Type?.SpecialType == SpecialType.System_Object,
        };
    }

    /// <summary>Whether the promise runs those who wait for it elsewhere, not where it is completed; null where that cannot be told.</summary>
    public static bool? RunsElsewhere(IObjectCreationOperation promise)
    {
        var options = promise.Arguments.FirstOrDefault(argument => argument.Parameter?.Type.Name == "TaskCreationOptions")?.Value;
        return options is null ? false
            : options.DescendantsAndSelf().Any(part => part is IFieldReferenceOperation { Field.Name: "RunContinuationsAsynchronously" }) ? true
            : options.ConstantValue.HasValue ? false : null;
    }

    /// <summary>Whether a file interrupts or aborts threads, which ends waits too.</summary>
    public static bool Interrupts(SyntaxTree tree, CancellationToken cancellation) =>
        tree.GetText(cancellation).ToString() is var text && (text.IndexOf(".Interrupt(", StringComparison.Ordinal) >= 0 || text.IndexOf(".Abort(", StringComparison.Ordinal) >= 0);

    private static bool IsEvent(ITypeSymbol? type, KnownTypes types) => types.Is(type, KnownType.EventWaitHandle);

    private static bool IsMonitor(IMethodSymbol method, KnownTypes types) => types[method.ContainingType] == KnownType.Monitor;

    /// <summary>No time, which only asks, or time without end.</summary>
    private static bool IsNoTime(IOperation time) => time.Unconverted() switch
    {
        { ConstantValue: { HasValue: true, Value: 0 or -1 } } => true,
        IFieldReferenceOperation { Field.Name: "Zero" or "InfiniteTimeSpan" or "Infinite" } => true,
        _ => false,
    };
}
