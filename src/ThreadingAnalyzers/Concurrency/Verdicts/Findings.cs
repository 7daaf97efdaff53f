using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>Findings as they come: of each memory the surest is kept, and of equal ones the first in the text.</summary>
internal sealed class Findings
{
    private readonly Dictionary<string, Finding> surest = new(StringComparer.Ordinal);

    /// <summary>One finding a memory.</summary>
    public IReadOnlyCollection<Finding> Found => surest.Values;

    /// <summary>Keeps the finding if none is surer.</summary>
    public void Add(Finding finding)
    {
        var memory = Memory(finding);
        if (!surest.TryGetValue(memory, out var known) || Compare(finding, known) < 0)
            surest[memory] = finding;
    }

    private static int Compare(Finding a, Finding b)
    {
        var order = b.Confidence.CompareTo(a.Confidence);
        if (order == 0)
            order = a.Defect.CompareTo(b.Defect);
        if (order == 0)
            order = string.CompareOrdinal(a.Primary.Site.Text.Path, b.Primary.Site.Text.Path);
        if (order == 0)
            order = a.Primary.Site.Start.CompareTo(b.Primary.Site.Start);
        if (order == 0)
            order = string.CompareOrdinal(a.Other.Site.Text.Path, b.Other.Site.Text.Path);
        return order == 0 ? a.Other.Site.Start.CompareTo(b.Other.Site.Start) : order;
    }

    /// <summary>What counts as one memory for the user: the member, whichever object it is of, or a variable of one body.</summary>
    private static string Memory(Finding finding)
    {
        var memory = finding.Memory;
        // Each place that gives it away is to be mended.
        if (finding.Defect == Defect.EscapingGuardedState)
            return finding.Primary.Site.ToString() + finding.Primary.Site.Text.Path;
        while (memory is { IsRoot: false, Name: Path.Element })
            memory = memory.Parent!;
        return memory.IsRoot ? $"{finding.Primary.Site.Text.Path}:{finding.Frame}:{memory.Name}" : memory.Name;
    }
}
