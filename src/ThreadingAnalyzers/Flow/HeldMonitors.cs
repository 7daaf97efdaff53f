using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>
/// Which monitors code holds where an operation stands: by the <c>lock</c> statements around it, in its function and in those
/// that call it. Two answers, since what is neither certain nor impossible is unknown.
/// </summary>
internal sealed class HeldMonitors(KnownTypes types, Compilation compilation, CancellationToken cancellation)
{
    /// <summary>How many callers up is looked.</summary>
    private const int Depth = 3;

    /// <summary>The values that are certainly locked: by statements around the operation in its own function, or around all calls of a private method.</summary>
    public IReadOnlyList<IOperation> Certain(IOperation operation) => Certain(operation, Depth);

    /// <summary>Whether somebody may hold the monitor here: a statement around, the function by a call, or one of its callers.</summary>
    /// <param name="operation">Where.</param>
    /// <param name="monitor">The locked object, as named there: a member of <c>this</c> or of a type, or a local.</param>
    public bool May(IOperation operation, IOperation monitor) => IsTakenForCallers(monitor) || May(operation, monitor, Depth);

    private IReadOnlyList<IOperation> Certain(IOperation operation, int depth)
    {
        var held = new List<IOperation>();
        for (var current = operation.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
        {
            if (current is ILockOperation @lock && !@lock.LockedValue.Syntax.Span.Contains(operation.Syntax.Span))
                held.Add(@lock.LockedValue.Unconverted());
            else if (current is IUsingOperation { Resources: var resources } && !resources.Syntax.Span.Contains(operation.Syntax.Span))
                held.AddRange(Scopes(resources));
            else if (current is IBlockOperation block)
                held.AddRange(block.Operations.TakeWhile(statement => statement.Syntax.Span.End <= operation.Syntax.SpanStart).OfType<IUsingDeclarationOperation>().SelectMany(Scopes));
        }
        if (depth == 0 || operation.Function() is IAnonymousFunctionOperation or ILocalFunctionOperation || MemberOf(operation) is not { DeclaredAccessibility: Accessibility.Private } member
            || MemberUses.Of(member, compilation, cancellation) is not { Count: > 0 } uses || !uses.All(IsCall))
            return held;
        IEnumerable<IOperation>? common = null;
        foreach (var use in uses)
        {
            var there = Certain(use, depth - 1).Where(IsOfMember).ToList();
            common = common is null ? there : common.Where(one => there.Any(one.IsSameAs)).ToList();
        }
        held.AddRange(common ?? []);
        return held;
    }

    /// <summary>The locks whose scopes the head of a using statement, or a using declaration, enters.</summary>
    private IEnumerable<IOperation> Scopes(IOperation head) => head.DescendantsAndSelf().OfType<IInvocationOperation>()
        .Where(call => types[call.Type] == KnownType.LockScope && call.Instance is not null).Select(call => call.Instance!.Unconverted());

    private bool May(IOperation operation, IOperation monitor, int depth)
    {
        if (IsTakenIn(operation.Function(), monitor) || MonitorLocks.IsSynchronized(operation.Method()))
            return true;
        for (var current = operation; current is not null; current = current.Parent)
        {
            switch (current)
            {
                case ILockOperation @lock when MayBeSame(@lock.LockedValue, monitor):
                    return true;
                case IAnonymousFunctionOperation lambda:
                    if (IsSpawned(lambda))
                        return false;
                    // Who runs it when is not known.
                    return true;
                case ILocalFunctionOperation function:
                    return depth == 0 || function.Root().Descendants().Any(use => use switch
                    {
                        IInvocationOperation call => SymbolEqualityComparer.Default.Equals(call.TargetMethod.OriginalDefinition, function.Symbol) && May(call, monitor, depth - 1),
                        IMethodReferenceOperation group => SymbolEqualityComparer.Default.Equals(group.Method.OriginalDefinition, function.Symbol) && !IsSpawned(group),
                        _ => false,
                    });
            }
        }
        if (monitor.Unconverted() is ILocalReferenceOperation)
            return false;
        return MemberOf(operation) is not { } member || depth == 0 || member.IsOverride || MayCallersHold(member, monitor, depth - 1);
    }

    private bool MayCallersHold(ISymbol member, IOperation monitor, int depth)
    {
        if (member is IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor or MethodKind.Destructor })
            return false;
        foreach (var use in MemberUses.InType(member, compilation, cancellation))
        {
            var isHeld = use switch
            {
                IInvocationOperation or IPropertyReferenceOperation => May(use, monitor, depth),
                IMethodReferenceOperation group => !IsSpawned(group),
                _ => true,
            };
            if (isHeld)
                return true;
        }
        return false;
    }

    /// <summary>Whether the function itself takes the monitor by a call, or asks if it is held.</summary>
    private bool IsTakenIn(IOperation function, IOperation monitor) => function.DescendantsAndSelf().OfType<IInvocationOperation>()
        .Any(call => MonitorLocks.ExcludedBy(call, types) is { } taken && MayBeSame(taken, monitor));

    /// <summary>Whether some function takes the monitor by a call and leaves it to its caller to give it back.</summary>
    private bool IsTakenForCallers(IOperation monitor) => monitor.Unconverted() is IMemberReferenceOperation { Member: var member }
        && MemberUses.InType(member, compilation, cancellation).Select(use => use.Function()).Distinct().Any(function =>
            function.Descendants().OfType<IInvocationOperation>().Where(call => MonitorLocks.ExcludedBy(call, types) is { } taken && taken.IsSameAs(monitor)).Select(call => Effects.Of(call.TargetMethod, null, types).Kind).ToList() is { Count: > 0 } kinds
            && !kinds.Contains(EffectKind.Release));

    /// <summary>Two names may mean one object, unless both are fields that are known to be different.</summary>
    private static bool MayBeSame(IOperation locked, IOperation monitor) => (locked.Unconverted(), monitor.Unconverted()) switch
    {
        (IFieldReferenceOperation one, IFieldReferenceOperation other) => SymbolEqualityComparer.Default.Equals(one.Field.OriginalDefinition, other.Field.OriginalDefinition),
        (IFieldReferenceOperation, IInstanceReferenceOperation or ITypeOfOperation) or (IInstanceReferenceOperation or ITypeOfOperation, IFieldReferenceOperation) => false,
        (IInstanceReferenceOperation, ITypeOfOperation) or (ITypeOfOperation, IInstanceReferenceOperation) => false,
        (ILocalReferenceOperation one, ILocalReferenceOperation other) => SymbolEqualityComparer.Default.Equals(one.Local, other.Local),
        _ => true,
    };

    /// <summary>Whether the lambda or method group is handed to another thread, which holds nothing at first.</summary>
    public bool IsSpawned(IOperation code) => Spawn.Handing(code, types) is not null;

    private static bool IsCall(IOperation use) => use is IInvocationOperation { Instance: null or IInstanceReferenceOperation };

    private static bool IsOfMember(IOperation locked) => locked is IInstanceReferenceOperation or ITypeOfOperation or IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation };

    /// <summary>The method or, for an accessor, the property that the operation is in.</summary>
    private ISymbol? MemberOf(IOperation operation) => operation.SemanticModel?.GetEnclosingSymbol(operation.Syntax.SpanStart, cancellation) switch
    {
        IMethodSymbol { AssociatedSymbol: { } owner } => owner,
        var symbol => symbol,
    };
}
