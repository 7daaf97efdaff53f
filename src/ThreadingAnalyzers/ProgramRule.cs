using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers;

/// <summary>
/// A rule that says one kind of the engine's findings. The engine runs once a compilation, when the first document is asked
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

    private protected sealed override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var program = ProgramModel.Of(context.Compilation);
        context.RegisterSemanticModelAction(action =>
        {
            var tree = action.SemanticModel.SyntaxTree;
            var asked = Story.Asked(action.Options.AnalyzerConfigOptionsProvider.GetOptions(tree));
            foreach (var finding in program.In(tree, action.CancellationToken))
                if (finding.Defect == defect && finding.Confidence >= asked)
                    action.ReportDiagnostic(new Story(program, finding).Tell(descriptor));
        });
    }
}
