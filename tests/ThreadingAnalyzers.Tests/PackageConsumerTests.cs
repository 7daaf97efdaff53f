using System.Text.Json;

namespace ThreadingAnalyzers.Tests;

/// <summary>
/// The package as its users have it: installed from a feed into projects that <c>dotnet build</c> builds. One build of one
/// solution makes all projects; a test reads what it said of one of them.
/// </summary>
[Collection(nameof(PackedPackage))]
public sealed class PackageConsumerTests(PackedPackage package, PackageConsumerTests.Consumers consumers) : IClassFixture<PackageConsumerTests.Consumers>
{
    [Fact]
    public void Warns() => Assert.Equal(["Cache.cs warning"], consumers.Findings("plain"));

    [Fact]
    public void Obeys_a_severity_by_id() => Assert.Equal(["Cache.cs error"], consumers.Findings("by-id"));

    [Fact]
    public void Obeys_a_severity_by_category() => Assert.Equal(["Cache.cs error"], consumers.Findings("by-category"));

    [Fact]
    public void Obeys_pragmas_attributes_and_global_suppressions() => Assert.Equal(["Plain.cs warning"], consumers.Findings("suppressed"));

    [Theory]
    [InlineData("none"), InlineData("pinned-away")]
    public void Is_silent_when_told_so(string project) => Assert.Empty(consumers.Findings(project));

    [Fact]
    public void Makes_errors_of_warnings_in_strict_mode() => Assert.Equal(["Cache.cs error"], consumers.Findings("strict"));

    [Fact]
    public void Lets_an_editorconfig_overrule_a_mode() => Assert.Equal(["Cache.cs warning"], consumers.Findings("overruled"));

    [Fact]
    public void Names_the_valid_modes_and_levels()
    {
        Assert.Contains("warning THR0004: 'Strcit' is no ThreadingAnalysisMode, so the default rules run: write Default, All, Minimum, None, Recommended, Strict", consumers.Said("unknown"));
        Assert.Contains("warning THR0004: '0.9' is no ThreadingAnalysisLevel, so the rules of all versions run: write latest, 1.0", consumers.Said("unknown"));
        Assert.Equal(["Cache.cs warning"], consumers.Findings("unknown"));
    }

    [Fact]
    public void Says_that_a_compiler_is_too_old()
    {
        Assert.Contains("warning THR0005: No threading rule runs: ThreadingAnalyzers needs a compiler of Roslyn 4.8 or newer and this one is Roslyn 4.7", consumers.Said("old"));
        Assert.Empty(consumers.Findings("old"));
        Assert.DoesNotContain("THR0005", consumers.Said("unheard-of"));
        Assert.Equal(["Cache.cs warning"], consumers.Findings("unheard-of"));
    }

    [Fact]
    public void Reaches_projects_that_reference_a_project() => Assert.Equal(["Cache.cs error"], consumers.Findings("above"));

    [Fact]
    public void Leaves_a_log_of_each_project()
    {
        foreach (var project in new[] { "plain", "strict" })
        {
            using var log = JsonDocument.Parse(File.ReadAllText(Path.Combine(package.Folder, "users", "logs", $"{project}.sarif")));
            Assert.Equal("2.1.0", log.RootElement.GetProperty("version").GetString());
            Assert.Contains(log.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray(), result => result.GetProperty("ruleId").GetString() == "THR4002");
        }
    }

    [Fact]
    public void Shows_the_rules_only_the_files_that_set_our_options()
    {
        Assert.Contains("files: .editorconfig;", consumers.Said("options"));
        Assert.Contains("files: ;", consumers.Said("overruled"));
    }

    [Fact]
    public async Task Fails_a_build_that_takes_a_warning_for_an_error()
    {
        var (exit, output) = await package.DotnetAsync("users/plain", "build", "--no-restore", "--no-incremental", "-warnaserror:THR4002");
        Assert.NotEqual(0, exit);
        Assert.Contains("error THR4002", output);
    }

    [Fact]
    public async Task Is_mended_by_dotnet_format()
    {
        var (exit, output) = await package.DotnetAsync("users/mended", "format", "analyzers", "mended.csproj", "--diagnostics", "THR4002", "--no-restore");
        Assert.True(exit == 0, output);
        (exit, output) = await package.DotnetAsync("users/mended", "build", "--no-restore", "-warnaserror:THR4002");
        Assert.True(exit == 0, output);
    }

    /// <summary>The users' projects and what one build of all said.</summary>
    public sealed class Consumers(PackedPackage package) : IAsyncLifetime
    {
        private const string Cache = "public class Cache { public void Clear() { lock (\"cache\") { } } }";

        private string[] lines = [];

        /// <summary>File and severity of each THR4002 in a project.</summary>
        public IEnumerable<string> Findings(string project) => lines
            .Where(line => Of(project, line) && line.Contains(" THR4002: ", StringComparison.Ordinal))
            .Select(line => $"{Path.GetFileName(line.Split('(')[0])} {(line.Contains(": error THR4002: ", StringComparison.Ordinal) ? "error" : "warning")}")
            .Distinct();

        /// <summary>All that the build said of a project.</summary>
        public string Said(string project) => string.Join("\n", lines.Where(line => Of(project, line)));

