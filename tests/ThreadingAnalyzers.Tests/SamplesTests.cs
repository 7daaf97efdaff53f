using System.Collections.Immutable;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using ThreadingAnalyzers.Workbench;
using ThreadingAnalyzers.Workbench.Pages;
using Tutorial;

namespace ThreadingAnalyzers.Tests;

/// <summary>
/// The samples are true: each lesson of the tutorial prints what it teaches and no rule says anything about it; each
/// pitfall is reported as drawn, in memory and by a real build, and its fix gives the text beside it. A pitfall's file
/// bears its rule's name. Not every rule has a pitfall: its page shows it, and the samples are a tour.
/// <c>UPDATE=1</c> rewrites the drawings and the fixed texts.
/// </summary>
[Collection("Builds")]
public sealed class SamplesTests
{
    /// <summary>What each lesson prints: steps one after the other, the lines of one step in any order.</summary>
    private static readonly Dictionary<string, string[][]> Lessons = new()
    {
        ["square-and-cube"] = [["Square: 100", "Cube: 1000"], ["Done!"]],
        ["names-and-process"] =
        [
            ["ID of process running main program: {process}"],
            ["Main thread name: MainThread"],
            ["Task 1 assigned to thread: t1", "ID of process running task 1: {process}", "Task 2 assigned to thread: t2", "ID of process running task 2: {process}"],
        ],
        ["pool-of-two-workers"] = [["Worker thread running", "Worker thread running"], ["Main thread continuing to run"]],
        ["background-and-foreground"] =
        [
            ["report is a foreground thread: the process waits for it"],
            ["reminder is a background thread: the process ends without it"],
            ["Report saved"],
            ["Main thread ends, and the reminder with it"],
        ],
        ["shared-globals-own-locals"] = [["t1: 1000", "t2: 2000"], ["Together: 3000"]],
        ["synchronisation"] =
        [
            ["Lock: sum 168000, highest 6"],
            ["Interlocked: 48000 rolls"],
            ["Concurrent collection: 8000 x 1, 8000 x 2, 8000 x 3, 8000 x 4, 8000 x 5, 8000 x 6"],
        ],
        ["deadlock-avoided"] = [["A: 1000, B: 1000"]],
        ["how-many-threads"] = [["CPU-bound: 9592 primes below 100000, on a thread per core"], ["I/O-bound: 24 pages, on 8 threads"]],
    };

    private static readonly string Samples = Path.Combine(Workplace.RepositoryRoot, "samples");

    /// <summary>All pitfalls as one project without the drawings, as <see cref="FixRun"/> takes it.</summary>
    private static readonly Case Pitfalls = Project("Pitfalls", program: false, drawn: false);

    public static TheoryData<string> LessonNames => new(Lessons.Keys);

    public static TheoryData<string> PitfallNames => new(Pitfalls.Files.Select(file => Path.GetFileNameWithoutExtension(file.Name)));

    [Theory, MemberData(nameof(LessonNames))]
    public async Task A_lesson_prints_what_it_teaches(string lesson)
    {
        var run = await RunTutorialAsync(lesson);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var steps = Lessons[lesson].Select(step => step.Select(line => line.Replace("{process}", run.ProcessId.ToString())).Order(StringComparer.Ordinal).ToList()).ToList();
        var actual = run.Output.ToList();
        for (int i = 0, start = 0; i < steps.Count && start + steps[i].Count <= actual.Count; start += steps[i++].Count)
            actual.Sort(start, steps[i].Count, StringComparer.Ordinal);
        Assert.Equal(steps.SelectMany(step => step), actual);
    }

    [Fact]
    public async Task Without_an_argument_the_tutorial_lists_the_lessons_that_are_tested_here()
    {
        var run = await RunTutorialAsync();
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(Lessons.Keys, run.Output.Where(line => line.StartsWith("  ", StringComparison.Ordinal)).Select(line => line.Trim().Split(' ')[0]));
    }

    [Fact]
    public async Task An_unknown_lesson_is_answered_with_those_there_are()
    {
        var run = await RunTutorialAsync("square-and-sphere");
        Assert.Equal(2, run.ExitCode);
        Assert.Equal($"'square-and-sphere' is not a lesson; there are {string.Join(", ", Lessons.Keys)}", run.Error.TrimEnd());
    }

    [Fact]
    public async Task No_rule_says_anything_about_the_tutorial()
    {
        var project = CaseProject.Of(Project("Tutorial", program: true, drawn: true));
        Assert.Empty(project.Errors());
        Assert.Empty(await Analysis.AsBuildAsync(project.Compilation, Catalogue.Rules, project.AnalyzerOptions));
    }

