using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
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

    /// <summary>The local that says whether the lock was taken, or null.</summary>
    public ILocalSymbol? Token { get; private init; }

    /// <summary>The calls that give it back.</summary>
    public IReadOnlyList<IInvocationOperation> Releases { get; }

    /// <summary>
    /// Calls <paramref name="judge"/> with each acquisition by a call that its function gives back, and what may happen after it.
    /// </summary>
    /// <param name="context">Where to register.</param>
    /// <param name="types">The types of the compilation.</param>
    /// <param name="wanted">Asked first of each call that may take a lock by its name; must be cheap.</param>
    /// <param name="judge">Reports what is wrong.</param>
    public static void Watch(CompilationStartAnalysisContext context, KnownTypes types, Func<IInvocationOperation, bool> wanted, Action<OperationAnalysisContext, Holding, Aftermath> judge) =>
        WatchCalls(context, (action, call) =>
        {
            if (wanted(call) && Of(call, types) is { } holding && Aftermath.GraphOf(call, action.GetControlFlowGraph, action.CancellationToken) is { } graph)
                judge(action, holding, new Aftermath(graph, null, holding.Token));
        });

    /// <summary>
    /// The same of locks that belong to their thread, for what is said elsewhere in the body than at the acquisition: an editor shows
    /// only what a whole body's action says there.
    /// </summary>
    /// <param name="context">Where to register.</param>
    /// <param name="types">The types of the compilation.</param>
    /// <param name="wanted">Asked first of each call that may take a lock by its name; must be cheap.</param>
    /// <param name="judge">Reports what is wrong.</param>
    public static void WatchBodies(CompilationStartAnalysisContext context, KnownTypes types, Func<IInvocationOperation, bool> wanted, Action<OperationBlockAnalysisContext, Holding, Aftermath> judge)
    {
        if (Mention.OfLocks(context.Compilation, context.CancellationToken))
            context.RegisterOperationBlockAction(action =>
            {
                foreach (var body in action.OperationBlocks.Where(body => Effects.MayOwn(body.Syntax, action.CancellationToken)))
                    foreach (var call in body.Descendants().OfType<IInvocationOperation>())
                        if (Effects.MayOwn(call.TargetMethod.Name) && wanted(call) && Of(call, types) is { } holding
                            && Aftermath.GraphOf(call, () => action.GetControlFlowGraph(body), action.CancellationToken) is { } graph)
                            judge(action, holding, new Aftermath(graph, null, holding.Token));
            });
    }

    /// <summary>Calls <paramref name="judge"/> with each call that may take a lock or give one back by its name, in programs that name a lock.</summary>
    public static void WatchCalls(CompilationStartAnalysisContext context, Action<OperationAnalysisContext, IInvocationOperation> judge)
    {
        if (Mention.OfLocks(context.Compilation, context.CancellationToken))
            context.RegisterOperationAction(action =>
            {
                if (action.Operation is IInvocationOperation call && Effects.MayLock(call.TargetMethod))
                    judge(action, call);
            }, OperationKind.Invocation);
    }

    /// <summary>The holding that begins with the call; null where it takes no lock, or where it is not known who gives it back when.</summary>
    /// <param name="call">The call.</param>
    /// <param name="types">The types of the compilation.</param>
    /// <param name="evenConditional">Whether it counts although a condition decides if the lock is given back.</param>
    public static Holding? Of(IInvocationOperation call, KnownTypes types, bool evenConditional = false)
    {
        var token = Attempt.Token(call);
        if ((LockOf(call, EffectKind.Acquire, types) ?? (Test(call) is null && token is null ? null : LockOf(call, EffectKind.TryAcquire, types))) is not { } @lock || types[call.Type] == KnownType.LockScope)
            return null;
        var function = call.Function();
        var releases = new List<IInvocationOperation>();
        var takings = new List<IOperation>();
        foreach (var other in call.Root().DescendantsAndSelf().OfType<IInvocationOperation>())
        {
            if (TakenBy(other, types) is { } taken && taken.IsSameAs(@lock))
                takings.Add(other);
            if (LockOf(other, EffectKind.Release, types) is not { } given || !given.IsSameAs(@lock))
                continue;
            // Given back by other code, or first given back and then taken again for the caller.
            if (other.Function() != function || takings.Count == 0)
                return null;
            releases.Add(other);
        }
        var holding = new Holding(call, @lock, function, releases, types) { Token = token };
        return releases.Count == 0 || !evenConditional && releases.Any(release => holding.IsConditional(release, takings)) ? null : holding;
    }

    /// <summary>The operations of the function that some path reaches with the lock.</summary>
    /// <param name="after">What may happen after the acquisition.</param>
    /// <param name="end">A path stops here too.</param>
    public IEnumerable<IOperation> Guarded(Aftermath after, Func<IOperation, bool>? end = null)
    {
        var reached = after.Reached(Taking, operation => IsRelease(operation) || end?.Invoke(operation) == true);
        return Function.OwnOperations().Where(operation => reached.Contains(operation.Syntax));
    }

    /// <summary>Whether the operation gives the lock back.</summary>
    public bool IsRelease(IOperation operation) => operation is IInvocationOperation { IsImplicit: false } call && LockOf(call, EffectKind.Release, types) is { } given && given.IsSameAs(Lock);

    /// <summary>The lock that the call takes, or tries to; null for another call.</summary>
    public static IOperation? TakenBy(IInvocationOperation call, KnownTypes types) => LockOf(call, EffectKind.Acquire, types) ?? LockOf(call, EffectKind.TryAcquire, types);

    /// <summary>The <c>if</c> that asks whether the call took the lock, and nothing else but conditions that must hold too; null where there is none.</summary>
    public static IConditionalOperation? Test(IInvocationOperation call)
    {
        IOperation answer = call;
        while (answer.Parent is IAwaitOperation or IParenthesizedOperation or IUnaryOperation { OperatorKind: UnaryOperatorKind.Not }
            || answer.Parent is IInvocationOperation { TargetMethod: var method } pass && pass.Instance == answer && Waiting.PassesOn(method))
            answer = answer.Parent;
        return answer.Parent is IConditionalOperation test && test.Condition == answer ? test : null;
    }

    /// <summary>The lock that the call takes or gives back; null for another call.</summary>
    public static IOperation? LockOf(IInvocationOperation call, EffectKind kind, KnownTypes types)
    {
        // Most calls are told apart by their name or type.
        var effect = !Effects.MayLock(call.TargetMethod) || types[call.TargetMethod.ContainingType] == KnownType.None ? default : Effects.Of(call.TargetMethod, call.Instance?.Type, types);
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
                && conditional != Test(Taking) && !(Token is not null && conditional.Condition.Unconverted().Names(Token)) && !takings.Any(taking => inner.Syntax.Span.Contains(taking.Syntax.Span));
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
