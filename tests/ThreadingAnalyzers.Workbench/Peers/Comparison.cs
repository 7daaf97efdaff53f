using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Workbench.Pages;

namespace ThreadingAnalyzers.Workbench.Peers;

/// <summary>What the peers say about the cases of all pages, and how <c>docs/comparison.md</c> says it.</summary>
internal sealed class Comparison(ImmutableArray<Peer> peers, ImmutableArray<PeerCase> cases, ILookup<Peer, DiagnosticAnalyzer> threw)
{
    /// <summary>The page, from the repository's top.</summary>
    public const string Page = "docs/comparison.md";

    private readonly ImmutableArray<PeerRule> rules = [.. PeerRules.All.Where(rule => peers.Any(peer => peer.Ids.Contains(rule.Id)))];

    /// <summary>The page with its tables written anew.</summary>
    public string Written(string page)
    {
        page = Census.Replace(Page, page, "peers", Packages());
        page = Census.Replace(Page, page, "rules", Rules());
        return Census.Replace(Page, page, "lacking", Lacking());
    }

    /// <summary>One row a package: what it finds of everything.</summary>
    public string Packages()
    {
        var text = new StringBuilder("| package | version | rules compared | of our flagged cases it finds | of our allowed cases it reports | of our known misses it finds |\n|---|---|---|---|---|---|\n");
        foreach (var peer in peers)
        {
            var own = rules.Where(rule => peer.Ids.Contains(rule.Id)).ToList();
            text.Append($"| {peer.Name} | {peer.Version} | {own.Count} | {Found(cases, own)} | {Reported(cases, own)} | {Missed(cases, own)} |\n");
        }
        text.Append($"| all together | | {rules.Length} | {Found(cases, rules)} of {Of(cases, Claim.Flagged)} | {Reported(cases, rules)} of {Of(cases, Claim.Allowed, Claim.FoundWrongly)} | {Missed(cases, rules)} of {Of(cases, Claim.NotFoundYet)} |");
        foreach (var peer in peers.Where(threw.Contains))
            text.Append($"\n\n{peer.Name} threw {threw[peer].Count()} times.");
        return text.ToString();
    }

    /// <summary>One row a rule of ours.</summary>
    public string Rules()
    {
        var text = new StringBuilder("| our rule | nearest rules | of our flagged cases they find | of our allowed cases they report | difference |\n|---|---|---|---|---|");
        foreach (var page in cases.GroupBy(@case => @case.Case.Id).OrderBy(page => page.Key, StringComparer.Ordinal))
        {
            var near = rules.Where(rule => rule.Meets.Contains(page.Key)).ToList();
            var of = page.ToImmutableArray();
            text.Append($"\n| [{page.Key}](rules/{page.Key}.md) {Catalogue.Rule(page.Key)?.GetType().Name} | {Or(string.Join(", ", near.Select(rule => rule.Name)))} | ");
            text.Append(near is [] ? $"– of {Of(of, Claim.Flagged)} | – " : $"{Each(near, rule => Found(of, [rule]))}{Found(of, near)} of {Of(of, Claim.Flagged)}{Misses(of, near)} | {Each(near, rule => Reported(of, [rule]))}{Reported(of, near)} of {Of(of, Claim.Allowed, Claim.FoundWrongly)} ");
            text.Append($"| {Differences.Of(page.Key)} |");
        }
        return text.ToString();
    }

    /// <summary>The peers' rules that have no counterpart here, by what they want.</summary>
    public string Lacking() => string.Join("\n", rules.Where(rule => rule.Meets is []).GroupBy(rule => rule.Says)
        .Select(same => $"- {same.Key}: {string.Join(", ", same.Select(rule => rule.Name))}"));

    /// <summary>Rules of peers that report on lines of ours and do not count, with the pages: what a reader of <see cref="PeerRules"/> has to judge.</summary>
    public string Uncounted() => string.Join("\n",
        from rule in rules
        let chance = cases.Where(@case => @case.Case.Claim == Claim.Flagged && !rule.Meets.Contains(@case.Case.Id) && @case.IsOnOwnLine(rule)).CountBy(@case => @case.Case.Id).ToList()
        where chance is not []
        select $"{rule.Name}: {string.Join(", ", chance.OrderByDescending(page => page.Value).Select(page => $"{page.Key} {page.Value}"))}");

    private static int Of(ImmutableArray<PeerCase> of, params Claim[] claims) => of.Count(@case => claims.Contains(@case.Case.Claim));

    private static int Found(ImmutableArray<PeerCase> of, IEnumerable<PeerRule> by) =>
        of.Count(@case => @case.Case.Claim == Claim.Flagged && Counting(by, @case).Any(@case.IsFoundBy));

    private static int Reported(ImmutableArray<PeerCase> of, IEnumerable<PeerRule> by) =>
        of.Count(@case => @case.Case.Claim is Claim.Allowed or Claim.FoundWrongly && Counting(by, @case).Any(@case.IsReportedBy));

    private static int Missed(ImmutableArray<PeerCase> of, IEnumerable<PeerRule> by) =>
        of.Count(@case => @case.Case.Claim == Claim.NotFoundYet && Counting(by, @case).Any(@case.IsReportedBy));

    private static IEnumerable<PeerRule> Counting(IEnumerable<PeerRule> rules, PeerCase @case) => rules.Where(rule => rule.Meets.Contains(@case.Case.Id));

    private static string Misses(ImmutableArray<PeerCase> of, List<PeerRule> near) =>
        Missed(of, near) is var found and > 0 ? $", and {found} of {Of(of, Claim.NotFoundYet)} that ours misses" : "";

    /// <summary>The rules with their counts, most first, ended by the word for their union; nothing for a single one.</summary>
    private static string Each(List<PeerRule> near, Func<PeerRule, int> count)
    {
        var counted = near.Select(rule => (rule.Name, Count: count(rule))).Where(rule => rule.Count > 0).OrderByDescending(rule => rule.Count).ToList();
        return near.Count < 2 || counted is [] ? "" : string.Join(", ", counted.Select(rule => $"{rule.Name} {rule.Count}")) + "; together ";
    }

    private static string Or(string words) => words is "" ? "–" : words;
}
