using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>What is wrong; each finding has exactly one kind, the most specific one, and these are in that order.</summary>
internal enum Defect : byte
{
    VolatileUpdate,
    ImmutableLostUpdate,
    RacyLazyInit,
    UnsafeLazy,
    ConcurrentHost,
    UnsafeTasks,
    UnsafeObject,
    InconsistentGuard,
    UnsafeCollection,
    PublishedEarly,
    PublishedInDoubleCheck,
    StopFlag,
    RereadField,
    TornAccess,
    DifferentGuards,
    LostUpdate,
    UnguardedWrite,
    OverlappingTimer,
    EscapingGuardedState,
    RacyEventInvoke,
    GuardContract,
    ThreadAffinity,
    EngineLimit,
}

/// <summary>How sure a finding is.</summary>
internal enum Confidence : byte
{
    /// <summary>Said only under <c>threading_analyzers.confidence = all</c>: possible, and mostly harmless.</summary>
    Low,
    /// <summary>Said under <c>medium</c> and <c>all</c>: harmful if both ends really meet, of which one is not proven.</summary>
    Medium,
    /// <summary>Said by default: two proven threads, or a proven guard that is missing here, and harm.</summary>
    High,
}

/// <summary>Two uses of one memory that nothing keeps apart.</summary>
/// <param name="Memory">What is used.</param>
/// <param name="Primary">The use to mend: the one without a guard, else the write.</param>
/// <param name="Other">The use it collides with.</param>
/// <param name="PrimaryThread">Who runs the primary use; null for the thread of the frame, or any caller.</param>
/// <param name="OtherThread">Who runs the other.</param>
/// <param name="Guard">The lock that guards the other uses, or null.</param>
internal sealed record Finding(Defect Defect, Confidence Confidence, Path Memory, Access Primary, Access Other, Spawned? PrimaryThread, Spawned? OtherThread, Path? Guard)
{
    /// <summary>The id of the body in whose frame both ends meet; empty for a finding about a type.</summary>
    public string Frame { get; init; } = "";
}
