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

    /// <summary>What was counted until now.</summary>
    public Tally Count => new(resolved, unresolved);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(_ => Interlocked.Increment(ref resolved),
            OperationKind.Invocation, OperationKind.ObjectCreation, OperationKind.PropertyReference, OperationKind.FieldReference, OperationKind.MethodReference, OperationKind.EventReference);
        context.RegisterOperationAction(_ => Interlocked.Increment(ref unresolved), OperationKind.Invalid);
    }

    /// <summary>Calls, creations and member accesses.</summary>
    public readonly record struct Tally(long Resolved, long Unresolved)
    {
        /// <summary>The share that could not be bound, from 0 to 1.</summary>
        public double UnresolvedShare => (double)Unresolved / Math.Max(Resolved + Unresolved, 1);

        /// <summary>What was counted since an earlier tally.</summary>
        public static Tally operator -(Tally later, Tally earlier) => new(later.Resolved - earlier.Resolved, later.Unresolved - earlier.Unresolved);
    }
}
