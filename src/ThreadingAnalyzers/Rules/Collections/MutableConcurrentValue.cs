using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Concurrency.Collections;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Collections;

/// <summary>
/// A plain collection that is the value of a concurrent dictionary and is changed without a lock. Source: the .NET reference,
/// ConcurrentDictionary: its methods are thread-safe, its values are not.
/// </summary>
public sealed class MutableConcurrentValue() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR8002", since: "1.0", Category.Collections, DiagnosticSeverity.Warning,
        title: "A plain collection in a concurrent dictionary should be changed under a lock",
        message: "'{0}' changes a {1} that every thread gets from '{2}': the dictionary is thread-safe, its values are not, so entries get lost or the collection breaks; lock the value wherever it is used, or make it a concurrent or immutable collection",
        why: "A concurrent dictionary guards its own entries, not the objects in them. Two threads that get the same list and add to it change a plain list at once: elements are lost, or the list throws in the middle of a growth.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        if (Changed(action.Operation, types) is not { } value || (ConcurrentValue.Of(value, types) ?? Given(value, action, types)) is not { IsShared: true, IsOwnKey: false } got
            || Exclusion.IsAlone(action.Operation, types, action.Compilation, action.CancellationToken))
            return;
        var name = action.Operation is IInvocationOperation call ? call.TargetMethod.Name : "[…] =";
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, action.Operation.Syntax.GetLocation(), name, value.Type!.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat), got.Collection.Syntax));
    }, OperationKind.Invocation, OperationKind.SimpleAssignment);

    /// <summary>The use of the dictionary by which all callers of a method got the value that they give it; null where some give another.</summary>
    private static CollectionCall? Given(IOperation value, OperationAnalysisContext action, KnownTypes types)
    {
        if (value is not IParameterReferenceOperation parameter || Parameters.Given(parameter, action.Compilation, action.CancellationToken) is not { } given)
            return null;
        var got = given.Select(one => Exclusion.IsAlone(one, types, action.Compilation, action.CancellationToken) ? null : ConcurrentValue.Of(one, types)).ToList();
        return got.All(use => use is { IsShared: true, IsOwnKey: false }) ? got[0] : null;
    }

    /// <summary>The plain collection that the operation changes; null where it changes none.</summary>
    private static IOperation? Changed(IOperation operation, KnownTypes types)
    {
        var changed = operation switch
        {
            IInvocationOperation { Instance: { } receiver, TargetMethod: var method } when Containers.Mutates(method) => receiver,
            ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } receiver } } when !Containers.IsElementwise(receiver.Type, types) => receiver,
            _ => null,
        };
        return changed is not null && Containers.IsUnsafeCollection(changed.Type, types) ? changed.Unconverted() : null;
    }
}
