using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
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
        message: "No code completes '{0}', made in {1}, and this loop takes from it until then: the consumer never ends, nor does who waits for it; call '{2}' when nothing more will be added",
        why: "A loop over a blocking collection or channel waits for the next item until the queue is marked as complete. Where nobody marks it, the loop waits for ever when the last item is taken: its thread is never free again, and a wait for it is a deadlock.");

    /// <summary>The name of what holds the queue, for the fix: the loop may have got it under another one.</summary>
    internal const string HolderProperty = "holder";

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        ILookup<SyntaxNode, EndlessQueue>? endless = null;
        context.RegisterOperationAction(action =>
        {
            var call = (IInvocationOperation)action.Operation;
            if (!Queues.Consumes(call, types))
                return;
            // Asked for by the first loop; two that ask at once find the same.
            endless ??= EndlessQueue.Of(action.Compilation, types, action.CancellationToken);
            foreach (var queue in endless[call.Syntax])
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), [Neglect.PlaceOf(queue.Made)], ImmutableDictionary<string, string?>.Empty.Add(HolderProperty, queue.Holder.Name), queue.Holder.Name,
                    queue.Made.Syntax.LineSeenFrom(call.Syntax), types[queue.Made.Type] == KnownType.BlockingCollection ? "CompleteAdding" : "Writer.Complete"));
        }, OperationKind.Invocation);
    }
}
