using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Concurrency.Collections;

namespace ThreadingAnalyzers.Rules.Collections;

/// <summary>
/// A loop over a synchronized wrapper without the wrapper's lock. Source: the .NET reference, ArrayList.Synchronized and
/// Hashtable.Synchronized: "Enumerating through a collection is intrinsically not a thread-safe procedure".
/// </summary>
public sealed class EnumeratedSynchronizedWrapper() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR8004", since: "1.0", Category.Collections, DiagnosticSeverity.Warning,
        title: "A synchronized wrapper should be enumerated under the lock of its SyncRoot",
        message: "'{0}' locks each single call, not this loop over it: another thread may change it between two elements, and then the loop throws; lock '{0}.SyncRoot' around the loop",
        why: "A synchronized wrapper takes its lock for each call and gives it back. A loop is many calls: another thread may add or remove between two of them, and the enumerator throws InvalidOperationException.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        if (action.Operation is not IForEachLoopOperation loop)
            return;
        var collection = loop.Collection.Unconverted();
        if (collection is IPropertyReferenceOperation { Instance: { } viewed } part && (ConcurrentCollections.IsKeys(part.Property) || ConcurrentCollections.IsValues(part.Property)))
            collection = viewed.Unconverted();
        if (SynchronizedWrapper.IsShared(collection, action.Compilation, action.CancellationToken) && !Exclusion.IsAlone(loop, types, action.Compilation, action.CancellationToken) && !HasJoined(loop, types))
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, loop.Collection.Syntax.GetLocation(), collection.Syntax));
    }, OperationKind.Loop);

    /// <summary>Whether the code has waited for the end of other threads before.</summary>
    private static bool HasJoined(IOperation loop, KnownTypes types) => Flow.Locals.Function(loop).Descendants().OfType<IInvocationOperation>()
        .Any(call => call.Syntax.Span.End <= loop.Syntax.SpanStart && Effects.Of(call.TargetMethod, call.Instance?.Type, types).Kind is EffectKind.Join or EffectKind.StartAndJoin);
}
