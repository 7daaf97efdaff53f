using Microsoft.CodeAnalysis.Editing;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>One way to mend a finding.</summary>
/// <param name="Title">What the user reads: an imperative sentence.</param>
/// <param name="Edit">The change, made on the document that the remedy was offered for.</param>
/// <param name="Key">
/// The same for the same remedy at other findings, so that FixAll can apply it there; the title, unless that names something of one place.
/// </param>
internal sealed record Remedy(string Title, Action<DocumentEditor> Edit, string? Key = null)
{
    /// <summary>The same for the same remedy at other findings.</summary>
    public string Key { get; } = Key ?? Title;
}
