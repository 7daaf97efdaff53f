using Microsoft.CodeAnalysis;
using ThreadingAnalyzers.Workbench;

namespace ThreadingAnalyzers.Tests;

/// <summary>
/// The package's globalconfig files: what a ThreadingAnalysisMode and a ThreadingAnalysisLevel change, made from the
/// descriptors. <c>UPDATE=1</c> writes them anew.
/// </summary>
public sealed class PresetsTests
{
    private static readonly string Folder = Path.Combine(Workplace.RepositoryRoot, "src", "ThreadingAnalyzers.Package", "buildTransitive");

    private static readonly DiagnosticDescriptor[] Rules = [.. Catalogue.Rules.Select(rule => rule.Descriptor())];

    [Fact]
    public void Presets_say_what_the_descriptors_say()
    {
        var expected = Presets().ToDictionary(preset => preset.File, preset => preset.Text);
        if (Environment.GetEnvironmentVariable("UPDATE") == "1")
            Write(expected);

        var actual = Files().ToDictionary(file => Path.GetRelativePath(Folder, file).Replace('\\', '/'), file => File.ReadAllText(file).ReplaceLineEndings("\n"));
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach (var (file, text) in expected)
            Assert.True(text == actual[file], $"{file} is stale: run the tests once with UPDATE=1\n--- expected\n{text}\n--- actual\n{actual[file]}");
    }

    [Fact]
    public void Every_rule_tells_the_version_that_brought_it() =>
        Assert.All(Rules, rule => Assert.True(Version.TryParse(Since(rule), out var version) && version.ToString(2) == Since(rule), $"{rule.Id}: since '{Since(rule)}'"));

    private static IEnumerable<(string File, string Text)> Presets()
    {
        yield return Mode("None", "no rule runs, unless an .editorconfig sets its severity", _ => "none");
        yield return Mode("Minimum", "the warnings only", rule => Enabled(rule, DiagnosticSeverity.Info) ? "none" : null);
        yield return Mode("Recommended", "the suggestions are warnings too", rule => Enabled(rule, DiagnosticSeverity.Info) ? "warning" : null);
        yield return Mode("All", "every rule is a warning, those of opinion too", rule => Enabled(rule, DiagnosticSeverity.Warning) ? null : "warning");
        yield return Mode("Strict", "the warnings are errors", rule => Enabled(rule, DiagnosticSeverity.Warning) ? "error" : null);
        foreach (var level in Rules.Select(rule => Version.Parse(Since(rule))).Distinct())
            yield return Preset($"levels/{level}", $"ThreadingAnalysisLevel {level}: rules of later versions do not run", -90, rule => Version.Parse(Since(rule)) > level ? "none" : null);
    }

    private static (string File, string Text) Mode(string name, string meaning, Func<DiagnosticDescriptor, string?> severity) =>
        Preset($"modes/{name}", $"ThreadingAnalysisMode {name}: {meaning}", -100, severity);

    // The two kinds have different levels, since two files of one level that differ on a rule cancel each other: a rule
    // that a ThreadingAnalysisLevel leaves out stays out in every mode, and any file of the user's has the last word.
    private static (string File, string Text) Preset(string name, string meaning, int globalLevel, Func<DiagnosticDescriptor, string?> severity) =>
        ($"{name}.globalconfig", string.Concat(Rules
            .Where(rule => severity(rule) is not null)
            .Select(rule => $"dotnet_diagnostic.{rule.Id}.severity = {severity(rule)}\n")
            .Prepend($"# {meaning}. Made from the rules by PresetsTests; run it with UPDATE=1.\nis_global = true\nglobal_level = {globalLevel}\n")));

    private static bool Enabled(DiagnosticDescriptor rule, DiagnosticSeverity severity) => rule.IsEnabledByDefault && rule.DefaultSeverity == severity;

    private static string Since(DiagnosticDescriptor rule) =>
        rule.CustomTags.SingleOrDefault(tag => tag.StartsWith(Rule.SinceTag, StringComparison.Ordinal))?[Rule.SinceTag.Length..] ?? "";

    private static void Write(Dictionary<string, string> presets)
    {
        foreach (var file in Files())
            File.Delete(file);
        foreach (var (file, text) in presets)
        {
            var path = Path.Combine(Folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
    }

    private static IEnumerable<string> Files() => Directory.EnumerateFiles(Folder, "*.globalconfig", SearchOption.AllDirectories).ToList();
}
