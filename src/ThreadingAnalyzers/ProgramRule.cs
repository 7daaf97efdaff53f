using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Concurrency.Verdicts;
using ThreadingAnalyzers.Configuration;

namespace ThreadingAnalyzers;

/// <summary>
/// A rule that says one kind of the engine's findings, alone or beside what it sees for itself. The engine runs once a compilation, when the first document is asked
/// for; each finding is said from the document of its primary place, so that editors show it live.
/// </summary>
public abstract class ProgramRule : Rule
{
    private readonly DiagnosticDescriptor descriptor;
    private readonly Defect defect;

    private protected ProgramRule(DiagnosticDescriptor descriptor, Defect defect)
        : base(descriptor)
    {
        this.descriptor = descriptor;
        this.defect = defect;
    }

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var program = ProgramModel.Of(context.Compilation);
        context.RegisterSemanticModelAction(action =>
        {
            var (model, options) = (action.SemanticModel, action.Options.AnalyzerConfigOptionsProvider.GetOptions(action.SemanticModel.SyntaxTree));
            var asked = Asked(options);
            foreach (var finding in program.In(model.SyntaxTree, () => Declarations.Of(model.Compilation, action.Options.AnalyzerConfigOptionsProvider), action.CancellationToken))
                if (finding.Defect == defect && finding.Confidence >= asked
                    && !options.Excludes(descriptor.Id, model.GetEnclosingSymbol(finding.Primary.Site.Start, action.CancellationToken)))
                    action.ReportDiagnostic(new Story(program, finding).Tell(descriptor));
        });
    }

    /// <summary>How sure a finding must be to be said in a file with these options.</summary>
    private Confidence Asked(AnalyzerConfigOptions options) => Option.Confidence.Read(options, descriptor.Id)?.ToLowerInvariant() switch
    {
        "medium" => Confidence.Medium,
        "all" => Confidence.Low,
        _ => Confidence.High,
    };
}
