using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>
/// One acquisition of a lock by a call, and the calls of the same function that give the lock back. Locks that a function takes
/// for its caller, or that a lambda in it gives back, have none.
/// </summary>
internal sealed class Holding
{
    private readonly KnownTypes types;

    private Holding(IInvocationOperation taking, IOperation @lock, IOperation function, IReadOnlyList<IInvocationOperation> releases, KnownTypes types)
    {
        Taking = taking;
        Lock = @lock;
        Function = function;
        Releases = releases;
        this.types = types;
    }

    /// <summary>The call that takes the lock.</summary>
    public IInvocationOperation Taking { get; }

    /// <summary>The lock, as written in that call.</summary>
    public IOperation Lock { get; }

    /// <summary>The function that takes it.</summary>
    public IOperation Function { get; }

    /// <summary>The calls that give it back.</summary>
    public IReadOnlyList<IInvocationOperation> Releases { get; }

    /// <summary>The holding that begins with the call; null where it takes no lock, or where it is not known who gives it back when.</summary>
    public static Holding? Of(IInvocationOperation call, KnownTypes types)
    {
        if (LockOf(call, EffectKind.Acquire, types) is not { } @lock || types[call.Type] == KnownType.LockScope)
            return null;
        var function = call.Function();
        var releases = new List<IInvocationOperation>();
        var takings = new List<IOperation>();
        foreach (var other in call.Root().DescendantsAndSelf().OfType<IInvocationOperation>())
        {
            if (LockOf(other, EffectKind.Acquire, types) is { } taken && taken.IsSameAs(@lock))
                takings.Add(other);
            if (LockOf(other, EffectKind.Release, types) is not { } given || !given.IsSameAs(@lock))
                continue;
            // Given back by other code, or first given back and then taken again for the caller.
            if (other.Function() != function || takings.Count == 0)
                return null;
            releases.Add(other);
        }
        var holding = new Holding(call, @lock, function, releases, types);
        return releases.Count == 0 || releases.Any(release => holding.IsConditional(release, takings)) ? null : holding;
    }

    /// <summary>Whether the operation gives the lock back.</summary>
    public bool IsRelease(IOperation operation) => operation is IInvocationOperation { IsImplicit: false } call && LockOf(call, EffectKind.Release, types) is { } given && given.IsSameAs(Lock);

    /// <summary>The lock that the call takes or gives back; null for another call.</summary>
    public static IOperation? LockOf(IInvocationOperation call, EffectKind kind, KnownTypes types)
    {
        // Most calls are told apart by their type.
        var effect = types[call.TargetMethod.ContainingType] == KnownType.None ? default : Effects.Of(call.TargetMethod, call.Instance?.Type, types);
        return effect.Kind != kind ? null
            : effect.Operand == Effect.Receiver ? call.Instance?.Unconverted()
            : call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == effect.Operand)?.Value.Unconverted();
    }

    /// <summary>
    /// Whether a condition that may go with another one decides if the lock is given back. An arm that leaves is another path, one
    /// that takes the lock gives it back for itself, and a finally asks if it was taken.
    /// </summary>
    private bool IsConditional(IOperation release, IReadOnlyList<IOperation> takings)
    {
        var isConditional = false;
        for (IOperation inner = release, current = release.Parent!; current is not null && current != Function; inner = current, current = current.Parent!)
        {
            if (current is ITryOperation @try && @try.Finally == inner)
                return false;
            isConditional |= current is IConditionalOperation conditional && conditional.Condition != inner && !Exits(inner)
                && !takings.Any(taking => inner.Syntax.Span.Contains(taking.Syntax.Span));
        }
        return isConditional;
    }

    private static bool Exits(IOperation arm) => arm switch
    {
        IBlockOperation { Operations: [.., var last] } => Exits(last),
        IReturnOperation or IBranchOperation or IThrowOperation => true,
        IExpressionStatementOperation { Operation: IThrowOperation } => true,
        _ => false,
    };
}
