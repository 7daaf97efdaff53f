using System.Diagnostics;
using System.Text.RegularExpressions;
using ThreadingAnalyzers.Workbench;

namespace ThreadingAnalyzers.Tests;

/// <summary>
/// The package, packed once for all tests that open or install it, in a folder of its own with a feed that holds nothing
/// else and a package cache that nobody else fills.
/// </summary>
public sealed class PackedPackage : IAsyncLifetime
{
    /// <summary>The folder of everything; with a quote and a space in its name, as some users' folders have.</summary>
    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"o'threads {Guid.NewGuid():N}");

    /// <summary>The nupkg file.</summary>
    public string File => Directory.GetFiles(Path.Combine(Folder, "feed"), "*.nupkg").Single();

    /// <summary>Its id, as build.props names it.</summary>
    public string Id { get; } = Written("Product");

    /// <summary>Its version, as build.props names it.</summary>
    public string Version { get; } = Written("Version");

    /// <summary>A property of build.props.</summary>
    public static string Written(string property) =>
        Regex.Match(System.IO.File.ReadAllText(Path.Combine(Workplace.RepositoryRoot, "build.props")), $"<{property}>(.*)</{property}>").Groups[1].Value;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Folder);
        await System.IO.File.WriteAllTextAsync(Path.Combine(Folder, "NuGet.config"), """
            <configuration>
              <packageSources>
                <clear />
                <add key="feed" value="feed" />
              </packageSources>
            </configuration>
            """);
        await PackAsync("feed");
    }

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Packs into a folder of <see cref="Folder"/>, everything compiled anew on demand.</summary>
    public async Task<string> PackAsync(string folder, bool anew = false)
    {
        var project = Path.Combine(Workplace.RepositoryRoot, "src", "ThreadingAnalyzers.Package");
        if (anew)
            await MustSucceedAsync("build", project, "-c", "Release", "--no-incremental", "--no-restore");
        await MustSucceedAsync("pack", project, "-c", "Release", "-o", Path.Combine(Folder, folder));
        return Directory.GetFiles(Path.Combine(Folder, folder), "*.nupkg").Single();

        async Task MustSucceedAsync(params string[] arguments)
        {
            var (exit, output) = await RunAsync(Workplace.RepositoryRoot, cache: null, arguments);
            Assert.True(exit == 0, output);
        }
    }

    /// <summary>Runs <c>dotnet</c> in a folder of <see cref="Folder"/>, as a user of the package does.</summary>
    public Task<(int Exit, string Output)> DotnetAsync(string folder, params string[] arguments) =>
        RunAsync(Path.Combine(Folder, folder), Path.Combine(Folder, "cache"), arguments);

    private static async Task<(int Exit, string Output)> RunAsync(string folder, string? cache, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // The test run's own build must not leak into the user's.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["SOURCE_DATE_EPOCH"] = "1700000000";
        if (cache is not null)
            start.Environment["NUGET_PACKAGES"] = cache;

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}

/// <summary>The tests that share one <see cref="PackedPackage"/>.</summary>
[CollectionDefinition(nameof(PackedPackage))]
public sealed class PackedPackageCollection : ICollectionFixture<PackedPackage>;
