using System.Collections.Immutable;
using ThreadingAnalyzers.Concurrency.Domain;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>
/// Members that run before an object's threads do or after they have ended. What is known of an order between two members of a
/// type is mostly in their names: a heuristic, for silence only.
/// </summary>
internal static class Phases
{
    private static readonly ImmutableArray<string> Beginnings = ImmutableArray.Create(
        "Dispose", "Start", "Stop", "Close", "Shutdown", "Init", "Prepare", "Open", "Connect", "Disconnect", "Setup", "SetUp", "TearDown", "OnStart", "OnStop", "Reset", "Configure", "Load", "Main", "Run", "Test", "Finish", "End", "Abort", "Exit", "Quit", "Terminate", "Halt");

    private static readonly ImmutableArray<string> Steps = ImmutableArray.Create(
        "Dispose", "Start", "Stop", "Close", "Shutdown", "Init", "Open", "Connect", "Disconnect", "Setup", "TearDown", "Configure", "Abort", "Exit", "Quit", "Terminate", "Halt");

    /// <summary>What may follow such a word and leave it a verb: Initialize, Starting, Closed; not Connections, Endpoint, Closest, Runtime.</summary>
    private static readonly ImmutableHashSet<string> Forms = ImmutableHashSet.Create(StringComparer.Ordinal,
        "s", "d", "ed", "ped", "ted", "ing", "ping", "ting", "ning", "up", "ion", "ialize", "ialise", "ialized", "ialised", "ializing", "ialising", "ialization", "ialisation", "iate", "iated", "iating");

    private static readonly ImmutableArray<string> Preparations = ImmutableArray.Create("Init", "Prepare", "Setup", "SetUp", "Configure");

    /// <summary>Whether the body is a part of such a member, whoever calls it; not one of those that a thread may well be in: Run, Load, Test.</summary>
    public static bool IsStep(BodyFacts body) => Steps.Any(step => Begins(body, step, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the member makes ready what others then use.</summary>
    public static bool IsPreparation(BodyFacts member) => Preparations.Any(beginning => Begins(member, beginning, StringComparison.Ordinal));

    /// <summary>Whether the member begins or ends the time in which others run.</summary>
    public static bool IsPhase(BodyFacts member) => Beginnings.Any(beginning => Begins(member, beginning, StringComparison.Ordinal));

    /// <summary>Whether the body's name begins with the verb. A property of more words tells something of a time: StartIndex, ConnectionCount.</summary>
    private static bool Begins(BodyFacts body, string verb, StringComparison comparison)
    {
        if (!body.Name.StartsWith(verb, comparison))
            return false;
        var end = verb.Length;
        while (end < body.Name.Length && char.IsLower(body.Name[end]))
            end++;
        return (end == body.Name.Length || body.Kind != BodyKind.Accessor) && (end == verb.Length || Forms.Contains(body.Name.Substring(verb.Length, end - verb.Length)));
    }
}
