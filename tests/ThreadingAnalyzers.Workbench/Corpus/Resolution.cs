using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ThreadingAnalyzers.Workbench.Corpus;

/// <summary>Counts how much of the code means something without its packages; it rides along as a rule that reports nothing.</summary>
#pragma warning disable RS1001, RS2008 // No compiler loads it and no user sees it.
internal sealed class Resolution : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor Descriptor = new("WORKBENCH", "Nothing", "Nothing", "Workbench", DiagnosticSeverity.Warning, isEnabledByDefault: true);
    private long resolved, unresolved;

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Descriptor];

    /// <summary>The share of calls, creations and member accesses that could not be bound, from 0 to 1.</summary>
    public double UnresolvedShare => (double)unresolved / Math.Max(resolved + unresolved, 1);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(_ => Interlocked.Increment(ref resolved),
            OperationKind.Invocation, OperationKind.ObjectCreation, OperationKind.PropertyReference, OperationKind.FieldReference, OperationKind.MethodReference, OperationKind.EventReference);
        context.RegisterOperationAction(_ => Interlocked.Increment(ref unresolved), OperationKind.Invalid);
    }
}
