using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Ownership;
using ThreadingAnalyzers.Configuration;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>
/// A pool that an object makes for itself, keeps in a field, and that no code shuts down.
/// Source: "Implement a Dispose method", learn.microsoft.com/dotnet/standard/garbage-collection.
/// </summary>
public sealed class OwnedPoolNotShutDown() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR2002", since: "1.0", Category.Pools, DiagnosticSeverity.Warning,
        title: "Who owns a pool of threads should shut it down",
        message: "The '{0}' made here is kept in '{1}' and no code shuts it down: its threads wait for work when nobody uses the '{2}' any more, and hold what they see; shut it down where the '{2}' is stopped or disposed",
        why: "An object that makes a pool is the only one that knows when the pool is no longer needed. If it does not shut the pool down, each such object leaves its threads behind, which are never collected and keep alive what they refer to.");

    /// <summary>The properties of a finding that name the field and the member of the pool that ends it best.</summary>
    internal const string FieldProperty = "field", EndProperty = "end";

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var pools = PoolTypes.Of(context.Compilation, () => Declarations.Of(context.Compilation, context.Options.AnalyzerConfigOptionsProvider));
        context.RegisterOperationAction(action => Judge(action, pools), OperationKind.ObjectCreation, OperationKind.Invocation);
    }

    private static void Judge(OperationAnalysisContext action, PoolTypes pools)
    {
        var made = action.Operation;
        if (pools.MadeBy(made, action.Compilation, action.CancellationToken) is not { } pool)
            return;
        var custody = Custody.Of(made, Obligation.Of(pool, made.Type!), action.Compilation, action.CancellationToken);
        if (custody.Leaves || custody.Ends.Count > 0 || custody.Field is not { IsStatic: false, ContainingType: { } owner } field || !pool.Runs(custody.Calls)
            || ProcessLife.IsOf(owner, action.Compilation, action.CancellationToken))
            return;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, Neglect.PlaceOf(made),
            ImmutableDictionary<string, string?>.Empty.Add(FieldProperty, field.Name).Add(EndProperty, pool.Ends[0].Name), pool.Type.Name, field.Name, owner.Name));
    }
}
