using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Method;
using ThreadingAnalyzers.Concurrency.Ownership;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>
/// A loop that takes from a blocking collection or channel until it is completed, which no code does: the consumer never ends.
/// Source: the .NET reference, BlockingCollection.CompleteAdding, ChannelWriter.Complete.
/// </summary>
public sealed class QueueNeverCompleted() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR2004", since: "1.0", Category.Pools, DiagnosticSeverity.Warning,
        title: "A queue should be completed, so that its consumers end",
        message: "No code completes '{0}', and the loop in line {1} takes from it until then: the consumer never ends, nor does who waits for it; call '{2}' when nothing more will be added",
        why: "A loop over a blocking collection or channel waits for the next item until the queue is marked as complete. Where nobody marks it, the loop waits for ever when the last item is taken: its thread is never free again, and a wait for it is a deadlock.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) =>
        context.RegisterOperationAction(action => Judge(action, types), OperationKind.ObjectCreation, OperationKind.Invocation, (OperationKind)Creations.CollectionExpressionKind);

    private static void Judge(OperationAnalysisContext action, KnownTypes types)
    {
        var made = action.Operation;
        if (!Queues.IsMadeBy(made, types))
            return;
        var custody = Custody.Of(made, Obligation.OfQueue(made.Type!, types), action.Compilation, action.CancellationToken);
        if (custody.Leaves || custody.Ends.Count > 0 || (custody.Field ?? custody.Holders.FirstOrDefault()) is not { } holder
            || custody.Calls.Where(call => Queues.Consumes(call, types)).Select(call => Consumption.Of(call)).FirstOrDefault(found => found is not null) is not { } consumption)
            return;
        // What only other objects keep belongs to the code that made it.
        var harms = custody.Field is { } field && (field.IsStatic || SymbolEqualityComparer.Default.Equals(field.ContainingType, action.ContainingSymbol.ContainingType?.OriginalDefinition))
            ? !field.IsStatic && Consumption.OutlivesOwner(field.ContainingType, action.Compilation, types, action.CancellationToken)
                && (!ProcessLife.IsOf(field.ContainingType, action.Compilation, action.CancellationToken, isPatient: true) || consumption.HoldsUpStop(field.ContainingType, action.Compilation, types, action.CancellationToken))
            : !SymbolEqualityComparer.Default.Equals(action.ContainingSymbol, action.Compilation.GetEntryPoint(action.CancellationToken)) || consumption.HoldsUp(made.Function(), types);
        if (harms)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, Neglect.PlaceOf(made), [consumption.Loop.Syntax.GetLocation()], holder.Name,
                consumption.Loop.Syntax.Line(), types[made.Type] == KnownType.BlockingCollection ? "CompleteAdding" : "Writer.Complete"));
    }
}
