using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Workbench;

namespace ThreadingAnalyzers.Tests;

/// <summary>Rules run together as one analyzer, and each is heard as if it ran alone.</summary>
public sealed class RulesetTests
{
    private const string Dropped = "using System; using System.Threading; class C { private volatile bool stopped; public void Start() { new Thread(Run).Start(); } public void Stop() => stopped = true; private void Run() { while (!stopped) Console.WriteLine(); } }";

    [Fact]
    public void The_package_has_each_rule_once()
    {
        var shipped = Catalogue.Analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics).Select(rule => rule.Id).ToList();
        Assert.Equal(Catalogue.Rules.Select(rule => rule.Descriptor().Id), shipped.Order(StringComparer.Ordinal));
        var loaded = typeof(Rule).Assembly.GetTypes().Where(type => type.IsDefined(typeof(DiagnosticAnalyzerAttribute), inherit: false));
        Assert.Equal(Catalogue.Analyzers.Select(analyzer => analyzer.GetType().Name).Order(), loaded.Select(type => type.Name).Order());
    }

    /// <summary>A build on the command line runs no analyzer of which it would not show anything.</summary>
    [Fact]
    public void Rules_that_warn_stand_apart_from_those_that_only_tell() =>
        Assert.All(Catalogue.Analyzers, analyzer => Assert.Single(analyzer.SupportedDiagnostics.Select(rule => rule.DefaultSeverity).Distinct()));

    [Theory]
    [InlineData("THR1002", null, null, true)]
    [InlineData("THR1002", "[*.cs]\ndotnet_diagnostic.THR1002.severity = none", null, false)]
    [InlineData("THR1002", "is_global = true\ndotnet_diagnostic.THR1002.severity = none", null, false)]
    [InlineData("THR1002", null, ReportDiagnostic.Suppress, false)]
    [InlineData("THR1002", "[Case.cs]\ndotnet_diagnostic.THR1002.severity = warning", ReportDiagnostic.Suppress, false)]
    // Off by default.
    [InlineData("THR1014", null, null, false)]
    [InlineData("THR1014", "[*.cs]\ndotnet_diagnostic.THR1014.severity = warning", null, true)]
    [InlineData("THR1014", "is_global = true\ndotnet_diagnostic.THR1014.severity = warning", null, true)]
    [InlineData("THR1014", null, ReportDiagnostic.Warn, true)]
    public async Task A_rule_is_heard_where_somebody_wants_it(string id, string? config, ReportDiagnostic? project, bool isHeard)
    {
        var files = new Options(config is null ? [] : [(config.StartsWith("is_global", StringComparison.Ordinal) ? "/.globalconfig" : "/case/.editorconfig", config)]);
        var compilation = CSharpCompilation.Create("Case", [CSharpSyntaxTree.ParseText(Dropped, path: "/case/Case.cs")], Frameworks.References(Frameworks.Default),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, specificDiagnosticOptions: project is { } severity ? [new(id, severity)] : null).WithSyntaxTreeOptionsProvider(files.Severities));
        var found = await compilation.WithAnalyzers(Catalogue.Analyzers, new AnalyzerOptions([], files)).GetAnalyzerDiagnosticsAsync();
        Assert.Equal(isHeard, found.Any(diagnostic => diagnostic.Id == id));
    }

    [Fact]
    public async Task A_rule_that_nobody_wants_costs_nothing()
    {
        Assert.Equal(0, await ActionsAsync(ReportDiagnostic.Suppress));
        Assert.NotEqual(0, await ActionsAsync(ReportDiagnostic.Warn));

        // Another rule is on, so the compiler starts the analyzer.
        static async Task<int> ActionsAsync(ReportDiagnostic severity)
        {
            var compilation = CSharpCompilation.Create("Case", [CSharpSyntaxTree.ParseText(Dropped)], Frameworks.References(Frameworks.Default),
                new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, specificDiagnosticOptions: [new("THR1014", severity)]));
            DiagnosticAnalyzer analyzer = new Chosen([Catalogue.Rule("THR1014")!, Catalogue.Rule("THR3001")!]);
            var driver = compilation.WithAnalyzers([analyzer]);
            await driver.GetAnalyzerDiagnosticsAsync();
            return (await driver.GetAnalyzerTelemetryInfoAsync(analyzer, default)).OperationActionsCount;
        }
    }
}
