using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ThreadingAnalyzers.Workbench.Peers;

/// <summary>Another analyzer package, or ours, with the rules in it.</summary>
/// <param name="Name">The package's id.</param>
/// <param name="Version">Its version, or words in its place.</param>
internal sealed record Peer(string Name, string Version, ImmutableArray<DiagnosticAnalyzer> Analyzers)
{
    private const string Key = "peer ";

    /// <summary>This package.</summary>
    public static Peer Ours { get; } = new("ThreadingAnalyzers", typeof(Rule).Assembly.GetName().Version!.ToString(3), Catalogue.Analyzers);

    /// <summary>The ids of all its rules.</summary>
    public ImmutableHashSet<string> Ids { get; } = [.. Analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics).Select(rule => rule.Id)];

    /// <summary>The analyzers that have a rule of <see cref="PeerRules"/>; of ours, all.</summary>
    public ImmutableArray<DiagnosticAnalyzer> Compared =>
        this == Ours ? Analyzers : [.. Analyzers.Where(analyzer => analyzer.SupportedDiagnostics.Any(rule => PeerRules.All.Any(compared => compared.Id == rule.Id)))];

    /// <summary>The packages that the project file names.</summary>
    /// <exception cref="DirectoryNotFoundException">One was not downloaded; the message says how.</exception>
    public static ImmutableArray<Peer> All() =>
        [.. Workplace.Keys.Where(key => key.StartsWith(Key, StringComparison.Ordinal)).Select(key => Downloaded(key, key[Key.Length..].Split(' ')))];

    /// <summary>The rules in a folder of dlls.</summary>
    /// <exception cref="InvalidOperationException">A dll could not be loaded, or there is no rule.</exception>
    public static Peer Load(string name, string version, string folder)
    {
        var loader = new Loader(folder);
        var analyzers = ImmutableArray.CreateBuilder<DiagnosticAnalyzer>();
        foreach (var dll in Directory.EnumerateFiles(folder, "*.dll").Order(StringComparer.Ordinal))
        {
            var reference = new AnalyzerFileReference(Path.GetFullPath(dll), loader);
            reference.AnalyzerLoadFailed += (_, failure) =>
            {
                // A package brings dlls without rules along.
                if (failure.ErrorCode != AnalyzerLoadFailureEventArgs.FailureErrorCode.NoAnalyzers)
                    throw new InvalidOperationException($"{dll}: {failure.Message}", failure.Exception);
            };
            analyzers.AddRange(reference.GetAnalyzers(LanguageNames.CSharp));
        }
        return analyzers.Count > 0 ? new(name, version, analyzers.ToImmutable()) : throw new InvalidOperationException($"{folder} holds no analyzer of C#: give the folder of the dlls.");
    }

    private static Peer Downloaded(string key, string[] package)
    {
        var folder = Path.Combine(Workplace.Written("Packages"), package[0].ToLowerInvariant(), package[1], Workplace.Written(key));
        return Directory.Exists(folder) ? Load(package[0], package[1], folder)
            : throw new DirectoryNotFoundException($"{package[0]} {package[1]} was not downloaded: run with -p:Peers=true, as docs/comparison.md shows.");
    }

    /// <summary>Loads a package's dlls beside each other and apart from other packages.</summary>
    private sealed class Loader(string folder) : IAnalyzerAssemblyLoader
    {
        private readonly Context context = new(Path.GetFullPath(folder));

        public void AddDependencyLocation(string fullPath) { }

        public Assembly LoadFromPath(string fullPath) => context.LoadFromAssemblyPath(fullPath);

        private sealed class Context(string folder) : AssemblyLoadContext
        {
            protected override Assembly? Load(AssemblyName name)
            {
                // What the host has (the compiler, above all) must be the same for all.
                var file = Path.Combine(folder, name.Name + ".dll");
                return Default.Assemblies.All(loaded => loaded.GetName().Name != name.Name) && File.Exists(file) ? LoadFromAssemblyPath(file) : null;
            }
        }
    }
}
