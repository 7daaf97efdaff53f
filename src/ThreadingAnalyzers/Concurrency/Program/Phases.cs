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

    private static readonly ImmutableArray<string> Preparations = ImmutableArray.Create("Init", "Prepare", "Setup", "SetUp", "Configure");

    /// <summary>Whether the body is a part of such a member, whoever calls it; not one of those that a thread may well be in: Run, Load, Test.</summary>
    public static bool IsStep(BodyFacts body) => Steps.Any(step => body.Name.StartsWith(step, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the member makes ready what others then use.</summary>
    public static bool IsPreparation(BodyFacts member) => Preparations.Any(beginning => member.Name.StartsWith(beginning, StringComparison.Ordinal));

    /// <summary>Whether the member begins or ends the time in which others run.</summary>
    public static bool IsPhase(BodyFacts member) => Beginnings.Any(beginning => member.Name.StartsWith(beginning, StringComparison.Ordinal));
}
