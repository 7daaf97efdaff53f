using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ThreadingAnalyzers.Workbench.Corpus;

/// <summary><c>corpus PATH…</c>: what the rules say about real programs, and what a change of a rule changed.</summary>
internal static class CorpusVerb
{
    /// <summary>The verb with its arguments.</summary>
    public static Command Command()
    {
        var paths = Arguments.Paths();
        var rules = Arguments.Rules();
        var save = new Option<FileInfo?>("--save") { Description = "Write the findings to this file, one a line, without absolute paths.", HelpName = "FILE" };
        var against = new Option<FileInfo?>("--against") { Description = "Print what appeared and what vanished since that file was saved.", HelpName = "FILE" };
        against.Validators.Add(Arguments.MustExist);
        var buildOnly = new Option<bool>("--build-only") { Description = "Only as a build; as an editor too takes several times as long." };
        var command = new Command("corpus", "Runs the rules over every project under the paths, without restoring or building them, and prints each finding with the code around it.")
        {
            paths, rules, save, against, buildOnly,
        };
        command.SetAction((parsed, _) => RunAsync(
            parsed.GetRequiredValue(paths), Arguments.Chosen(parsed.GetValue(rules)), parsed.GetValue(buildOnly), parsed.GetValue(save), parsed.GetValue(against),
            parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    private static async Task<int> RunAsync(
        string[] paths, ImmutableArray<Rule> rules, bool buildOnly, FileInfo? save, FileInfo? against, TextWriter output, TextWriter progress)
    {
        // Read first: both may name one file.
        var before = against is null ? null : await File.ReadAllLinesAsync(against.FullName);
        var run = new CorpusRun(paths, rules, buildOnly);
        await run.RunAsync(progress);

        foreach (var drawn in run.Findings.Values)
            await output.WriteLineAsync(drawn);
        await WriteAsync(output, "Notes", run.Notes);
        await WriteAsync(output, "As a build and as an editor differ", run.Differences);
        await WriteAsync(output, "Exceptions", run.Exceptions);
        await WriteAsync(output, "Findings", rules.Select(rule => rule.Descriptor().Id).Select(id => $"{id} {Catalogue.Rule(id)!.GetType().Name}: {run.Findings.Keys.Count(finding => finding.Id == id)}"));
        await output.WriteLineAsync(run.Summary);

        var now = run.Findings.Keys.Select(finding => finding.ToString()).ToList();
        if (before is not null)
        {
            await WriteAsync(output, "Appeared", now.Except(before), "nothing");
            await WriteAsync(output, "Vanished", before.Except(now), "nothing");
        }
        if (save is not null)
            await File.WriteAllLinesAsync(save.FullName, now);
        return run.Exceptions is [] ? 0 : 1;
    }

    private static async Task WriteAsync(TextWriter output, string heading, IEnumerable<string> lines, string? none = null)
    {
        var list = lines.ToList();
        if (list is [] && none is not null)
            list.Add(none);
        if (list is [])
            return;
        await output.WriteLineAsync($"{heading}:");
        foreach (var line in list)
            await output.WriteLineAsync("  " + line.ReplaceLineEndings("\n    "));
        await output.WriteLineAsync();
    }
}
