using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Workbench.Pages;

namespace ThreadingAnalyzers.Workbench.Peers;

/// <summary>A report of a peer in a case.</summary>
/// <param name="File">The name of the case's file.</param>
/// <param name="Line">The line where its place begins, from 0.</param>
internal sealed record PeerReport(PeerRule Rule, string File, int Line);

/// <summary>A case of ours with what the peers report in it.</summary>
internal sealed record PeerCase(Case Case, ImmutableArray<PeerReport> Reports)
{
    /// <summary>Runs analyzers over a case, with all rules of <see cref="PeerRules"/> on, whatever their defaults.</summary>
    /// <param name="threw">Is told of an analyzer that threw; the others go on.</param>
    public static async Task<PeerCase> RunAsync(Case @case, ImmutableArray<DiagnosticAnalyzer> analyzers, Action<DiagnosticAnalyzer> threw)
    {
        var project = CaseProject.Of(@case);
        // A name of its own: ParallelChecker keeps what it found by the assembly's name and the file's.
        var compilation = project.Compilation.WithAssemblyName($"{@case.Id}_{@case.Line}")
            .WithOptions(project.Compilation.Options.WithSpecificDiagnosticOptions(Enabled(analyzers)));
        var found = await compilation.WithAnalyzers(analyzers, new CompilationWithAnalyzersOptions(
            project.AnalyzerOptions, (_, analyzer, _) => threw(analyzer), concurrentAnalysis: true, logAnalyzerExecutionTime: false)).GetAnalyzerDiagnosticsAsync();
        var files = @case.Files.ToDictionary(file => project.Tree(file.Name).FilePath, file => file.Name);
        return new(@case, [.. (from report in found
                               let rule = PeerRules.All.FirstOrDefault(rule => rule.IsOf(report))
                               where rule is not null && report.Location.IsInSource && files.ContainsKey(report.Location.SourceTree!.FilePath)
                               select new PeerReport(rule, files[report.Location.SourceTree!.FilePath], report.Location.GetLineSpan().StartLinePosition.Line)).Distinct()]);
    }

    /// <summary>The options that switch the rules of <see cref="PeerRules"/> on and all others of the analyzers off.</summary>
    public static ImmutableDictionary<string, ReportDiagnostic> Enabled(ImmutableArray<DiagnosticAnalyzer> analyzers)
    {
        var ours = PeerRules.All.Select(rule => rule.Id).ToHashSet();
        return analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics).Select(rule => rule.Id).Distinct()
            .ToImmutableDictionary(id => id, id => ours.Contains(id) ? ReportDiagnostic.Warn : ReportDiagnostic.Suppress);
    }

    /// <summary>Whether a peer's rule finds what the page's rule reports here: on the line of one of its squiggles or of a further place, or anywhere where that is its way.</summary>
    public bool IsFoundBy(PeerRule rule) => rule.Anywhere ? Reports.Any(report => report.Rule == rule) : IsOnOwnLine(rule);

    /// <summary>Whether a peer's rule reports on the line of a squiggle of the page's rule, or of one of its further places.</summary>
    public bool IsOnOwnLine(PeerRule rule) => Reports.Any(report => report.Rule == rule && OwnLines(report.File).Contains(report.Line));

    /// <summary>Whether a peer's rule reports where no rule of ours does.</summary>
    public bool IsReportedBy(PeerRule rule) => Reports.Any(report => report.Rule == rule && File(report.File).Squiggles.All(squiggle => squiggle.Line != report.Line));

    /// <summary>The lines of the page's own rule in a file.</summary>
    private HashSet<int> OwnLines(string file)
    {
        var lines = new HashSet<int>();
        var own = false;
        foreach (var squiggle in File(file).Squiggles)
        {
            // Further places are drawn after their finding.
            own = squiggle.Id is null ? own : squiggle.Id == Case.Id;
            if (own)
                lines.Add(squiggle.Line);
        }
        return lines;
    }

    private CaseFile File(string name) => Case.Files.Single(file => file.Name == name);
}
