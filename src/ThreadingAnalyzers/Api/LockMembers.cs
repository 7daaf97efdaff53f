using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>What calls of locks say beyond their effect: how they can fail, who asks whether they did, which call belongs to which.</summary>
internal static class LockMembers
{
    private static readonly ImmutableArray<string> SetUps = ImmutableArray.Create("Init", "SetUp", "Setup", "Awake", "Deserial", "Configure", "Reinit", "OnLoad");

    private static readonly ImmutableArray<string> Modes = ImmutableArray.Create("upgradeable", "read", "write");

    private static readonly ImmutableArray<string> Renewals = ImmutableArray.Create(
        "Clear", "Drain", "Empty", "Flush", "Invalidate", "Purge", "Rebuild", "Refresh", "Reload", "Replace", "Reset", "Rotate", "Swap", "Take", "TakeAll", "Trim");

    private static readonly ImmutableArray<string> Gates = ImmutableArray.Create("lock", "gate", "sync", "mutex", "monitor", "guard", "latch", "padlock");

    /// <summary>Reader-writer locks' calls that take, and what they are called for the other mode and for giving back.</summary>
    private static readonly IReadOnlyDictionary<string, string> WriteTwins = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["EnterReadLock"] = "EnterWriteLock",
        ["TryEnterReadLock"] = "TryEnterWriteLock",
        ["ExitReadLock"] = "ExitWriteLock",
        ["AcquireReaderLock"] = "AcquireWriterLock",
        ["ReleaseReaderLock"] = "ReleaseWriterLock",
    };

    /// <summary>Whether the call can end by an exception and without the lock: it is given a token that may be cancelled.</summary>
    public static bool IsCancellable(IInvocationOperation call, KnownTypes types) => call.Arguments.Any(argument =>
        argument.ArgumentKind != ArgumentKind.DefaultValue && types[argument.Parameter?.Type] == KnownType.CancellationToken
        && argument.Value.Unconverted() is not (IDefaultValueOperation or IPropertyReferenceOperation { Property.Name: "None" } or IObjectCreationOperation));

    /// <summary>Whether the time that the call is given is never over, so that it always ends with the lock.</summary>
    public static bool WaitsForEver(IInvocationOperation call) => call.Arguments.Any(argument => PoolMembers.IsNever(argument.Value));

    /// <summary>The variable that a call tells whether it took the lock: the <c>ref bool lockTaken</c>.</summary>
    public static IOperation? Flag(IInvocationOperation call) =>
        call.Arguments.FirstOrDefault(argument => argument.Parameter is { RefKind: RefKind.Ref, Type.SpecialType: SpecialType.System_Boolean })?.Value;

    /// <summary>Whether the operation asks a lock who holds it.</summary>
    public static bool AsksWhetherHeld(IOperation operation, KnownTypes types) => operation switch
    {
        IPropertyReferenceOperation { Property: var property } => Waiting.IsHeld(property) || property.Name is "IsUpgradeableReadLockHeld" or "IsReaderLockHeld" or "IsWriterLockHeld" or "IsHeld",
        IInvocationOperation { TargetMethod: var method } => Waiting.IsEntered(method, types),
        _ => false,
    };

    /// <summary>Whether the call turns a read lock that is held into a write lock, or back.</summary>
    public static bool ChangesMode(IMethodSymbol method) => method.Name is "UpgradeToWriterLock" or "DowngradeFromWriterLock" or "RestoreLock";

    /// <summary>The mode that a reader-writer lock is taken or given back in by the call, as its name tells; null for other locks.</summary>
    public static string? Mode(IMethodSymbol method) =>
        Modes.FirstOrDefault(mode => method.Name.IndexOf(mode, StringComparison.OrdinalIgnoreCase) >= 0);

    /// <summary>What the call of a read lock is called for the write lock, or null.</summary>
    public static string? WriteTwin(string name) => WriteTwins.TryGetValue(name, out var twin) ? twin : null;

    /// <summary>What the call of a read lock is called for the upgradeable one, or null.</summary>
    public static string? UpgradeableTwin(string name) => name switch
    {
        "EnterReadLock" => "EnterUpgradeableReadLock",
        "TryEnterReadLock" => "TryEnterUpgradeableReadLock",
        "ExitReadLock" => "ExitUpgradeableReadLock",
        _ => null,
    };

    /// <summary>Whether the type has no other use than to be locked.</summary>
    public static bool IsDedicated(ITypeSymbol? type, KnownTypes types) => type is { SpecialType: SpecialType.System_Object } || types[type] == KnownType.Lock;

    /// <summary>Whether the member makes an object ready for use, as its name or attributes tell; nobody else has the object then.</summary>
    public static bool IsSetUp(ISymbol member) => SetUps.Any(part => member.Name.IndexOf(part, StringComparison.OrdinalIgnoreCase) >= 0)
        || member.GetAttributes().Any(attribute => SetUps.Any(part => attribute.AttributeClass?.Name.IndexOf(part, StringComparison.OrdinalIgnoreCase) >= 0));

    /// <summary>Whether the method's name says that it gives its owner a new content while others use the old one.</summary>
    public static bool Renews(IMethodSymbol method) => Renewals.Any(word => method.Name.StartsWith(word, StringComparison.Ordinal));

    /// <summary>Whether the name says that the object is there to be locked.</summary>
    public static bool IsNamedLikeGate(ISymbol symbol) => Gates.Any(part => symbol.Name.IndexOf(part, StringComparison.OrdinalIgnoreCase) >= 0);
}
