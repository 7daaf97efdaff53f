using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Concurrency.Collections;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Collections;

/// <summary>
/// A factory given to <c>GetOrAdd</c> or <c>AddOrUpdate</c> that should run once and may run more often. Source: the .NET reference,
/// ConcurrentDictionary.GetOrAdd, remarks: "the delegate is called outside the locks".
/// </summary>
public sealed class FactoryRunsTwice() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR8003", since: "1.0", Category.Collections, DiagnosticSeverity.Info,
        title: "A factory of a concurrent dictionary should do nothing that matters twice",
        message: "'{0}' may run more than once for one key, and only one result is kept: {1}; store a Lazy, or keep this out of the factory",
        why: "A concurrent dictionary calls the factory outside its locks. Two threads that ask for a missing key both run it, and one of the results is dropped: what the factory has started, opened or counted has then happened twice.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var call = (IInvocationOperation)action.Operation;
        if (CollectionCall.Of(call, types) is not { Use: CollectionUse.GetsOrAdds or CollectionUse.Updates, IsShared: true } use)
            return;
        foreach (var argument in call.Arguments.Where(argument => argument.Parameter?.Type.TypeKind == TypeKind.Delegate))
            if (Work.Of(argument.Value) is { } work && FactoryEffect.Of(work, use, types) is { } effect && !Exclusion.IsAlone(call, types, action.Compilation, action.CancellationToken))
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, Work.PlaceOf(argument.Value), work.Name, effect));
    }, OperationKind.Invocation);
}