        /// <inheritdoc/>
        public async Task InitializeAsync()
        {
            Write("Directory.Build.props", "<Project><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>");
            Write("Directory.Build.targets", """
                <Project>
                  <PropertyGroup Condition="'$(OtherCompiler)' != ''"><CompilerApiVersion>$(OtherCompiler)</CompilerApiVersion></PropertyGroup>
                  <Target Name="Tell" AfterTargets="CoreCompile"><Warning Text="files: @(AdditionalFiles->'%(Filename)%(Extension)');" /></Target>
                </Project>
                """);
            Project("plain", "<ThreadingAnalyzersSarifDir>../logs</ThreadingAnalyzersSarifDir>");
            Project("by-id", "", ".editorconfig", "[*.cs]\ndotnet_diagnostic.THR4002.severity = error\n");
            Project("by-category", "", ".editorconfig", "[*.cs]\ndotnet_analyzer_diagnostic.category-Threading.Locks.severity = error\n");
            Project("none", "<ThreadingAnalysisMode>none</ThreadingAnalysisMode>");
            Project("strict", "<ThreadingAnalysisMode>Strict</ThreadingAnalysisMode><ThreadingAnalysisLevel>1.0</ThreadingAnalysisLevel><ThreadingAnalyzersSarifDir>../logs</ThreadingAnalyzersSarifDir>");
            Project("overruled", "<ThreadingAnalysisMode>None</ThreadingAnalysisMode>", ".editorconfig", "[*.cs]\ndotnet_diagnostic.THR4002.severity = warning\n");
            Project("unknown", "<ThreadingAnalysisMode>Strcit</ThreadingAnalysisMode><ThreadingAnalysisLevel>0.9</ThreadingAnalysisLevel>");
            Project("old", "<OtherCompiler>roslyn4.7</OtherCompiler>");
            Project("unheard-of", "<OtherCompiler>someday</OtherCompiler>");
            Project("options", "", ".editorconfig", "[*.cs]\nthreading_analyzers.confidence = medium\n");
            Project("suppressed", "");
            File.Delete(Path.Combine(package.Folder, "users", "suppressed", "Cache.cs"));
            Write("suppressed/Plain.cs", Cache.Replace("Cache", "Plain"));
            Write("suppressed/Pragma.cs", $"#pragma warning disable THR4002\n{Cache.Replace("Cache", "Pragma")}\n");
            Write("suppressed/Attribute.cs", $"[System.Diagnostics.CodeAnalysis.SuppressMessage(\"Threading.Locks\", \"THR4002\")]\n{Cache.Replace("Cache", "Attribute")}\n");
            Write("suppressed/Elsewhere.cs", Cache.Replace("Cache", "Elsewhere"));
            Write("suppressed/GlobalSuppressions.cs", "[assembly: System.Diagnostics.CodeAnalysis.SuppressMessage(\"Threading.Locks\", \"THR4002\", Scope = \"member\", Target = \"~M:Elsewhere.Clear\")]\n");
            Project("mended", "");
            Write("mended/Cache.cs", "public class Cache\n{\n    public void Clear()\n    {\n        lock (\"cache\")\n        {\n        }\n    }\n\n    public void Fill()\n    {\n        lock (\"cache\")\n        {\n        }\n    }\n}\n");
            Write("mended/Index.cs", "public class Index\n{\n    public void Clear()\n    {\n        lock (\"index\")\n        {\n        }\n    }\n}\n");
            // PrivateAssets none: the one who installs the package so gives it to all projects above.
            Write("below/below.csproj", $"<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup><PackageReference Include=\"{package.Id}\" Version=\"{package.Version}\" PrivateAssets=\"none\" /></ItemGroup></Project>");
            Write("above/above.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><ThreadingAnalysisMode>Strict</ThreadingAnalysisMode></PropertyGroup><ItemGroup><ProjectReference Include=\"../below/below.csproj\" /></ItemGroup></Project>");
            Write("above/Cache.cs", Cache);
            // A rule that a level leaves out: the preset of a version before the rule's, as a later package has it.
            Project("pinned-away", "<ThreadingAnalysisMode>Strict</ThreadingAnalysisMode>", "level.globalconfig", "is_global = true\nglobal_level = -90\ndotnet_diagnostic.THR4002.severity = none\n",
                "<EditorConfigFiles Include=\"level.globalconfig\" />");

            var projects = Directory.EnumerateFiles(Path.Combine(package.Folder, "users"), "*.csproj", SearchOption.AllDirectories);
            Write("users.slnx", $"<Solution>{string.Concat(projects.Select(project => $"<Project Path=\"{Path.GetRelativePath(Path.Combine(package.Folder, "users"), project)}\" />"))}</Solution>");
            var (_, output) = await package.DotnetAsync("users", "build", "users.slnx", "-tl:off");
            lines = output.Split('\n', StringSplitOptions.TrimEntries);
        }

        /// <inheritdoc/>
        public Task DisposeAsync() => Task.CompletedTask;

        private static bool Of(string project, string line) => line.EndsWith($"{project}.csproj]", StringComparison.Ordinal);

        private void Project(string name, string properties, string? file = null, string? text = null, string items = "")
        {
            Write($"{name}/{name}.csproj", $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>{properties}</PropertyGroup>
                  <ItemGroup><PackageReference Include="{package.Id}" Version="{package.Version}" PrivateAssets="all" />{items}</ItemGroup>
                </Project>
                """);
            Write($"{name}/Cache.cs", Cache);
            if (file is not null)
                Write($"{name}/{file}", text!);
        }

        private void Write(string name, string text)
        {
            var path = Path.Combine(package.Folder, "users", name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
    }
}
