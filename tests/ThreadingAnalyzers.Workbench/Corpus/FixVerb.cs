using System.Collections.Immutable;
using System.CommandLine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ThreadingAnalyzers.Workbench.Corpus;

/// <summary>
/// <c>fix PATH…</c>: what the fixes make of real programs. Each remedy is tried for itself, by FixAll over each file that has
/// findings with it; nothing is written to disk.
/// </summary>
internal static class FixVerb
{
    private static readonly AnalyzerOptions Unconfigured = new([], new Options());

    /// <summary>The verb with its arguments.</summary>
    public static Command Command()
    {
        var paths = Arguments.Paths();
        var rules = Arguments.Rules();
        var command = new Command("fix", "Applies the fixes to every project under the paths, in memory, and prints what they change; says where the result has new compiler errors, a finding that should be gone, or a new one.")
        {
            paths, rules,
        };
        command.SetAction((parsed, _) => RunAsync(parsed.GetRequiredValue(paths), Arguments.Chosen(parsed.GetValue(rules)),
            parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    private static async Task<int> RunAsync(string[] paths, ImmutableArray<Rule> rules, TextWriter output, TextWriter progress)
    {
        var roots = paths.Select(path => Path.GetFullPath(path).TrimEnd('/')).ToList();
        var graph = new ProjectGraph(roots);
        var totals = new SortedDictionary<string, Total>(StringComparer.Ordinal);
        // A file of two projects is mended in the first.
        var seen = new HashSet<(string File, string Remedy)>();
        foreach (var (project, compilation) in graph.Compilations())
        {
            await progress.WriteLineAsync(Path.GetFileName(project.Path));
            var before = Lookup(await Analysis.AsBuildAsync(compilation, Catalogue.Rules, Unconfigured));
            using var mended = new MendedProject(compilation, before);
            foreach (var rule in rules.Where(rule => Catalogue.FixesOf(rule.Descriptor().Id).Any()))
                foreach (var remedy in await mended.RemediesAsync(rule.Descriptor().Id))
                {
                    var fresh = remedy with { Files = [.. remedy.Files.Where(file => seen.Add((file.Path, $"{rule.Descriptor().Id} {remedy.Key}")))] };
                    if (fresh.Files is not [])
                        await JudgeAsync(fresh, rule.Descriptor().Id);
                }

            async Task JudgeAsync(MendedProject.Remedy remedy, string id)
            {
                var name = $"{id} {remedy.Key}";
                await progress.WriteLineAsync($"  {name}: {remedy.Files.Length} files");
                var changed = await mended.ApplyAsync(remedy);
                var trees = changed.SyntaxTrees.Except(compilation.SyntaxTrees).ToList();
                var after = Lookup(await Analysis.AsEditorAsync(changed, Catalogue.Rules, Unconfigured, trees));
                var flaws = NewErrors(compilation, changed, trees).Concat(remedy.Files.SelectMany(file => NewFindings(file, id, before, after))).ToList();
                totals[name] = totals.GetValueOrDefault(name) + new Total(remedy.Files.Sum(file => file.Offers), flaws.Count);
                await output.WriteLineAsync($"=== {name}");
                foreach (var flaw in flaws)
                    await output.WriteLineAsync("!!! " + Relative(flaw));
                foreach (var file in remedy.Files)
                    await output.WriteLineAsync(MendedProject.Diff(compilation, changed, file.Path, Relative(file.Path)));
            }
        }
        await output.WriteLineAsync("Mended:");
        foreach (var (name, total) in totals)
            await output.WriteLineAsync($"  {name}: {total.Findings}{(total.Flaws == 0 ? "" : $", {total.Flaws} flaws, marked !!! above")}");
        return totals.Values.Any(total => total.Flaws > 0) ? 1 : 0;

        string Relative(string text) => roots.Aggregate(text, (current, root) => current.Replace(Path.GetDirectoryName(root) + "/", "", StringComparison.Ordinal));
    }

    private static ILookup<(string Path, string Id), Diagnostic> Lookup(IEnumerable<Diagnostic> found) =>
        found.Where(finding => finding.Location.IsInSource).ToLookup(finding => (finding.Location.SourceTree!.FilePath, finding.Id));

    /// <summary>The errors of the changed files and of all declarations that were not there before. No fix changes what bodies in other files see, but for a base.</summary>
    private static IEnumerable<string> NewErrors(Compilation before, Compilation after, IReadOnlyCollection<SyntaxTree> changed)
    {
        // Without its packages a program has errors of its own; they move, so only their words are compared.
        var paths = changed.Select(tree => tree.FilePath).ToHashSet(StringComparer.Ordinal);
        var known = Errors(before, before.SyntaxTrees.Where(tree => paths.Contains(tree.FilePath))).CountBy(Words).ToDictionary();
        foreach (var error in Errors(after, changed))
            if (known.GetValueOrDefault(Words(error)) is var left and > 0)
                known[Words(error)] = left - 1;
            else
                yield return $"new error: {error}";

        static IEnumerable<Diagnostic> Errors(Compilation compilation, IEnumerable<SyntaxTree> trees) => compilation.GetDeclarationDiagnostics()
            .Concat(trees.SelectMany(tree => compilation.GetSemanticModel(tree).GetMethodBodyDiagnostics().Concat(tree.GetDiagnostics())))
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        static string Words(Diagnostic error) => $"{error.Location.SourceTree?.FilePath}: {error.Id}: {error.GetMessage()}";
    }

    private static IEnumerable<string> NewFindings(MendedProject.File file, string id, ILookup<(string Path, string Id), Diagnostic> before, ILookup<(string Path, string Id), Diagnostic> after)
    {
        foreach (var found in after.Where(found => found.Key.Path == file.Path))
        {
            var expected = before[found.Key].Count() - (found.Key.Id == id ? file.Offers : 0);
            if (found.Count() > expected)
                yield return $"{found.Count()} findings instead of {expected}:\n    {string.Join("\n    ", found)}";
        }
    }

    /// <summary>How many findings a remedy was offered for, and how many flaws the results have.</summary>
    private readonly record struct Total(int Findings, int Flaws)
    {
        public static Total operator +(Total one, Total other) => new(one.Findings + other.Findings, one.Flaws + other.Flaws);
    }
}
