using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Collections;

/// <summary>A test of a concurrent collection with the act that relies on it, and what another thread does to both.</summary>
/// <param name="Check">The test.</param>
/// <param name="Act">The act; the test itself where one operator reads and writes.</param>
/// <param name="Deed">What the act does with the collection: a participle.</param>
/// <param name="Harm">What another thread may do, and what follows.</param>
/// <param name="Advice">What to do.</param>
internal sealed record CheckThenAct(IOperation Check, IOperation Act, string Deed, string Harm, string Advice)
{
    private const string Overwritten = "another thread may add the key in between, and what it stored is overwritten";

    private const string Replaced = "another thread may add the key in between, and then the threads go on with two objects of which one is lost";

    private const string Twice = "another thread may add the key in between, and then both go on as the first";

    private const string Lost = "another thread may change it in between, and then one of the changes is lost";

    private const string Removed = "another thread may remove the key in between, and then this throws";

    /// <summary>The pair that begins with a use of a collection; null where nothing relies on it, or nothing can go wrong.</summary>
    public static CheckThenAct? Of(CollectionCall call, KnownTypes types, CancellationToken cancellation) => call.Use switch
    {
        CollectionUse.AsksKey => OfKey(call, Branches.Of(call.Operation), types, cancellation),
        CollectionUse.TriesToGet => OfKey(call, Branches.Of(call.Operation), types, cancellation) ?? OfNull(call, types, cancellation) ?? OfKept(call, types),
        CollectionUse.AsksCount => OfCount(call, types, cancellation),
        CollectionUse.Gets => OfUpdate(call, types) ?? OfKept(call, types),
        CollectionUse.CountsAndCopies => OfCopy(call, types, cancellation),
        _ => null,
    };

    /// <summary>A value that is got, tested for null, and put there.</summary>
    private static CheckThenAct? OfNull(CollectionCall check, KnownTypes types, CancellationToken cancellation)
    {
        if (!check.IsDropped || check.Out is not { } local)
            return null;
        foreach (var use in check.Operation.Function().OwnOperations().Where(operation => operation.Names(local) && operation.Syntax.SpanStart > check.Operation.Syntax.Span.End).ToList())
            if (NullTest.Of(use) is var (test, isNull) && Branches.Of(test) is var branches
                && OfAbsent(check, isNull ? branches.WhenTrue : branches.WhenFalse, [], types) is { } found)
                return found;
        return null;
    }

    private static CheckThenAct? OfKey(CollectionCall check, Branches branches, KnownTypes types, CancellationToken cancellation) =>
        OfPresent(check, branches.WhenTrue, branches.WhenFalse, types, cancellation) ?? OfAbsent(check, branches.WhenFalse, branches.WhenTrue, types);

    /// <summary>The key was found: who reads it again, or writes what follows from it, relies on that.</summary>
    private static CheckThenAct? OfPresent(CollectionCall check, IReadOnlyList<IOperation> code, IReadOnlyList<IOperation> otherwise, KnownTypes types, CancellationToken cancellation)
    {
        foreach (var act in Uses(check, code, types))
        {
            if (act.Use == CollectionUse.Gets && IsUpdated(act.Operation))
                return new CheckThenAct(check.Operation, act.Operation, "changed", Lost, "use AddOrUpdate");
            if (act.Use == CollectionUse.Sets && DependsOn(act.Value!, check, types))
                return new CheckThenAct(check.Operation, act.Operation, "changed", Lost, "use AddOrUpdate, or TryUpdate in a loop");
            // Who throws where the key is not there throws where it is not there any more.
            if (act.Use == CollectionUse.Gets && check.Use == CollectionUse.AsksKey && !otherwise.Any(IsMissingKey) && check.IsTakenOut(cancellation))
                return new CheckThenAct(check.Operation, act.Operation, "read", Removed, "use TryGetValue");
        }
        return null;
    }

