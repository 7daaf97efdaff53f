using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ThreadingAnalyzers.Workbench.Corpus;

/// <summary>Rules run over every project of a corpus, one project after the other, and what came out.</summary>
internal sealed class CorpusRun(IReadOnlyList<string> paths, ImmutableArray<Rule> rules, bool buildOnly)
{
    private static readonly AnalyzerOptions Unconfigured = new([], new Options());
    private readonly ImmutableArray<string> roots = [.. paths.Select(path => Path.GetFullPath(path).TrimEnd('/'))];
    private readonly SortedDictionary<CorpusFinding, string> findings = [];
    private readonly HashSet<string> files = new(StringComparer.Ordinal);
    private readonly Resolution resolution = new();
    private readonly Stopwatch build = new(), editor = new(), all = new();

    /// <summary>The findings with the code around them, in the order of paths and places.</summary>
    public IReadOnlyDictionary<CorpusFinding, string> Findings => findings;

    /// <summary>What could not be read.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>What the rules threw, with its stack.</summary>
    public List<string> Exceptions { get; } = [];

    /// <summary>Findings that only a build or only an editor shows.</summary>
    public List<string> Differences { get; } = [];

    /// <summary>Lines of the files, each file once.</summary>
    public long Lines { get; private set; }

    /// <summary>How many projects were analysed.</summary>
    public int Projects { get; private set; }

    /// <summary>The cost and the extent of the run, one line.</summary>
    public string Summary => FormattableString.Invariant(
        $"{Projects} projects, {files.Count} files, {Lines} lines; {resolution.Count.UnresolvedShare:P1} of the operations unresolved; {all.Elapsed.TotalSeconds:F1} s (as a build {build.Elapsed.TotalSeconds:F1}, as an editor {(buildOnly ? "not run" : $"{editor.Elapsed.TotalSeconds:F1}")})");

    /// <summary>Runs everything.</summary>
    /// <param name="progress">Told of each project.</param>
    public async Task RunAsync(TextWriter progress)
    {
        all.Start();
        var graph = new ProjectGraph(roots);
        Notes.AddRange(graph.Notes);
        var count = graph.Projects.Count();
        foreach (var (project, compilation) in graph.Compilations())
        {
            Projects++;
            foreach (var tree in compilation.SyntaxTrees.Skip(1))
                if (files.Add(tree.FilePath))
                    Lines += (await tree.GetTextAsync()).Lines.Count;
            var before = resolution.Count;
            await AnalyseAsync(project, compilation);
            await progress.WriteLineAsync(FormattableString.Invariant(
                $"[{Projects}/{count}] {Relative(project.Path)} ({project.Framework.Name}, {project.Sources.Length} files, {(resolution.Count - before).UnresolvedShare:P0} unresolved)"));
        }
        all.Stop();
    }

    private async Task AnalyseAsync(SourceProject project, CSharpCompilation compilation)
    {
        build.Start();
        var built = await FindAsync((run, rider) => Analysis.AsBuildAsync(compilation, run, Unconfigured, rider: rider), rules, project, resolution);
        build.Stop();
        foreach (var diagnostic in built)
            if (CorpusFinding.Of(diagnostic, Relative) is var finding && !findings.ContainsKey(finding))
                findings.Add(finding, finding.Draw(diagnostic.Location));
        if (buildOnly)
            return;

        editor.Start();
        var edited = await FindAsync((run, _) => Analysis.AsEditorAsync(compilation, run, Unconfigured), rules, project);
        editor.Stop();
        var inBuild = built.Select(diagnostic => CorpusFinding.Of(diagnostic, Relative)).ToHashSet();
        var inEditor = edited.Select(diagnostic => CorpusFinding.Of(diagnostic, Relative)).ToHashSet();
        Differences.AddRange(inBuild.Except(inEditor).Order().Select(finding => $"only as a build:   {finding}"));
        Differences.AddRange(inEditor.Except(inBuild).Order().Select(finding => $"only as an editor: {finding}"));
    }

    private async Task<ImmutableArray<Diagnostic>> FindAsync(
        Func<ImmutableArray<Rule>, DiagnosticAnalyzer?, Task<ImmutableArray<Diagnostic>>> analyse, ImmutableArray<Rule> run, SourceProject project, DiagnosticAnalyzer? rider = null)
    {
        try
        {
            return [.. (await analyse(run, rider)).Where(diagnostic => diagnostic.Location.IsInSource)];
        }
        catch (AggregateException) when (run.Length > 1)
        {
            // One rule's exception must not hide what the others find.
            var found = ImmutableArray.CreateBuilder<Diagnostic>();
            foreach (var rule in run)
                found.AddRange(await FindAsync(analyse, [rule], project));
            return found.ToImmutable();
        }
        catch (AggregateException thrown)
        {
            Exceptions.AddRange(thrown.InnerExceptions.Select(exception => $"{Relative(project.Path)}: {exception.Message}\n{exception.InnerException?.StackTrace}").Distinct());
            return [];
        }
    }

    /// <summary>The path below the root it was found under; with several roots, below the folder of that root.</summary>
    private string Relative(string path)
    {
        var root = roots.Where(root => path.StartsWith(root + "/", StringComparison.Ordinal) || path == root).MaxBy(root => root.Length);
        if (root is null || roots.Length > 1 || path == root)
            root = Path.GetDirectoryName(root ?? roots[0])!;
        return Path.GetRelativePath(root, path).Replace('\\', '/');
    }
}
