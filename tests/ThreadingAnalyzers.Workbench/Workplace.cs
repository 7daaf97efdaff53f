using System.Reflection;

namespace ThreadingAnalyzers.Workbench;

/// <summary>Where the repository and the reference assemblies lie on this machine, as the build wrote it down.</summary>
internal static class Workplace
{
    /// <summary>The repository's top folder, with a trailing separator.</summary>
    public static string RepositoryRoot => Written("RepositoryRoot");

    /// <summary>The names of all that the project file wrote into this assembly.</summary>
    public static IEnumerable<string> Keys => typeof(Workplace).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Select(metadata => metadata.Key);

    /// <summary>A value that the project file wrote into this assembly.</summary>
    public static string Written(string key) => typeof(Workplace).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(metadata => metadata.Key == key)?.Value
        ?? throw new ArgumentException($"'{key}' is not written in the workbench's project file", nameof(key));
}
