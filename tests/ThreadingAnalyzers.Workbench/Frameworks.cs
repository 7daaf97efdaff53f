using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Workbench;

/// <summary>The reference assemblies of the frameworks that the rules are tried against, read once a process.</summary>
internal static class Frameworks
{
    /// <summary>The framework of a case that names none.</summary>
    public const string Default = "net10.0";

    /// <summary>Every framework that can be named.</summary>
    public static readonly ImmutableArray<string> All = ["net472", "netstandard2.0", "net8.0", "net10.0"];

    private static readonly ConcurrentDictionary<string, Lazy<ImmutableArray<MetadataReference>>> Read = new();

    /// <summary>The references of a framework, one of <see cref="All"/>.</summary>
    public static ImmutableArray<MetadataReference> References(string framework) => Read.GetOrAdd(framework, static name => new(() =>
    {
        var folder = Workplace.Written(name);
        var files = Directory.EnumerateFiles(folder, "*.dll");
        if (Directory.Exists(Path.Combine(folder, "Facades")))
            files = files.Concat(Directory.EnumerateFiles(Path.Combine(folder, "Facades"), "*.dll"));
        // Two files of .NET Framework are native code under a managed name.
        files = files.Where(file => Path.GetFileName(file) is not ("System.EnterpriseServices.Wrapper.dll" or "System.EnterpriseServices.Thunk.dll"));
        return [.. files.Order(StringComparer.Ordinal).Select(file => MetadataReference.CreateFromFile(file))];
    })).Value;
}
