using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency;

/// <summary>
/// A gate that one atomic call keeps, <c>if (Interlocked.Exchange(ref done, 1) != 0) return;</c>: the first thread fills a field behind
/// it, and the others, which are sent on at once, use that field though it may not be there yet.
/// </summary>
/// <param name="Variable">The variable of the gate.</param>
/// <param name="Fill">The assignment behind the gate.</param>
/// <param name="Use">What the others do with the field.</param>
internal sealed record OnceGate(IOperation Variable, ISimpleAssignmentOperation Fill, IOperation Use)
{
    /// <summary>The gate that the call keeps; null where it keeps none, or where nobody is known to use what it does not wait for.</summary>
    public static OnceGate? Of(IInvocationOperation call, KnownTypes types, Compilation compilation, CancellationToken cancellation)
    {
        if (Asked(call, types) is not var (test, isFirst) || call.Function() is not IMethodBodyOperation || Exclusion.IsUnderLock(call, types)
            || Atomics.Changed(call, types) is not IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } variable)
            return null;
        var branches = Branches.Of(test);
        var (first, others) = isFirst ? (branches.WhenTrue, branches.WhenFalse) : (branches.WhenFalse, branches.WhenTrue);
        // Who is refused, or does something else, may well wait there.
        if (first.Count == 0 || others.SelectMany(part => part.OwnOperations().Prepend(part)).Any(operation => operation is IInvocationOperation or IAwaitOperation or ILoopOperation or IThrowOperation))
            return null;
        foreach (var fill in first.SelectMany(part => part.OwnOperations().Prepend(part)).OfType<ISimpleAssignmentOperation>())
            if (fill.Target is IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation, Field: { IsReadOnly: false, Type.IsReferenceType: true } field } && !NullTest.IsNull(fill.Value)
                && IsOnlyFilledIn(first, field, compilation, cancellation)
                && (UseIn(others, field) ?? UseFrom(call.Function(), first.Max(part => part.Syntax.Span.End), field, types) ?? UseAfterCalls(call, field, variable.Field, types, compilation, cancellation)) is { } use)
                return new OnceGate(variable, fill, use);
        return null;
    }

    /// <summary>The test of what the call gives, and whether it is true for the first thread; null where the call does not tell who is first.</summary>
    private static (IOperation Test, bool IsFirst)? Asked(IInvocationOperation call, KnownTypes types)
    {
        var (first, later) = Atomics.CompareExchange(call, types) is var (_, put, expected) ? (Constant(expected), Constant(put))
            : Atomics.Exchange(call, types) is var (_, given) ? (null, Constant(given))
            : Atomics.CountsUp(call, types) ? (1L, null)
            : ((long?)null, (long?)null);
        if (first is null && later is null || first == later)
            return null;
        if (call.Type?.SpecialType == SpecialType.System_Boolean && later is not null)
            return (call, later == 0);
        IOperation answer = call;
        while (answer.Parent is IConversionOperation or IParenthesizedOperation)
            answer = answer.Parent;
        if (answer.Parent is not IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals or BinaryOperatorKind.GreaterThan } test || test.LeftOperand != answer || Constant(test.RightOperand) is not { } compared)
            return null;
        bool? isOfFirst = compared == later ? false : first is null || compared == first ? true : null;
        return (isOfFirst, test.OperatorKind) switch
        {
            (null, _) or (false, BinaryOperatorKind.GreaterThan) => null,
            ({ } own, BinaryOperatorKind.Equals) => (test, own),
            ({ } own, _) => (test, !own),
        };
    }

    private static long? Constant(IOperation value) => value.ConstantValue is { HasValue: true, Value: { } constant }
        ? constant switch { int number => number, long number => number, uint number => number, bool flag => flag ? 1 : 0, _ => null } : null;

    /// <summary>Whether the field is empty until the code behind the gate fills it.</summary>
    private static bool IsOnlyFilledIn(IReadOnlyList<IOperation> first, IFieldSymbol field, Compilation compilation, CancellationToken cancellation) =>
        MemberUses.Of(field, compilation, cancellation) is { } uses && uses.All(use => use switch
        {
            ISymbolInitializerOperation => false,
            _ when !use.IsWritten() => true,
            { Parent: ISimpleAssignmentOperation { Value: var value } } => NullTest.IsNull(value) || first.Any(part => part.Syntax.SyntaxTree == use.Syntax.SyntaxTree && part.Syntax.Span.Contains(use.Syntax.Span)),
            _ => false,
        });

    /// <summary>The use by who is not the first, in an arm of its own.</summary>
    private static IOperation? UseIn(IReadOnlyList<IOperation> others, IFieldSymbol field) =>
        others.SelectMany(part => part.OwnOperations().Prepend(part)).FirstOrDefault(operation => IsNeeded(operation, field));

    /// <summary>The use by a member that calls this one first, to have it all in place.</summary>
    private static IOperation? UseAfterCalls(IInvocationOperation call, IFieldSymbol field, IFieldSymbol variable, KnownTypes types, Compilation compilation, CancellationToken cancellation)
    {
        if (call.Method() is not { MethodKind: MethodKind.Ordinary } method)
            return null;
        foreach (var use in MemberUses.InType(method, compilation, cancellation).OfType<IInvocationOperation>())
            if (use.Function() is IMethodBodyOperation caller && use.Instance is null or IInstanceReferenceOperation && use.Statement() is not null && !Exclusion.IsAlone(use, types, compilation, cancellation)
                && !caller.OwnOperations().Any(operation => operation is IFieldReferenceOperation asked && SymbolEqualityComparer.Default.Equals(asked.Field, variable))
                && UseFrom(caller, use.Syntax.Span.End, field, types) is { } found)
                return found;
        return null;
    }

    /// <summary>The first use of the field behind a place, where nothing in between waits for something or asks whether it is there.</summary>
    private static IOperation? UseFrom(IOperation function, int from, IFieldSymbol field, KnownTypes types)
    {
        var behind = function.OwnOperations().Where(operation => operation.Syntax.SpanStart >= from).OrderBy(operation => operation.Syntax.SpanStart).ToList();
        return behind.FirstOrDefault(operation => operation is IFieldReferenceOperation use && SymbolEqualityComparer.Default.Equals(use.Field, field)) is { } first && IsNeeded(first, field)
            && !behind.Any(operation => operation.Syntax.SpanStart < first.Syntax.SpanStart && !operation.Syntax.Span.Contains(first.Syntax.Span) && MayWait(operation, types)) ? first : null;
    }

    private static bool MayWait(IOperation operation, KnownTypes types) => operation is ILoopOperation or IAwaitOperation or ILockOperation
        || operation is IInvocationOperation call && (Handles.UseOf(call.TargetMethod, types) == HandleUse.Waits
            || Effects.Of(call.TargetMethod, call.Instance?.Type, types).Kind is EffectKind.Acquire or EffectKind.TryAcquire or EffectKind.Join or EffectKind.TimedJoin or EffectKind.Await);

    /// <summary>Whether the operation reads the field and fails, or gives nothing where something is meant, when it is empty.</summary>
    private static bool IsNeeded(IOperation operation, IFieldSymbol field) => operation is IFieldReferenceOperation use && SymbolEqualityComparer.Default.Equals(use.Field, field) && use.Parent switch
    {
        IInvocationOperation call => call.Instance == use,
        IMemberReferenceOperation member => member.Instance == use,
        IArrayElementReferenceOperation element => element.ArrayReference == use,
        IReturnOperation { Kind: OperationKind.Return } => use.Method() is { ReturnNullableAnnotation: not NullableAnnotation.Annotated },
        _ => false,
    };
}
