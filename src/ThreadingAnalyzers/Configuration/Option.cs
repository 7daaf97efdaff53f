using Microsoft.CodeAnalysis.Diagnostics;

namespace ThreadingAnalyzers.Configuration;

/// <summary>
/// One option of the package, set in an <c>.editorconfig</c> or <c>.globalconfig</c>: <c>threading_analyzers.name = value</c>
/// for all rules, <c>dotnet_code_quality.THR3001.name = value</c> for one. <see cref="All"/> is the only list of them.
/// </summary>
/// <param name="Name">The part of the key after the prefix.</param>
/// <param name="Meaning">What it changes, for the reader of the documentation.</param>
/// <param name="Values">The values it can have, the default first; empty for a list of names, parted by commas.</param>
internal sealed record Option(string Name, string Meaning, params IReadOnlyList<string> Values)
{
    /// <summary>How much evidence a finding needs to be said.</summary>
    public static readonly Option Confidence = new("confidence", "how certain a finding must be to be reported", "high", "medium", "all");

    /// <summary>Symbols that no rule reports in.</summary>
    public static readonly Option ExcludedSymbols = new("excluded_symbols", "types, members and namespaces in which nothing is reported");

    /// <summary>A lock that the tables do not know.</summary>
    public static readonly Option LockMethods = new("lock_methods", "methods that take a lock and return what releases it");

    /// <summary>A start of work that the tables do not know.</summary>
    public static readonly Option SpawnMethods = new("spawn_methods", "methods that run the delegate they are given on another thread");

    /// <summary>A wait that the tables do not know.</summary>
    public static readonly Option JoinMethods = new("join_methods", "methods that wait for the thread or task they are given");

    /// <summary>A pool that the tables do not know.</summary>
    public static readonly Option PoolTypes = new("pool_types", "types that are thread pools, to be shut down");

    /// <summary>A type that is safe though the tables say otherwise.</summary>
    public static readonly Option SafeTypes = new("thread_safe_types", "types whose members any thread may use");

    /// <summary>A user interface that the tables do not know.</summary>
    public static readonly Option InterfaceTypes = new("ui_types", "types that only the user interface's thread may use");

    /// <summary>Every option.</summary>
    public static readonly IReadOnlyList<Option> All =
    [
        Confidence,
        ExcludedSymbols,
        LockMethods,
        SpawnMethods,
        JoinMethods,
        PoolTypes,
        SafeTypes,
        InterfaceTypes,
    ];

    /// <summary>How the keys of all rules' options begin.</summary>
    public const string Prefix = "threading_analyzers.";

    /// <summary>How the keys of one rule's options begin, before its id.</summary>
    public const string RulePrefix = "dotnet_code_quality.";

    /// <summary>The option's key for all rules.</summary>
    public string Key => Prefix + Name;

    /// <summary>The option as written for one rule or else for all; null where it is not set.</summary>
    public string? Read(AnalyzerConfigOptions options, string rule) =>
        options.TryGetValue($"{RulePrefix}{rule}.{Name}", out var own) ? own : options.TryGetValue(Key, out var common) ? common : null;

    /// <summary>The names of a list; none where it is not set.</summary>
    public IReadOnlyList<string> ReadNames(AnalyzerConfigOptions options, string rule) =>
        [.. (Read(options, rule) ?? "").Split(',').Select(name => name.Trim()).Where(name => name.Length > 0)];
}