    /// <summary>The key was not found: who adds it then relies on that.</summary>
    private static CheckThenAct? OfAbsent(CollectionCall check, IReadOnlyList<IOperation> code, IReadOnlyList<IOperation> otherwise, KnownTypes types)
    {
        foreach (var act in Uses(check, code, types))
        {
            if (act.Value is not { } value || act.Use == CollectionUse.TriesToAdd && !(act.IsDropped && IsReadBehind(value, act, check)))
                continue;
            if (act.Use == CollectionUse.Adds)
                return new CheckThenAct(check.Operation, act.Operation, "changed", "another thread may add the key in between, and then this throws", "use TryAdd or GetOrAdd");
            var harm = otherwise.Any(IsRefusal) ? Twice : Stored.Of(value, check, code) switch
            {
                StoredKind.Object => Replaced,
                StoredKind.Given when act.Use != CollectionUse.TriesToAdd => Overwritten,
                StoredKind.Mark when Stored.HasOtherEffects(code, check, types) => Twice,
                _ => null,
            };
            if (harm is not null)
                return new CheckThenAct(check.Operation, act.Operation, "changed", harm, harm == Replaced ? "use GetOrAdd" : "use TryAdd or GetOrAdd");
        }
        return StoredBy(check, code, types) is { } storing ? new CheckThenAct(check.Operation, storing, "changed", Replaced, "use GetOrAdd") : null;
    }

