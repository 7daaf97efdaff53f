using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Signals;

/// <summary>Which operations wait, or may wait, until other threads have done something, and which methods of a type do so inside.</summary>
internal static class Waits
{
    /// <summary>Whether the operation itself waits for a thread, a task, a signal or a pulse.</summary>
    public static bool Is(IOperation operation, KnownTypes types) => operation switch
    {
        IAwaitOperation or IForEachLoopOperation { IsAsynchronous: true } => true,
        IInvocationOperation { TargetMethod: var method } => Handles.UseOf(method, types) == HandleUse.Waits || types[method.ContainingType] == KnownType.Monitor && Handles.IsPause(method),
        IWhileLoopOperation { Condition.ConstantValue.HasValue: false, Body: var body } => IsPause(body, types),
        IPropertyReferenceOperation { Property: var property } => Waiting.IsResult(property, types) || ThreadMembers.Observes(property, types),
        _ => false,
    };

    /// <summary>Whether the body of a loop does nothing but let time pass, so that the loop waits for what its condition asks.</summary>
    private static bool IsPause(IOperation body, KnownTypes types) => body switch
    {
        IEmptyOperation => true,
        IBlockOperation { Operations: var statements } => statements.All(statement => IsPause(statement, types)),
        IExpressionStatementOperation { Operation: IInvocationOperation { TargetMethod: var method } } => ThreadMembers.Yields(method, types) || types[method.ContainingType] == KnownType.SpinWait && Handles.IsPause(method),
        _ => false,
    };

    /// <summary>Whether the operation waits, or calls a method of the type, or of a base, that may.</summary>
    public static bool IsOrCalls(IOperation operation, INamedTypeSymbol type, Compilation compilation, KnownTypes types, CancellationToken cancellation) =>
        Is(operation, types)
        || operation is IInvocationOperation { TargetMethod: { MethodKind: MethodKind.Ordinary } method } && IsOf(method, type)
            && Of(method, compilation, types, cancellation) is not { IsCertain: true };

    private static bool IsOf(IMethodSymbol method, INamedTypeSymbol type)
    {
        for (var current = type; current is { SpecialType: SpecialType.None }; current = current.BaseType)
            if (SymbolEqualityComparer.Default.Equals(method.ContainingType?.OriginalDefinition, current.OriginalDefinition))
                return true;
        return false;
    }

    /// <summary>How a method of the program waits; null where it does, or where that is not known.</summary>
    /// <param name="Parameter">The parameter that asks it to wait; null where it never does.</param>
    public sealed record NotAlways(IParameterSymbol? Parameter)
    {
        public bool IsCertain => Parameter is null;
    }

    /// <summary>How the method comes back before the work of others is done; null where it waits, or may wait.</summary>
    public static NotAlways? Of(IMethodSymbol method, Compilation compilation, KnownTypes types, CancellationToken cancellation)
    {
        if (method.IsAbstract || method.IsVirtual || Models.BodyOf(method, compilation, cancellation) is not { } body)
            return null;
        var bodies = Worker.With(body, method.ContainingType, compilation, cancellation);
        var waits = bodies.SelectMany(part => part.Descendants().Where(operation => Is(operation, types)).Select(operation => (Body: part, Wait: operation))).ToList();
        if (waits.Count == 0)
            // What it calls of others may wait for it.
            return bodies.SelectMany(part => part.Descendants()).OfType<IInvocationOperation>().All(call => IsQuick(call.TargetMethod, method.ContainingType, types)) ? new NotAlways((IParameterSymbol?)null) : null;
        var parameter = waits.Select(wait => wait.Body == body ? AskedBy(wait.Wait) : null).Distinct<ISymbol?>(SymbolEqualityComparer.Default).ToList() is [IParameterSymbol only] ? only : null;
        return parameter is null ? null : new NotAlways(parameter);
    }

    private static bool IsQuick(IMethodSymbol method, INamedTypeSymbol type, KnownTypes types) =>
        SymbolEqualityComparer.Default.Equals(method.ContainingType?.OriginalDefinition, type.OriginalDefinition) || types[method.ContainingType] != KnownType.None || Queues.IsQueue(method.ContainingType, types);

    /// <summary>The parameter of type bool that decides on the operation.</summary>
    private static IParameterSymbol? AskedBy(IOperation operation)
    {
        for (var current = operation; current.Parent is { } parent; current = parent)
            if (parent switch
            {
                IConditionalOperation choice when choice.Condition != current => Needed(choice.Condition, choice.WhenTrue == current),
                // Who does not ask for it has left before.
                IBlockOperation block => block.Operations.TakeWhile(statement => statement != current).OfType<IConditionalOperation>()
                    .Where(choice => choice.WhenFalse is null && Succession.Leaves(choice.WhenTrue)).Select(choice => Needed(choice.Condition, false)).FirstOrDefault(needed => needed is not null),
                _ => null,
            } is { } asked)
                return asked;
        return null;
    }

    /// <summary>The parameter of type bool that is true where the condition has the value.</summary>
    private static IParameterSymbol? Needed(IOperation condition, bool value) => condition.Unconverted() switch
    {
        IParameterReferenceOperation { Parameter: var asked } when value => asked,
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } inverted => Needed(inverted.Operand, !value),
        IBinaryOperation { OperatorKind: var kind } both when kind == (value ? BinaryOperatorKind.ConditionalAnd : BinaryOperatorKind.ConditionalOr) => Needed(both.LeftOperand, value) ?? Needed(both.RightOperand, value),
        _ => null,
    };
}
