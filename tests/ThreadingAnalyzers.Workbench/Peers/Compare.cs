using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.CommandLine;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Workbench.Corpus;
using ThreadingAnalyzers.Workbench.Pages;

namespace ThreadingAnalyzers.Workbench.Peers;

/// <summary><c>compare</c>: what other packages say about the cases of our pages, or what they cost on a program.</summary>
internal static class Compare
{
    /// <summary>The verb with its arguments.</summary>
    public static Command Command()
    {
        var with = new Option<string[]>("--with") { Description = "A further package: a folder of dlls, named as the package; may be given several times.", HelpName = "FOLDER" };
        var write = new Option<bool>("--write") { Description = $"Write the tables into {Comparison.Page} instead of printing them." };
        var cost = new Option<string[]>("--cost") { Description = "Measure instead what each package costs on the projects under this path.", HelpName = "PATH" };
        var repeat = new Option<int>("--repeat") { Description = "How often each cost is measured; the least counts.", HelpName = "N", DefaultValueFactory = _ => 2 };
        cost.Validators.Add(Arguments.MustBeCode);
        var command = new Command("compare", "Runs other analyzer packages over the cases of docs/rules; -p:Peers=true downloads them.") { with, write, cost, repeat };
        command.SetAction(async (parsed, _) =>
        {
            var (output, progress) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            ImmutableArray<Peer> peers;
            try
            {
                peers = [.. Peer.All(), .. (parsed.GetValue(with) ?? []).Select(folder => Peer.Load(new DirectoryInfo(folder).Name, "built from source", folder))];
            }
            catch (Exception wrong) when (wrong is DirectoryNotFoundException or InvalidOperationException)
            {
                await progress.WriteLineAsync(wrong.Message);
                return 1;
            }
            if (parsed.GetValue(cost) is { Length: > 0 } paths)
                await output.WriteAsync(await PeerCost.TableAsync(new ProjectGraph(paths), [Peer.Ours, .. peers], parsed.GetValue(repeat), progress));
            else
                await TellAsync(await RunAsync(peers, Page.All(), progress), parsed.GetValue(write), output);
            return 0;
        });
        return command;
    }

    private static async Task TellAsync(Comparison comparison, bool write, TextWriter output)
    {
        if (write)
            Census.Write(Comparison.Page, comparison.Written(Census.Read(Comparison.Page)));
        else
            await output.WriteLineAsync($"{comparison.Packages()}\n\n{comparison.Rules()}\n\n{comparison.Lacking()}");
        await output.WriteLineAsync($"\nOn lines of ours, and not counted:\n{comparison.Uncounted()}");
    }

    /// <summary>Runs what the peers have about threads over the cases of some pages.</summary>
    public static async Task<Comparison> RunAsync(ImmutableArray<Peer> peers, IEnumerable<Page> pages, TextWriter progress)
    {
        ImmutableArray<DiagnosticAnalyzer> analyzers = [.. peers.SelectMany(peer => peer.Compared)];
        var threw = new ConcurrentBag<DiagnosticAnalyzer>();
        var cases = ImmutableArray.CreateBuilder<PeerCase>();
        foreach (var page in pages)
        {
            await progress.WriteLineAsync(page.Id);
            foreach (var @case in page.Cases.Where(@case => @case.LanguageVersion is not null))
                cases.Add(await PeerCase.RunAsync(@case, analyzers, threw.Add));
        }
        return new(peers, cases.ToImmutable(), threw.ToLookup(analyzer => peers.Single(peer => peer.Analyzers.Contains(analyzer))));
    }
}