    [Theory, MemberData(nameof(PitfallNames))]
    public async Task A_pitfall_is_reported_as_drawn(string name)
    {
        var project = CaseProject.Of(Pitfalls);
        var tree = project.Tree(name + ".cs");
        var found = Squiggle.Of(await Analysis.AsBuildAsync(project.Compilation, Catalogue.Rules, project.AnalyzerOptions), tree)
            .Where(squiggle => squiggle.Id is not null)
            .ToList();
        Assert.Contains(RuleOf(name), found.Select(squiggle => squiggle.Id));

        // The words stand once a file, under the first finding.
        var drawn = found.Select((squiggle, i) => found.Take(i).Any(earlier => earlier.Id == squiggle.Id) ? squiggle with { Words = null } : squiggle);
        AssertFile(Path.Combine(Samples, "Pitfalls", name + ".cs"), Squiggle.Draw(tree.ToString(), drawn) + "\n");
    }

    [Theory, MemberData(nameof(PitfallNames))]
    public async Task The_first_fix_of_a_pitfall_gives_the_text_beside_it(string name)
    {
        var (file, path) = (name + ".cs", Path.Combine(Samples, "Pitfalls", "Fixed", name + ".cs"));
        var pitfall = Pitfalls with { Id = RuleOf(name) };
        if (await FixRun.TitlesAsync(pitfall) is not [var title, ..])
        {
            Assert.False(File.Exists(path), $"{path}: no fix is offered, so there is nothing that it could show");
            return;
        }

        var texts = await FixRun.ApplyAsync(pitfall, title);
        AssertFile(path, texts[file]);
        var mended = CaseProject.Of(pitfall, texts);
        Assert.Empty(mended.Errors());
        Assert.Empty(Squiggle.Of(await Analysis.AsBuildAsync(mended.Compilation, Catalogue.Rules, mended.AnalyzerOptions), mended.Tree(file)));
    }

    [Fact]
    public void Every_fixed_text_belongs_to_a_pitfall() =>
        Assert.Subset(Pitfalls.Files.Select(file => file.Name).ToHashSet(), SourceFiles(Path.Combine("Pitfalls", "Fixed")).Select(Path.GetFileName).ToHashSet()!);

    [Fact]
    public async Task A_build_of_the_pitfalls_warns_of_what_is_drawn_and_of_nothing_else()
    {
        // The rules are those that this test run was built with; nothing is left running.
        var build = await DotNet.RunAsync("build", "samples/Pitfalls", "--no-incremental", "-c", Configuration,
            "-tl:off", "-nr:false", "-p:UseSharedCompilation=false", "-p:BuildProjectReferences=false");
        Assert.True(build.ExitCode == 0, string.Join("\n", build.Output));

        var project = CaseProject.Of(Project("Pitfalls", program: false, drawn: true));
        var expected = (await Analysis.AsBuildAsync(project.Compilation, Catalogue.Rules, project.AnalyzerOptions))
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Warning)
            .Select(diagnostic =>
            {
                var place = diagnostic.Location.GetLineSpan();
                var (line, column) = (place.StartLinePosition.Line + 1, place.StartLinePosition.Character + 1);
                return $"{Path.GetFileName(place.Path)}({line},{column}): warning {diagnostic.Id}: {diagnostic.GetMessage()} ({diagnostic.Descriptor.HelpLinkUri})";
            });
        var folder = Path.Combine(Samples, "Pitfalls") + Path.DirectorySeparatorChar;
        // A build says each warning twice, the second time in its summary.
        var actual = build.Output
            .Where(line => line.Contains(": warning ", StringComparison.Ordinal))
            .Select(line => Regex.Replace(line.Trim().Replace(folder, ""), @" \[[^\]]*\]$", ""))
            .Distinct();
        Assert.Equal(string.Join("\n", expected.Order(StringComparer.Ordinal)), string.Join("\n", actual.Order(StringComparer.Ordinal)));
    }

    private static string Configuration =>
        typeof(SamplesTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private static Task<DotNet> RunTutorialAsync(params IEnumerable<string> arguments) =>
        DotNet.RunAsync([typeof(WorkerPool).Assembly.Location, .. arguments]);

    private static string RuleOf(string pitfall) =>
        Catalogue.Rules.FirstOrDefault(rule => rule.GetType().Name == pitfall)?.Descriptor().Id
        ?? throw new InvalidOperationException($"samples/Pitfalls/{pitfall}.cs: no rule has this name");

    private static IEnumerable<string> SourceFiles(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Samples, folder), "*.cs").Order(StringComparer.Ordinal);

    /// <param name="drawn">Whether the drawings stay in the text: then lines are those of the file.</param>
    private static Case Project(string folder, bool program, bool drawn) => new(
        Id: "", Heading: folder, Line: 1, Claim.Flagged,
        [.. SourceFiles(folder).Select(path => new CaseFile(
            Path.GetFileName(path), drawn ? File.ReadAllText(path) : Squiggle.Read(File.ReadAllLines(path)).Text, [], PageLine: 1))],
        EditorConfig: null, Fixes: [], NoFix: false, program, Language: null, Frameworks.Default);

    private static void AssertFile(string path, string expected)
    {
        if (Environment.GetEnvironmentVariable("UPDATE") == "1")
            File.WriteAllText(path, expected);
        var actual = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "(no such file)";
        Assert.True(expected == actual, $"{path} (UPDATE=1 rewrites it)\n--- expected\n{expected}\n--- actual\n{actual}");
    }
}
