using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers;

/// <summary>
/// Rules, run as one analyzer: concurrently, never on generated code, never at the end of the compilation (editors do not run that).
/// The compiler does its bookkeeping for each analyzer at each declaration and for each action at each operation, which for a
/// hundred of them costs more than the rules do; so a set asks for each kind of operation once and tells its rules.
/// </summary>
public abstract class Ruleset : DiagnosticAnalyzer
{
    private readonly ImmutableArray<Rule> rules;

    private protected Ruleset(ImmutableArray<Rule> rules)
    {
        this.rules = rules;
        SupportedDiagnostics = ImmutableArray.CreateRange(rules.Select(rule => rule.Written));
    }

    /// <summary>One instance of each rule in this assembly, in the order of the ids: there is no list to forget a rule in.</summary>
    internal static IEnumerable<Rule> All => typeof(Rule).Assembly.GetTypes()
        .Where(type => !type.IsAbstract && typeof(Rule).IsAssignableFrom(type))
        .Select(type => (Rule)Activator.CreateInstance(type))
        .OrderBy(rule => rule.Written.Id, StringComparer.Ordinal);

    /// <inheritdoc/>
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; }

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            var types = KnownTypes.Of(start.Compilation);
            var watched = new Watched(start);
            foreach (var rule in rules)
                if (IsOn(rule.Written, start.Compilation, start.CancellationToken))
                    rule.Watch(watched, types);
            watched.Begin();
        });
    }

    /// <summary>
    /// Whether somebody wants to hear of the rule, as the compiler asks only of a whole analyzer: the project, or else an <c>.editorconfig</c>
    /// for all files or for some, or else the rule by default.
    /// </summary>
    private static bool IsOn(DiagnosticDescriptor rule, Compilation compilation, CancellationToken cancellation)
    {
        if (compilation.Options.SpecificDiagnosticOptions.TryGetValue(rule.Id, out var severity))
            return severity != ReportDiagnostic.Suppress;
        var files = compilation.Options.SyntaxTreeOptionsProvider;
        return (files?.TryGetGlobalDiagnosticValue(rule.Id, cancellation, out severity) == true ? severity != ReportDiagnostic.Suppress : rule.IsEnabledByDefault)
            || files is not null && compilation.SyntaxTrees.Any(tree => files.TryGetDiagnosticValue(tree, rule.Id, cancellation, out var here) && here != ReportDiagnostic.Suppress);
    }
}

/// <summary>The rules that warn by default.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ThreadingWarnings() : Ruleset(ImmutableArray.CreateRange(All.Where(rule => rule.Written.DefaultSeverity == DiagnosticSeverity.Warning)));

/// <summary>The rules that only tell something, by default; a build on the command line leaves out an analyzer of which nobody has asked for more.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ThreadingSuggestions() : Ruleset(ImmutableArray.CreateRange(All.Where(rule => rule.Written.DefaultSeverity != DiagnosticSeverity.Warning)));
