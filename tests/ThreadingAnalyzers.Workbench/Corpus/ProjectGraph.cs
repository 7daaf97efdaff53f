using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp;

namespace ThreadingAnalyzers.Workbench.Corpus;

/// <summary>The projects under some paths and what they refer to, dependencies first. A compilation lives until its last dependent was given out.</summary>
internal sealed class ProjectGraph
{
    private readonly Dictionary<string, SourceProject?> read = new(StringComparer.Ordinal);
    private readonly List<SourceProject> ordered = [];
    private readonly List<string> notes = [];
    private readonly HashSet<SourceProject> asked = [];

    /// <summary>The projects under the paths.</summary>
    /// <param name="paths">Folders or csprojs.</param>
    public ProjectGraph(IEnumerable<string> paths)
    {
        foreach (var path in paths.Select(Path.GetFullPath))
        {
            var files = File.Exists(path) ? [path] : Directory.EnumerateFiles(path, "*.csproj", SearchOption.AllDirectories).Where(file => !IsOutput(file)).Order(StringComparer.Ordinal).ToList();
            foreach (var file in files)
                if (Visit(file) is { Sources: not [] } project)
                    asked.Add(project);
            if (Directory.Exists(path) && Loose(path, files) is { Sources: not [] } loose)
            {
                ordered.Add(loose);
                asked.Add(loose);
            }
        }
    }

    /// <summary>The projects that lie under the paths and have C#, dependencies first.</summary>
    public IEnumerable<SourceProject> Projects => ordered.Where(asked.Contains);

    /// <summary>What could not be read, one sentence each.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>Compiles one project after the other; nothing is bound yet.</summary>
    public IEnumerable<(SourceProject Project, CSharpCompilation Compilation)> Compilations()
    {
        var needed = ordered.SelectMany(References).CountBy(project => project).ToDictionary();
        var compiled = new Dictionary<SourceProject, CSharpCompilation>();
        foreach (var project in ordered)
        {
            if (!asked.Contains(project) && !needed.ContainsKey(project))
                continue;
            var references = References(project).Where(compiled.ContainsKey).ToList();
            var compilation = project.Compile([.. references.Select(reference => (reference, compiled[reference]))]);
            foreach (var reference in references)
                if (--needed[reference] == 0)
                    compiled.Remove(reference);
            if (needed.ContainsKey(project))
                compiled.Add(project, compilation);
            if (asked.Contains(project))
                yield return (project, compilation);
        }
    }

    private IEnumerable<SourceProject> References(SourceProject project)
    {
        // The compiler is handed what a build hands it: references of references, too.
        var seen = new HashSet<SourceProject>();
        var open = new Stack<SourceProject>([project]);
        while (open.TryPop(out var next))
            foreach (var path in next.References)
                if (read.GetValueOrDefault(path) is { } reference && reference != project && seen.Add(reference))
                    open.Push(reference);
        return seen;
    }

    private SourceProject? Visit(string path)
    {
        if (read.TryGetValue(path, out var known))
            return known;
        SourceProject? project = null;
        try
        {
            project = SourceProject.Read(path);
        }
        catch (FormatException broken)
        {
            notes.Add($"{broken.Message}; the project is left out");
        }
        // Entered before its references are visited, so that a cycle ends here.
        read.Add(path, project);
        foreach (var reference in project?.References ?? [])
        {
            if (File.Exists(reference))
                Visit(reference);
            else if (!reference.Contains('*'))
                notes.Add($"{path} refers to {reference}, which does not exist; the reference is left out");
        }
        if (project is not null)
            ordered.Add(project);
        return project;
    }

    private static SourceProject Loose(string path, List<string> projects)
    {
        var owned = projects.Select(project => Path.GetDirectoryName(project) + "/").ToHashSet(StringComparer.Ordinal);
        return SourceProject.Loose(path, [.. Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories).Where(file => !IsOutput(file) && !IsOwned(file)).Order(StringComparer.Ordinal)]);

        bool IsOwned(string file)
        {
            for (var folder = Path.GetDirectoryName(file); folder is not null && folder.Length >= path.Length; folder = Path.GetDirectoryName(folder))
                if (owned.Contains(folder + "/"))
                    return true;
            return false;
        }
    }

    private static bool IsOutput(string file) => file.Contains("/obj/", StringComparison.Ordinal) || file.Contains("/.", StringComparison.Ordinal);
}
