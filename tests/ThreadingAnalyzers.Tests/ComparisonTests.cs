using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Workbench;
using ThreadingAnalyzers.Workbench.Pages;
using ThreadingAnalyzers.Workbench.Peers;

namespace ThreadingAnalyzers.Tests;

/// <summary>How other packages are held against our pages, as far as it can be tried without them.</summary>
public sealed class ComparisonTests
{
    private const string Text = """
        ## Flagged: two files

        ```cs file: A.cs
        class A { void M() {
            lock (this) { }
        //        ~~~~ THR4001
        //  -- 1
            lock ("a") { }
        //        ~~~ THR4002: words
        //  -- 1
            lock (new object()) { }
        } }
        ```
        ```cs file: B.cs
        class B { void M() {
            lock (this) { }
        } }
        ```

        ## Allowed: another

        ```cs
        class A { void M() {
            lock (this) { }
        //        ~~~~ THR4001
            lock (new object()) { }
        } }
        ```
        """;

    private static readonly Page Sample = Page.Parse("THR4002.md", Text);
    private static readonly PeerRule Peers = PeerRules.All.Single(rule => rule.Id == "S2551");

    [Theory]
    [InlineData("A.cs", 1, false)] // Another rule's squiggle, and its further place.
    [InlineData("A.cs", 2, true)]
    [InlineData("A.cs", 3, false)]
    [InlineData("B.cs", 2, false)]
    public void A_case_is_found_by_a_report_on_a_line_of_its_own_rule(string file, int line, bool found)
    {
        var reported = new PeerCase(Sample.Cases[0], [new(Peers, file, line)]);
        Assert.Equal(found, reported.IsFoundBy(Peers));
        Assert.False(reported.IsFoundBy(PeerRules.All.Single(rule => rule.Id == "CA2002")));
        var elsewhere = Peers with { Anywhere = true };
        Assert.True(new PeerCase(Sample.Cases[0], [new(elsewhere, file, line)]).IsFoundBy(elsewhere));
    }

    [Fact]
    public void A_report_where_any_rule_of_ours_reports_is_not_held_against_an_allowed_case()
    {
        Assert.False(new PeerCase(Sample.Cases[1], [new(Peers, "Case.cs", 1)]).IsReportedBy(Peers));
        Assert.True(new PeerCase(Sample.Cases[1], [new(Peers, "Case.cs", 2)]).IsReportedBy(Peers));
    }

    [Fact]
    public async Task Analyzers_are_run_over_the_cases_and_counted()
    {
        var peer = new Peer("Peer", "1.0", [new LockReport(), new Broken()]);
        var comparison = await Compare.RunAsync([peer], [Sample], TextWriter.Null);

        Assert.Contains("| Peer | 1.0 | 2 | 1 | 1 | 0 |\n", comparison.Packages());
        Assert.Contains("Peer threw 2 times.", comparison.Packages());
        Assert.Contains("LockOnString | S2551 | 1 of 1 | 1 of 1 |", comparison.Rules());
        Assert.Equal("- An awaited task should be given ConfigureAwait: S3216", comparison.Lacking());
        Assert.Contains(comparison.Rules(), comparison.Written("<!-- peers -->\n<!-- /peers -->\n<!-- rules -->\nold\n<!-- /rules -->\n<!-- lacking -->\n<!-- /lacking -->\n"));
    }

    [Fact]
    public void The_table_of_peers_names_rules_of_ours_that_exist()
    {
        Assert.Equal(PeerRules.All.Length, PeerRules.All.DistinctBy(rule => rule.Name).Count());
        Assert.All(PeerRules.All, rule => Assert.Matches(@"^[A-Z].*[^.]$", rule.Says));
        Assert.All(PeerRules.All.SelectMany(rule => rule.Meets), id => Assert.NotNull(Catalogue.Rule(id)));
        Assert.Empty(Differences.Rules.Except(PeerRules.All.SelectMany(rule => rule.Meets)));
    }

    [Fact]
    public void Each_rule_stands_in_the_page_once()
    {
        var rows = Regex.Matches(Census.Read(Comparison.Page), @"^\| \[(?<id>THR\d{4})\]\(rules/\k<id>\.md\) (?<name>\w+) \|(?<near>[^|]*)\|[^|]*\|[^|]*\|(?<difference>[^|]*)\|$", RegexOptions.Multiline);
        Assert.True(Cases.Pages.Select(page => page.Id).SequenceEqual(rows.Select(row => row.Groups["id"].Value)),
            $"{Comparison.Page} is behind the pages: run 'compare --write' as it says, or write a row by hand");
        Assert.All(rows, row =>
        {
            Assert.Equal(Catalogue.Rule(row.Groups["id"].Value)!.GetType().Name, row.Groups["name"].Value);
            Assert.Equal(Differences.Of(row.Groups["id"].Value), row.Groups["difference"].Value.Trim());
            var near = string.Join(", ", PeerRules.All.Where(rule => rule.Meets.Contains(row.Groups["id"].Value)).Select(rule => rule.Name));
            Assert.Equal(near is "" ? "–" : near, row.Groups["near"].Value.Trim());
        });
    }

#pragma warning disable RS1001, RS1038, RS2008 // No compiler loads them and no user sees them.
    private sealed class LockReport : DiagnosticAnalyzer
    {
        private static readonly DiagnosticDescriptor Descriptor = new("S2551", "Lock", "Lock", "Peer", DiagnosticSeverity.Info, isEnabledByDefault: false);

        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Descriptor];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.RegisterSyntaxNodeAction(node => node.ReportDiagnostic(Diagnostic.Create(Descriptor, ((LockStatementSyntax)node.Node).Expression.GetLocation())), SyntaxKind.LockStatement);
        }
    }

    private sealed class Broken : DiagnosticAnalyzer
    {
        private static readonly DiagnosticDescriptor Descriptor = new("S3216", "Broken", "Broken", "Peer", DiagnosticSeverity.Warning, isEnabledByDefault: true);

        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Descriptor];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.RegisterCompilationAction(_ => throw new InvalidOperationException("broken"));
        }
    }
}
