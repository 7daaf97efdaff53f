using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>By which words code names a thread: a variable, an element of a collection, or each of its elements in turn.</summary>
/// <param name="Root">The local, the parameter, or the field of the object itself.</param>
/// <param name="Index">The index where it is an element; null for the variable itself, and where a <c>foreach</c> goes through the elements.</param>
/// <param name="Loop">The loop, or the call of a query, that goes through all elements; null where one thread is meant.</param>
internal sealed record ThreadPlace(ISymbol Root, IOperation? Index, IOperation? Loop)
{
    /// <summary>More aliases than code has; a bound because broken code may go in circles.</summary>
    private const int Limit = 8;

    /// <summary>The place that an expression names; null where it is another one.</summary>
    public static ThreadPlace? Of(IOperation? expression)
    {
        var value = expression?.Unconverted();
        for (var steps = 0; steps < Limit; steps++)
        {
            switch (value)
            {
                case IConditionalAccessInstanceOperation: value = Accessed(value); break;
                case ISimpleAssignmentOperation assignment: value = assignment.Target.Unconverted(); break;
                case IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } field: return new ThreadPlace(field.Field, null, null);
                case IParameterReferenceOperation parameter: return Each(parameter) ?? new ThreadPlace(parameter.Parameter, null, null);
                case IArrayElementReferenceOperation { Indices: [var index] } element: return Element(element.ArrayReference, index);
                case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } collection, Arguments: [{ Value: var index }] }: return Element(collection, index);
                case ILocalReferenceOperation local when LoopOf(local.Local, local) is IForEachLoopOperation loop: return Of(loop.Collection) is { Index: null, Loop: null } all ? all with { Loop = loop } : null;
                case ILocalReferenceOperation local:
                    if (Alias(local) is not { } alias)
                        return new ThreadPlace(local.Local, null, null);
                    value = alias;
                    break;
                default: return null;
            }
        }
        return null;
    }

    /// <summary>Whether who did something to the other place did it to this one too, as far as both are certain.</summary>
    public bool IsCoveredBy(ThreadPlace other) => SymbolEqualityComparer.Default.Equals(Root, other.Root) && (Loop, other.Loop) switch
    {
        (null, null) => Index is null && other.Index is null || Index is not null && other.Index is not null && IsSameIndex(Index, other.Index),
        ({ } mine, { } others) => mine == others ? Index is null && other.Index is null || Index is not null && other.Index is not null && IsSameIndex(Index, other.Index) : IsFromFirst(mine) && IsFromFirst(others),
        (null, { } others) => Index is not null && IsFromFirst(others) && others is not IForLoopOperation,
        _ => false,
    };

    /// <summary>Whether the operation may put another thread into the place.</summary>
    public bool IsReplacedBy(IOperation operation, KnownTypes types) => Names(operation) && (operation.IsWritten() || operation.Parent switch
    {
        IArrayElementReferenceOperation element => element.ArrayReference == operation && element.IsWritten(),
        IPropertyReferenceOperation { Property.IsIndexer: true } element => element.Instance == operation && element.IsWritten(),
        IInvocationOperation call => call.Instance == operation && types[operation.Type] != KnownType.Thread && call.Arguments.All(argument => argument.Parameter?.Type.TypeKind != TypeKind.Delegate),
        IArgumentOperation => types[operation.Type] != KnownType.Thread,
        _ => false,
    }) || Index is ILocalReferenceOperation { Local: var index } && operation.Names(index) && operation.IsWritten();

    /// <summary>Whether the operation names the variable.</summary>
    public bool Names(IOperation operation) => SymbolEqualityComparer.Default.Equals(operation is IFieldReferenceOperation field ? field.Field : operation.Variable(), Root);

    /// <summary>The value whose parts a <c>?.</c> goes on with.</summary>
    public static IOperation? Accessed(IOperation instance)
    {
        for (IOperation inner = instance, outer = instance.Parent!; outer is not null; inner = outer, outer = outer.Parent!)
            if (outer is IConditionalAccessOperation access && access.WhenNotNull == inner)
                return access.Operation.Unconverted();
        return null;
    }

    private static ThreadPlace? Element(IOperation collection, IOperation index) => Of(collection) is { Index: null, Loop: null } all
        ? all with { Index = index, Loop = index is ILocalReferenceOperation { Local: var counter } && LoopOf(counter, index) is IForLoopOperation loop ? loop : null }
        : null;

    /// <summary>Each element of the collection that a query hands to a lambda.</summary>
    private static ThreadPlace? Each(IParameterReferenceOperation parameter)
    {
        var function = parameter.Function();
        return function is IAnonymousFunctionOperation { Symbol: { Parameters: [{ } only] }, Parent: IDelegateCreationOperation { Parent: IArgumentOperation { Parent: IInvocationOperation call } } }
            && SymbolEqualityComparer.Default.Equals(only, parameter.Parameter) && Of(call.Instance ?? call.Arguments.FirstOrDefault()?.Value) is { Index: null, Loop: null } all
            ? all with { Loop = call }
            : null;
    }

    private static IOperation? LoopOf(ILocalSymbol local, IOperation inside)
    {
        for (var current = inside.Parent; current is not null; current = current.Parent)
            if (current is ILoopOperation loop && loop.Locals.Contains(local, SymbolEqualityComparer.Default))
                return loop;
        return null;
    }

    /// <summary>The variable that the local is another name of, where both are given a value once.</summary>
    private static IOperation? Alias(ILocalReferenceOperation local) => local.OnlyValue()?.Unconverted() switch
    {
        ILocalReferenceOperation other when other.OnlyValue() is not null => other,
        IArrayElementReferenceOperation element => element,
        _ => null,
    };

    private static bool IsFromFirst(IOperation loop) => loop is not IForLoopOperation counting
        || counting.Before.SelectMany(statement => statement.DescendantsAndSelf()).OfType<IVariableInitializerOperation>().All(first => first.Value.ConstantValue is { HasValue: true, Value: 0 });

    private static bool IsSameIndex(IOperation one, IOperation other) =>
        one.ConstantValue is { HasValue: true, Value: { } value } ? value.Equals(other.ConstantValue.Value) : one.Variable() is { } variable && other.Names(variable);
}