    /// <summary>The call of a method beside this one that makes an object and stores it under the key, without a test of its own; null where there is none.</summary>
    private static IInvocationOperation? StoredBy(CollectionCall check, IReadOnlyList<IOperation> code, KnownTypes types)
    {
        if (check.Collection is not IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation } || check.Key is not { } key)
            return null;
        foreach (var call in code.SelectMany(part => part.OwnOperations().Prepend(part)).OfType<IInvocationOperation>())
            if (call is { Instance: null or IInstanceReferenceOperation, TargetMethod: { IsVirtual: false, IsAbstract: false, IsOverride: false } method, SemanticModel: { } model }
                && call.Arguments.FirstOrDefault(argument => SyntaxFactory.AreEquivalent(argument.Value.Syntax, key.Syntax))?.Parameter is { Ordinal: var ordinal }
                && !Exclusion.IsUnderLock(call, types) && Work.BodyOf(method, model) is { } body)
            {
                var uses = body.OwnOperations().Select(inner => CollectionCall.Of(inner, types)).OfType<CollectionCall>().Where(use => use.IsOf(check)).ToList();
                if (uses is [{ Use: CollectionUse.Sets, Key: IParameterReferenceOperation { Parameter.Ordinal: var kept }, Value: { } value } only] && kept == ordinal
                    && Stored.Of(value, check, [body]) == StoredKind.Object && !Exclusion.IsUnderLock(only.Operation, types))
                    return call;
            }
        return null;
    }

    /// <summary>The code that refuses what is there already: an exception, or a plain no.</summary>
    private static bool IsRefusal(IOperation code) => code switch
    {
        IBlockOperation { Operations: [.., var last] } => IsRefusal(last),
        IThrowOperation or IExpressionStatementOperation { Operation: IThrowOperation } => true,
        IReturnOperation { ReturnedValue.ConstantValue: { HasValue: true, Value: false } } => true,
        _ => false,
    };

    private static bool IsMissingKey(IOperation code) => code switch
    {
        IBlockOperation { Operations: [.., var last] } => IsMissingKey(last),
        IExpressionStatementOperation { Operation: IThrowOperation thrown } => IsMissingKey(thrown),
        IThrowOperation { Exception: { } exception } => Throwing.IsOfMissingKey(exception.Unconverted().Type),
        _ => false,
    };

    /// <summary>Elements were found: who takes or reads one relies on that.</summary>
    private static CheckThenAct? OfCount(CollectionCall check, KnownTypes types, CancellationToken cancellation)
    {
        if (Emptiness.TestOf(check.Operation) is not var (test, isEmpty) || Loops(check.Operation))
            return null;
        var branches = Branches.Of(test);
        foreach (var act in Uses(check, isEmpty ? branches.WhenFalse : branches.WhenTrue, types))
        {
            if (Loops(act.Operation, test.Syntax.Span.Start))
                continue;
            if (act.Use == CollectionUse.Picks && check.IsTakenOut(cancellation))
                return new CheckThenAct(check.Operation, act.Operation, "read", "another thread may take the last element in between, and then this throws", "read it by one call that tells whether there is one");
            if (act.Use == CollectionUse.TriesToTake && act.IsDropped && act.Out is { } local && IsUsedBehind(act, local))
                return new CheckThenAct(check.Operation, act.Operation, "taken from", $"another thread may take the last element in between, and then '{local.Name}' is none", "test the result of the call that takes it");
            if (act.Use == CollectionUse.Takes && act.Operation is IInvocationOperation { Arguments.IsEmpty: true })
                return new CheckThenAct(check.Operation, act.Operation, "taken from", "another thread may take the last element in between, and then this waits for the next one", "use TryTake");
        }
        return null;
    }

    /// <summary><c>d[k]++</c>, <c>d[k] += n</c>, <c>d[k] = f(d[k])</c>, where no test of the key stands around it, which would be told instead.</summary>
    private static CheckThenAct? OfUpdate(CollectionCall read, KnownTypes types)
    {
        if (IsUpdated(read.Operation))
            return IsTested(read, types) ? null : new CheckThenAct(read.Operation, read.Operation, "changed", Lost, "use AddOrUpdate");
        for (var current = read.Operation.Parent; current is not (null or IExpressionStatementOperation or IAnonymousFunctionOperation); current = current.Parent)
            if (current is ISimpleAssignmentOperation assignment && CollectionCall.Of(assignment.Target, types) is { Use: CollectionUse.Sets } write && write.IsOf(read) && write.HasKeyOf(read))
                return IsTested(read, types) ? null : new CheckThenAct(read.Operation, write.Operation, "changed", Lost, "use AddOrUpdate");
        return null;
    }

    /// <summary><c>n = d[k]; n++; d[k] = n</c>, <c>d.TryGetValue(k, out n); d[k] = n + 1</c>: what was got is kept in a local, and what is worked out from it put back.</summary>
    private static CheckThenAct? OfKept(CollectionCall read, KnownTypes types)
    {
        if (IsTested(read, types) || (read.Use == CollectionUse.Gets ? Kept(read.Operation) : read.IsDropped ? read.Out : null) is not { } local)
            return null;
        var code = read.Operation.Function().OwnOperations().Where(operation => operation.Syntax.SpanStart > read.Operation.Syntax.Span.End).ToList();
        if (code.Any(operation => operation is ISimpleAssignmentOperation { Target: var given } && given.Names(local)))
            return null;
        foreach (var operation in code)
            if (CollectionCall.Of(operation, types) is { Use: CollectionUse.Sets, Value: { } value } write && write.IsOf(read) && write.HasKeyOf(read) && !Exclusion.IsUnderLock(operation, types)
                && (value.Unconverted() is IBinaryOperation sum && sum.Descendants().Any(part => part.Names(local))
                    || value.Unconverted().Names(local) && code.Any(part => part.Syntax.Span.End <= operation.Syntax.SpanStart && part is IIncrementOrDecrementOperation { Target: var counted } && counted.Names(local) || part is ICompoundAssignmentOperation { Target: var changed } && changed.Names(local))))
                return new CheckThenAct(read.Operation, operation, "changed", Lost, "use AddOrUpdate");
        return null;
    }

    /// <summary>The number that a value is kept in, as it is or where it was found.</summary>
    private static ILocalSymbol? Kept(IOperation value)
    {
        var kept = value.Parent;
        while (kept is IConversionOperation or IParenthesizedOperation)
            kept = kept.Parent;
        return kept switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: { Type.IsValueType: true, RefKind: RefKind.None } declared } } => declared,
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: { Type.IsValueType: true, RefKind: RefKind.None } assigned }, Value: var given } when given.Unconverted() == value.Unconverted() => assigned,
            _ => null,
        };
    }

    /// <summary><c>d.ToList()</c>, <c>d.OrderBy(f)</c>: a query that makes room for as many elements as there are, and then has them copied, while others add some.</summary>
    private static CheckThenAct? OfCopy(CollectionCall copy, KnownTypes types, CancellationToken cancellation) => !copy.IsFilledElsewhere(types, cancellation) ? null
        : new CheckThenAct(copy.Operation, copy.Operation, "copied", "another thread may add an entry in between, and then this throws", "call the dictionary's own 'ToArray' first");

    private static bool IsTested(CollectionCall read, KnownTypes types)
    {
        for (var current = read.Operation.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
            if (current is IConditionalOperation { Condition: var condition }
                && condition.DescendantsAndSelf().Any(part => CollectionCall.Of(part, types) is { Use: CollectionUse.AsksKey or CollectionUse.TriesToGet } check && check.IsOf(read)))
                return true;
        return false;
    }

    private static bool IsUpdated(IOperation element) => element.Parent is IIncrementOrDecrementOperation || element.Parent is ICompoundAssignmentOperation compound && compound.Target == element;

    /// <summary>The uses of the checked collection in some code, with the key where the check has one; what stands under a lock is another attempt.</summary>
    private static IEnumerable<CollectionCall> Uses(CollectionCall check, IReadOnlyList<IOperation> code, KnownTypes types) =>
        from part in code
        from operation in part.OwnOperations().Prepend(part)
        where operation != check.Operation && CollectionCall.Of(operation, types) is { } use && use.IsOf(check) && (check.Key is null || use.HasKeyOf(check))
            && !Exclusion.IsUnderLock(operation, types)
        select CollectionCall.Of(operation, types)!;

    /// <summary>Whether the value follows from what the check has read.</summary>
    private static bool DependsOn(IOperation value, CollectionCall check, KnownTypes types) => value.DescendantsAndSelf().Any(part =>
        part is ILocalReferenceOperation computed && !(check.Out is { } own && part.Names(own)) && computed.OnlyValue() is { } only && only.Syntax.SpanStart > check.Operation.Syntax.SpanStart && IsComputed(only, check)
        || check.Out is { } local && part.Names(local) && part.Parent is not IInvocationOperation { TargetMethod.ReturnsVoid: true } && !IsWhole(part, value)
        || CollectionCall.Of(part, types) is { Use: CollectionUse.Gets } read && read.IsOf(check) && read.HasKeyOf(check));

    /// <summary>Whether a number or another plain value is worked out from what was got; of an object that is made of it, nobody says that the old one is in it.</summary>
    private static bool IsComputed(IOperation value, CollectionCall check) => check.Out is { } local && value.Unconverted() is IBinaryOperation or IConditionalOperation or IWithOperation
        && value.Descendants().Any(part => part.Names(local));

    // What is only put back was changed in place.
    private static bool IsWhole(IOperation part, IOperation value) => value.Unconverted() == part;

    private static bool IsReadBehind(IOperation value, CollectionCall act, CollectionCall check) => value.Unconverted() is ILocalReferenceOperation { Local: var local }
        && (check.Out is { } got && SymbolEqualityComparer.Default.Equals(got, local) || local.Type.IsReferenceType) && IsUsedBehind(act, local);

    private static bool IsUsedBehind(CollectionCall act, ILocalSymbol local) => act.Operation.Function().OwnOperations()
        .Any(operation => operation.Names(local) && !operation.IsWritten() && operation.Syntax.SpanStart > act.Operation.Syntax.Span.End);

    /// <summary>Whether a loop of the function goes round the operation: one consumer's, mostly, which takes alone.</summary>
    private static bool Loops(IOperation operation, int from = -1)
    {
        for (var current = operation.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
            if (current is ILoopOperation && current.Syntax.SpanStart > from)
                return true;
        return false;
    }
}
