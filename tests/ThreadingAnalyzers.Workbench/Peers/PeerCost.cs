using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Workbench.Corpus;

namespace ThreadingAnalyzers.Workbench.Peers;

/// <summary>
/// What packages cost on a program: the processor time of the analyzer driver with their rules, as a ratio to binding alone; once
/// with the rules that are compared and once with all that are on by default. An idle rule, which has each call bound, stands beside them.
/// </summary>
internal static class PeerCost
{
    /// <summary>One row a package.</summary>
    public static async Task<string> TableAsync(ProjectGraph graph, ImmutableArray<Peer> peers, int repeat, TextWriter progress)
    {
        // Binding, binding under an idle rule, then each package twice.
        var sums = new TimeSpan[2 + 2 * peers.Length];
        foreach (var (project, built) in graph.Compilations())
        {
            await progress.WriteLineAsync(Path.GetFileName(project.Path));
            var compilation = built.WithOptions(built.Options.WithConcurrentBuild(false));
            var least = await LeastAsync(repeat, [
                () => BoundAsync(compilation),
                () => DrivenAsync(compilation, [new BenchRun.IdleRule()]),
                .. peers.Select<Peer, Func<Task<TimeSpan>>>(peer => () => DrivenAsync(With(peer == Peer.Ours ? [] : PeerCase.Enabled(peer.Analyzers)), peer.Compared)),
                .. peers.Select<Peer, Func<Task<TimeSpan>>>(peer => () => DrivenAsync(With([]), peer.Analyzers))]);
            for (var i = 0; i < sums.Length; i++)
                sums[i] += least[i];

            CSharpCompilation With(ImmutableDictionary<string, ReportDiagnostic> options) => compilation.WithOptions(compilation.Options.WithSpecificDiagnosticOptions(options));
        }
        var table = new StringBuilder("| package | rules about threads | all rules that are on by default |\n|---|---|---|\n");
        table.Append(CultureInfo.InvariantCulture, $"| an idle rule | {sums[1] / sums[0]:0.00} | {sums[1] / sums[0]:0.00} |\n");
        for (var i = 0; i < peers.Length; i++)
            table.Append(CultureInfo.InvariantCulture, $"| {peers[i].Name} | {sums[2 + i] / sums[0]:0.00} | {sums[2 + peers.Length + i] / sums[0]:0.00} |\n");
        return table.ToString();
    }

    /// <summary>The least time of each part, the parts alternating, after a round that is thrown away: it compiles the parts' own code.</summary>
    private static async Task<TimeSpan[]> LeastAsync(int repeat, Func<Task<TimeSpan>>[] parts)
    {
        var least = new TimeSpan[parts.Length];
        for (var round = 0; round <= repeat; round++)
        {
            for (var i = 0; i < parts.Length; i++)
            {
                var cost = await parts[i]();
                least[i] = round <= 1 || cost < least[i] ? cost : least[i];
            }
        }
        return least;
    }

    private static async Task<TimeSpan> BoundAsync(CSharpCompilation compilation)
    {
        var fresh = BenchRun.Fresh(compilation);
        return (await Cost.OfAsync(() => Task.FromResult(fresh.GetDiagnostics()))).Cpu;
    }

    private static async Task<TimeSpan> DrivenAsync(CSharpCompilation compilation, ImmutableArray<DiagnosticAnalyzer> rules)
    {
        var driver = BenchRun.Driven(BenchRun.Fresh(compilation), rules);
        return (await Cost.OfAsync(() => driver.GetAnalyzerDiagnosticsAsync())).Cpu;
    }
}
