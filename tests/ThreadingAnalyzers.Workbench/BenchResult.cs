using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ThreadingAnalyzers.Workbench;

/// <summary>What a bench measured, for people and for programs. A further part, such as the engine, is a further row.</summary>
internal sealed class BenchResult
{
    private readonly List<(string Key, string Words, double Milliseconds, double? Megabytes, double? Held)> rows = [];
    private readonly BenchEdits edits;

    /// <summary>The least of some runs.</summary>
    public BenchResult(List<BenchRun> runs, ImmutableArray<Rule> rules, BenchEdits edits)
    {
        this.edits = edits;
        Add("binding", "binding alone", runs.Select(run => run.Binding));
        Add("driver", "binding, under an idle rule", runs.Select(run => run.Driver));
        Add("ruled", "binding, under all rules", runs.Select(run => run.Rules));
        rows.Add(("rules", "all rules, above the idle one", rows[2].Milliseconds - rows[1].Milliseconds, rows[2].Megabytes - rows[1].Megabytes, rows[2].Held - rows[1].Held));
        var each = rules.Select((rule, i) => (rule.Descriptor().Id, rule.GetType().Name, Milliseconds: runs.Min(run => run.Each[i].TotalMilliseconds))).ToList();
        rows.Add(("own", "all rules, their own actions", each.Sum(rule => rule.Milliseconds), null, null));
        foreach (var (id, name, milliseconds) in each)
            rows.Add((id, $"  {id} {name}", milliseconds, null, null));

        void Add(string key, string words, IEnumerable<Cost> costs) =>
            rows.Add((key, words, costs.Min(cost => cost.Cpu.TotalMilliseconds), costs.Min(cost => cost.Bytes / 1e6), costs.Min(cost => cost.Held / 1e6)));
    }

    /// <summary>The table that people read.</summary>
    public string Table()
    {
        var table = new StringBuilder();
        table.Append(CultureInfo.InvariantCulture, $"{"",-40}{"CPU ms",12}{"of binding",12}{"MB",12}{"MB held",12}\n");
        foreach (var (_, words, milliseconds, megabytes, held) in rows)
            table.Append(CultureInfo.InvariantCulture, $"{words,-40}{milliseconds,12:F1}{milliseconds / rows[0].Milliseconds,12:P2}{megabytes,12:F1}{held,12:F1}\n");
        if (edits.Rules is not [])
            table.Append(CultureInfo.InvariantCulture,
                $"an edit of one of {edits.Rules.Length} documents: {Median(Of(edits.Idle)):F1} ms without a rule (at most {Of(edits.Idle).Max():F1}), {Median(Of(edits.Rules)):F1} ms with all (at most {Of(edits.Rules).Max():F1})\n");
        return table.ToString();
    }

    /// <summary>The same, one value a line: <c>bench KEY MILLISECONDS RATIO</c>.</summary>
    public string Lines()
    {
        var lines = new StringBuilder();
        foreach (var (key, _, milliseconds, _, _) in rows)
            lines.Append(CultureInfo.InvariantCulture, $"bench {key} {milliseconds:F3} {milliseconds / rows[0].Milliseconds:F5}\n");
        if (edits.Rules is not [])
            lines.Append(CultureInfo.InvariantCulture, $"bench edit-median {Median(Of(edits.Rules)):F3} {Median(Of(edits.Rules)) / Median(Of(edits.Idle)):F5}\nbench edit-max {Of(edits.Rules).Max():F3} {Of(edits.Rules).Max() / Of(edits.Idle).Max():F5}\n");
        return lines.ToString();
    }

    private static IEnumerable<double> Of(IEnumerable<TimeSpan> times) => times.Select(time => time.TotalMilliseconds);

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[sorted.Count / 2] + sorted[(sorted.Count - 1) / 2]) / 2;
    }
}
