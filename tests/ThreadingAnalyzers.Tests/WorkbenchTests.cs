using System.CommandLine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using ThreadingAnalyzers.Workbench;
using ThreadingAnalyzers.Workbench.Corpus;
using ThreadingAnalyzers.Workbench.Pages;

namespace ThreadingAnalyzers.Tests;

/// <summary>The developers' tool, on small projects in a temporary folder.</summary>
public sealed class WorkbenchTests : IDisposable
{
    private const string Locked = "namespace Shop;\nclass Stock\n{\n    void Take()\n    {\n        lock (\"stock\") { }\n    }\n}\n";
    private const string Sdk = "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>";

    private readonly string root = Directory.CreateTempSubdirectory("workbench").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task Corpus_prints_a_finding_with_its_code_once()
    {
        Write("a/Shop.csproj", Sdk);
        Write("a/Stock.cs", Locked);
        Write("a/obj/Made.cs", Locked.Replace("Stock", "Made"));
        Write("b/Copy.csproj", Sdk.Replace("</Project>", "<ItemGroup><Compile Include=\"..\\a\\Stock.cs\" Link=\"Stock.cs\" /></ItemGroup></Project>"));

        var (exit, output, _) = await RunAsync(CorpusVerb.Command(), root, "--rule", "THR4002");

        Assert.Equal(0, exit);
        Assert.Contains(
            """
            a/Stock.cs(6,15): THR4002: '"stock"' is a string, which unrelated code can lock too: lock a private object
                  5 |     {
                  6 |         lock ("stock") { }
                    |               ~~~~~~~
                  7 |     }
            """.ReplaceLineEndings("\n"), output);
        Assert.Contains("THR4002 LockOnString: 1\n", output);
        Assert.Contains("2 projects, 1 files, 9 lines; 0.0", output);
        Assert.DoesNotContain("differ", output);
    }

    [Fact]
    public async Task Corpus_prints_what_appeared_and_what_vanished()
    {
        Write("Shop.csproj", Sdk);
        Write("Stock.cs", Locked);
        var saved = Path.Combine(root, "saved.txt");
        await RunAsync(CorpusVerb.Command(), root, "--build-only", "--save", saved);
        var line = Assert.Single(await File.ReadAllLinesAsync(saved), finding => finding.Contains("THR4002", StringComparison.Ordinal));
        Assert.StartsWith("Stock.cs(6,15): THR4002: ", line);

        var (_, same, _) = await RunAsync(CorpusVerb.Command(), root, "--build-only", "--rule", "THR4002", "--against", saved);
        Assert.Contains("Appeared:\n  nothing\n", same);

        Write("Stock.cs", "\n" + Locked);
        var (_, moved, _) = await RunAsync(CorpusVerb.Command(), root, "--build-only", "--rule", "THR4002", "--against", saved);
        Assert.Contains("Appeared:\n  Stock.cs(7,15): THR4002", moved);
        Assert.Contains("Vanished:\n", moved);
        Assert.Contains("  Stock.cs(6,15): THR4002", moved);
    }

    [Fact]
    public async Task Fix_prints_what_a_remedy_changes_and_writes_nothing()
    {
        Write("Shop.csproj", Sdk);
        Write("Stock.cs", Locked);

        var (exit, output, _) = await RunAsync(FixVerb.Command(), root, "--rule", "THR4002");

        Assert.Equal(0, exit);
        Assert.Contains("=== THR4002 Lock on a private field\n--- ", output);
        Assert.Contains("-        lock (\"stock\") { }\n+        lock (gate) { }\n", output);
        Assert.Contains("Mended:\n  THR4002 Lock on a private field: 1\n", output);
        Assert.Equal(Locked, await File.ReadAllTextAsync(Path.Combine(root, "Stock.cs")));
    }

    [Theory]
    [InlineData("corpus", "/no/such/folder", "give the folder of a repository")]
    [InlineData("corpus", ". --rule THR9999", "give one of THR")]
    [InlineData("corpus", ". --against no-such-file", "make it first with --save")]
    [InlineData("bench", ". --repeat 0", "give 1 or more")]
    public async Task A_wrong_argument_is_told_how_to_mend(string verb, string arguments, string remedy)
    {
        var (exit, _, error) = await RunAsync(verb == "bench" ? Bench.Command() : CorpusVerb.Command(), arguments.Split(' '));
        Assert.NotEqual(0, exit);
        Assert.Contains(remedy, error);
    }

