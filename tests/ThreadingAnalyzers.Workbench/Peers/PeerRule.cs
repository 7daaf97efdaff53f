using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Workbench.Peers;

/// <summary>A rule of another package that is about threads, tasks, locks, timers or disposal.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Says">What it wants, in our words; the reason why it is held against ours.</param>
/// <param name="Meets">Our rules that speak of the same defect: a report of another one on the same line is chance.</param>
/// <param name="Words">Where one id says several things, words of the message that tell which; they become part of its name.</param>
/// <param name="Anywhere">Whether it puts the same defect at another place than ours, so that its report counts wherever it stands in the case.</param>
internal sealed record PeerRule(string Id, string Says, ImmutableArray<string> Meets, string? Words, bool Anywhere)
{
    /// <summary>How it is called: its id, and its words where the id is not enough.</summary>
    public string Name => Words is null ? Id : $"{Id} \"{Words}\"";

    /// <summary>Whether a report is one of this rule.</summary>
    public bool IsOf(Diagnostic report) => report.Id == Id && (Words is null || report.GetMessage().Contains(Words, StringComparison.Ordinal));
}
