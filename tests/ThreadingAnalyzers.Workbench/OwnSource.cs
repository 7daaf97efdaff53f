using System.Collections.Immutable;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ThreadingAnalyzers.Workbench.Pages;

namespace ThreadingAnalyzers.Workbench;

/// <summary>
/// The repository's own projects, compiled in memory against the newest framework and the assemblies that lie beside this
/// one: for the rules to run on, and for the tests that read how the sources hang together.
/// </summary>
internal static class OwnSource
{
    /// <summary>The project of the rules and the engine.</summary>
    public const string Rules = "src/ThreadingAnalyzers/ThreadingAnalyzers.csproj";

    /// <summary>The project of the fixes.</summary>
    public const string Fixes = "src/ThreadingAnalyzers.CodeFixes/ThreadingAnalyzers.CodeFixes.csproj";

    /// <summary>The engine's cases: texts that tests read, not code of ours; half of them are wrong on purpose.</summary>
    private const string EngineCases = "tests/ThreadingAnalyzers.Tests/Engine/";

    /// <summary>The projects below some folders of the repository that contain C#, as paths from its top.</summary>
    public static ImmutableArray<string> Projects(params string[] folders) =>
        [.. folders.Select(Full).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories))
            .Select(Relative).Where(IsWritten).Where(project => Sources(project).Any()).Order(StringComparer.Ordinal)];

    /// <summary>The files that people wrote below a folder, as paths from the repository's top.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) => Directory.Exists(Full(folder))
        ? Directory.EnumerateFiles(Full(folder), pattern, SearchOption.AllDirectories).Select(Relative).Where(IsWritten).Order(StringComparer.Ordinal)
        : [];

    /// <summary>A project, compiled; each tree's path is the file's path from the repository's top.</summary>
    public static CSharpCompilation Compile(string project)
    {
        var file = XDocument.Load(Full(project));
        var name = Path.GetFileNameWithoutExtension(project);
        var removed = file.Descendants("Using").Select(@using => $"global using {(string?)@using.Attribute("Remove")};").ToHashSet();
        var usings = string.Concat((CaseProject.GlobalUsings(Frameworks.Default) + string.Concat(file.Descendants("Using")
            .Select(@using => (string?)@using.Attribute("Include")).Where(include => include is not null).Select(include => $"global using {include};\n")))
            .Split('\n').Where(line => !removed.Contains(line)).Select(line => line + "\n"));
        var parse = new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.Parse);
        var trees = Sources(project)
            .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(Full(path)), parse, path))
            .Append(CSharpSyntaxTree.ParseText(usings, parse, "GlobalUsings.g.cs"));
        // What the build writes into the rules' project.
        if (project == Rules)
            trees = trees.Append(CSharpSyntaxTree.ParseText("namespace ThreadingAnalyzers; internal static class Repository { public const string Url = \"\"; }", parse, "Repository.g.cs"));

        var program = file.Descendants("OutputType").Any(type => type.Value == "Exe") || project.StartsWith("samples/", StringComparison.Ordinal);
        var framework = Frameworks.References(Frameworks.Default);
        var taken = framework.Select(reference => Path.GetFileName(reference.Display)).Append(name + ".dll").ToHashSet();
        var beside = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => path.StartsWith(AppContext.BaseDirectory, StringComparison.Ordinal) && !taken.Contains(Path.GetFileName(path)))
            .Select(path => MetadataReference.CreateFromFile(path));
        return CSharpCompilation.Create(name, trees, [.. framework, .. beside], new CSharpCompilationOptions(
            program ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
    }

    private static IEnumerable<string> Sources(string project)
    {
        var folder = Path.GetDirectoryName(project)!.Replace('\\', '/');
        // A fix lies beside its rule and belongs to the fixes' project.
        return Files(folder, "*.cs").Where(path => project != Rules || !IsFix(path))
            .Concat(project == Fixes ? Files("src/ThreadingAnalyzers/Rules", "*.cs").Where(IsFix) : []);
    }

    private static bool IsFix(string path) => path.EndsWith(".Fix.cs", StringComparison.Ordinal);

    private static bool IsWritten(string path) => !path.Split('/').Any(part => part is "bin" or "obj") && !path.StartsWith(EngineCases, StringComparison.Ordinal);

    private static string Full(string path) => Path.Combine(Workplace.RepositoryRoot, path);

    private static string Relative(string path) => Path.GetRelativePath(Workplace.RepositoryRoot, path).Replace('\\', '/');
}
