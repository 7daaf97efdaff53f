using System.Collections.Immutable;
using System.Diagnostics;
using ThreadingAnalyzers.Workbench;

namespace ThreadingAnalyzers.Tests;

/// <summary>A run of the <c>dotnet</c> command, as a user types it at the top of the repository.</summary>
/// <param name="ProcessId">The id of the process that ran.</param>
/// <param name="ExitCode">What it returned.</param>
/// <param name="Output">The lines of its standard output.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record DotNet(int ProcessId, int ExitCode, ImmutableArray<string> Output, string Error)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Runs the command to its end.</summary>
    /// <exception cref="TimeoutException">It did not end in three minutes; it is killed.</exception>
    public static async Task<DotNet> RunAsync(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = Workplace.RepositoryRoot,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The test run's own MSBuild speaks through these; a build inside it must not listen.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);

        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new DotNet(process.Id, process.ExitCode, [.. (await output).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')], await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"dotnet {string.Join(' ', start.ArgumentList)} did not end in {Limit}");
        }
    }
}
