using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>
/// An event is tested and then raised, on a thread of its own, while a handler may be removed. Source: .NET design guidelines, Event design.
/// </summary>
public sealed class RacyEventInvoke() : ProgramRule(Descriptor, Defect.RacyEventInvoke)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR3013", since: "1.0", Category.SharedState, DiagnosticSeverity.Info,
        title: "An event should be read once to be raised",
        message: "'{0}' is tested and then read again {8}, and a handler that is removed in between makes it null: use ?.Invoke",
        why: "Removing the last handler makes an event null. Where that happens after the test and before the call, raising the event throws.");
}