    [Fact]
    public void A_broken_project_is_a_note_and_the_others_are_loaded()
    {
        Write("bad/Bad.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\">");
        Write("bad/Bad.cs", "class Bad;");
        Write("good/Good.csproj", Sdk.Replace("</Project>", "<ItemGroup><ProjectReference Include=\"../bad/Bad.csproj\" /><ProjectReference Include=\"../gone/Gone.csproj\" /></ItemGroup></Project>"));
        Write("good/Good.cs", "class Good;");

        var graph = new ProjectGraph([root]);

        Assert.Equal("Good", Assert.Single(graph.Projects).AssemblyName);
        Assert.Contains(graph.Notes, note => note.Contains("Bad.csproj cannot be read as XML", StringComparison.Ordinal));
        Assert.Contains(graph.Notes, note => note.Contains("Gone.csproj, which does not exist", StringComparison.Ordinal));
    }

    [Fact]
    public void References_are_compiled_first_and_cycles_end()
    {
        Write("app/App.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net8.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><OutputType>Exe</OutputType></PropertyGroup>
              <ItemGroup><ProjectReference Include="..\lib\Lib.csproj" /></ItemGroup>
            </Project>
            """);
        Write("app/Program.cs", "await Task.Delay(Lib.Clock.Tick);");
        Write("lib/Lib.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFrameworks>net472;netstandard2.0;net10.0</TargetFrameworks></PropertyGroup>
              <ItemGroup><ProjectReference Include="../app/App.csproj" /><InternalsVisibleTo Include="App" /></ItemGroup>
            </Project>
            """);
        Write("lib/Clock.cs", "namespace Lib; static class Clock { internal static int Tick => 1; }");

        var compiled = new ProjectGraph([root]).Compilations().ToList();

        Assert.Equal(["Lib", "App"], compiled.Select(project => project.Project.AssemblyName));
        Assert.Equal("net10.0", compiled[0].Project.Framework.Name);
        Assert.All(compiled, project => Assert.DoesNotContain(project.Compilation.GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
    }

    [Fact]
    public void Properties_items_and_conditions_are_read()
    {
        Write("Directory.Build.props", "<Project><PropertyGroup><LangVersion>11</LangVersion><Modern>net8.0</Modern></PropertyGroup></Project>");
        Write("lib/Lib.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFrameworks>net472;$(Modern)</TargetFrameworks>
                <DefineConstants Condition="'$(TargetFramework)' != 'net472' and !$([MSBuild]::IsTargetFrameworkCompatible('$(TargetFramework)', 'net9.0'))">$(DefineConstants);SPANS</DefineConstants>
                <DefineConstants Condition="'$(Configuration)' == 'Debug' or Exists('gone.txt')">$(DefineConstants);NEVER</DefineConstants>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                <Compile Remove="Old/**" />
                <Compile Update="A.cs" Link="Renamed.cs" />
                <Compile Include="..\shared\*.cs" Exclude="../shared/Not.cs" LinkBase="Shared" />
                <Using Include="System.Text" />
              </ItemGroup>
            </Project>
            """);
        foreach (var file in (string[])["lib/A.cs", "lib/Old/B.cs", "lib/bin/C.cs", "lib/Inner/D.cs", "shared/E.cs", "shared/Not.cs"])
            Write(file, "");

        var project = SourceProject.Read(Path.Combine(root, "lib", "Lib.csproj"));

        Assert.Equal(["lib/A.cs", "lib/Inner/D.cs", "shared/E.cs"], project.Sources.Select(file => Path.GetRelativePath(root, file)));
        Assert.Equal("net8.0", project.Framework.Name);
        Assert.Equal(LanguageVersion.CSharp11, project.Parsing.LanguageVersion);
        Assert.Equal(NullableContextOptions.Enable, project.Options.NullableContextOptions);
        Assert.Equal("global using global::System.Text;\n", project.Generated);
        Assert.Contains("SPANS", project.Parsing.PreprocessorSymbolNames);
        Assert.Contains("NET8_0_OR_GREATER", project.Parsing.PreprocessorSymbolNames);
        Assert.DoesNotContain("NET9_0_OR_GREATER", project.Parsing.PreprocessorSymbolNames);
        Assert.DoesNotContain("NEVER", project.Parsing.PreprocessorSymbolNames);
        Assert.DoesNotContain("DEBUG", project.Parsing.PreprocessorSymbolNames);
    }

    [Fact]
    public void Old_style_projects_compile_what_they_list()
    {
        Write("Old.csproj", """
            <?xml version="1.0" encoding="utf-8"?>
            <Project ToolsVersion="4.0" xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
              <PropertyGroup>
                <Configuration Condition=" '$(Configuration)' == '' ">Debug</Configuration>
                <OutputType>WinExe</OutputType><AssemblyName>Elder</AssemblyName><TargetFrameworkVersion>v4.7.2</TargetFrameworkVersion>
              </PropertyGroup>
              <ItemGroup><Compile Include="Source\A.cs" /></ItemGroup>
            </Project>
            """);
        Write("Source/A.cs", "static class A { static void Main() => System.Console.WriteLine(); }");
        Write("Source/B.cs", "");

        var project = SourceProject.Read(Path.Combine(root, "Old.csproj"));

        Assert.Equal(Path.Combine(root, "Source", "A.cs"), Assert.Single(project.Sources));
        Assert.Equal(("Elder", "net472", LanguageVersion.CSharp7_3), (project.AssemblyName, project.Framework.Name, project.Parsing.LanguageVersion));
        Assert.Equal(OutputKind.ConsoleApplication, project.Options.OutputKind);
        Assert.Empty(project.Compile([]).GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
    }

    [Fact]
    public async Task Code_without_a_project_is_analysed_too()
    {
        Write("loose/Stock.cs", Locked);
        var (_, output, _) = await RunAsync(CorpusVerb.Command(), root, "--rule", "THR4002");
        Assert.Contains("loose/Stock.cs(6,15)", output);
    }

    [Fact]
    public async Task Bench_prints_each_rule_as_a_ratio_to_binding()
    {
        Write("Shop.csproj", Sdk);
        Write("Stock.cs", Locked);
        var (exit, output, _) = await RunAsync(Bench.Command(), root, "--repeat", "1");
        Assert.Equal(0, exit);
        Assert.Matches(@"\nbench binding [\d.]+ 1\.00000\n", output);
        foreach (var rule in Catalogue.Rules)
            Assert.Matches($@"\nbench {rule.Descriptor().Id} [\d.]+ [\d.]+\n", output);
        Assert.Matches(@"\nbench edit-median [\d.]+ [\d.]+\n", output);
    }

    [Fact]
    public void New_rule_writes_a_rule_that_compiles_and_a_page_that_is_red()
    {
        CopyOfTheFoldersOfRules();

        var files = NewRule.Write(root, "THR4999", "Locks", "LockOnMoon");

        var page = Page.Parse(files[2], File.ReadAllText(files[2]));
        Assert.Contains(page.Cases, @case => @case.Claim == Claim.Flagged && @case.Files.Any(file => file.Squiggles.Any(squiggle => squiggle.Id == "THR4999")));
        Assert.Contains(page.Cases, @case => @case.Claim == Claim.Allowed);
        Assert.Equal([], Errors(files.Take(2)));
        Assert.Contains("is used already", Assert.Throws<ArgumentException>(() => NewRule.Write(root, "THR4999", "Locks", "LockOnSun")).Message);
    }

    [Theory]
    [InlineData("THR4019", "Lock", "LockOnMoon", "give one of Configuration, Threads")]
    [InlineData("THR4019", "4", "LockOnMoon", "give one of Configuration, Threads")]
    [InlineData("THR419", "Locks", "LockOnMoon", "write THR and four digits")]
    [InlineData("THR1919", "Locks", "LockOnMoon", "its first digit must be 4, such as THR4919")]
    [InlineData("THR4002", "Locks", "LockOnMoon", "is used already")]
    [InlineData("THR4999", "Locks", "lockOnMoon", "PascalCase")]
    [InlineData("THR4999", "Locks", "LockOnMoonAnalyzer", "leave the suffix out: LockOnMoon")]
    [InlineData("THR4999", "Locks", "LockOnString", "choose another name")]
    public void New_rule_says_how_to_mend_its_arguments(string id, string category, string name, string remedy)
    {
        CopyOfTheFoldersOfRules();
        var before = Directory.GetFiles(root, "*", SearchOption.AllDirectories).Length;
        Assert.Contains(remedy, Assert.Throws<ArgumentException>(() => NewRule.Write(root, id, category, name)).Message);
        Assert.Equal(before, Directory.GetFiles(root, "*", SearchOption.AllDirectories).Length);
    }

    /// <summary>The compiler's complaints about files of a rule, compiled as friends of the rules' assemblies.</summary>
    private static IEnumerable<string> Errors(IEnumerable<string> files)
    {
        var loaded = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path));
        const string Usings = "global using System; global using System.Collections.Generic; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";
        // The name of an assembly that sees the internals of both.
        return CSharpCompilation.Create("ThreadingAnalyzers.Tests",
                files.Select(File.ReadAllText).Append(Usings).Select(text => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview))),
                loaded.Where(reference => Path.GetFileNameWithoutExtension(reference.FilePath) != "ThreadingAnalyzers.Tests"), new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary))
            .GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.ToString());
    }

    private void CopyOfTheFoldersOfRules()
    {
        File.Copy(Path.Combine(Workplace.RepositoryRoot, "build.props"), Path.Combine(root, "build.props"));
        foreach (var folder in (string[])["docs/rules", "src/ThreadingAnalyzers/Rules"])
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Workplace.RepositoryRoot, folder), "*", SearchOption.AllDirectories))
                Write(Path.GetRelativePath(Workplace.RepositoryRoot, file), File.ReadAllText(file));
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(Command command, params string[] arguments)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var exit = await command.Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (exit, output.ToString(), error.ToString());
    }
}
