using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Signals;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>The work that a new thread is given, and whether others can tell its end without the thread.</summary>
/// <param name="Creation">The expression that makes the thread.</param>
/// <param name="Delegate">The delegate, as written.</param>
/// <param name="Code">The code behind it; null where unknown.</param>
internal sealed record ThreadWork(IObjectCreationOperation Creation, IOperation Delegate, Work? Code)
{
    /// <summary>The work of a thread, or null where the creation makes something else.</summary>
    public static ThreadWork? Of(IObjectCreationOperation creation, KnownTypes types) =>
        types[creation.Type] == KnownType.Thread && Spawn.Of(creation, types) is { } spawn ? new ThreadWork(creation, spawn.Value, Work.Of(spawn.Value)) : null;

    /// <summary>Whether the creation itself makes it a background thread; null where it does not say, so that the process waits for it.</summary>
    public bool? IsBackground(KnownTypes types) =>
        Creation.Initializer?.Initializers.OfType<ISimpleAssignmentOperation>().FirstOrDefault(member => member.Target is IPropertyReferenceOperation { Property: var property } && ThreadMembers.IsBackground(property, types)) is { } decision
            ? decision.Value.ConstantValue is { HasValue: true, Value: true }
            : null;

    /// <summary>How a message names the work.</summary>
    public string Name => Code?.Name ?? Delegate.Unconverted().Syntax.ToString();

    /// <summary>The words <c>new Thread</c>, or <c>new</c> where the type is not written; not the whole body of a lambda.</summary>
    public Location Place => Creation.Syntax switch
    {
        ObjectCreationExpressionSyntax creation => Location.Create(creation.SyntaxTree, TextSpan.FromBounds(creation.SpanStart, creation.Type.Span.End)),
        BaseObjectCreationExpressionSyntax creation => creation.NewKeyword.GetLocation(),
        var other => other.GetLocation(),
    };

    /// <summary>
    /// Whether the work itself makes the thread known: it says when it is done, hands on its own thread, or makes it a background thread.
    /// </summary>
    public bool IsWatched(KnownTypes types) => Code is not null && IsWatched(Code, types);

    /// <summary>The same of work that something else than a thread runs.</summary>
    public static bool IsWatched(Work code, KnownTypes types) => code.Body is { } body && Reach.Operations(body).Any(operation => operation switch
    {
        // The task that a scheduler is given is what others wait for.
        IInvocationOperation call => Waiting.RunsQueued(call.TargetMethod, types) || Handles.Signals(call.TargetMethod, types) && IsAwaited(call, body, types),
        IPropertyReferenceOperation current when ThreadMembers.IsCurrent(current.Property, types) =>
            current.Parent is not IMemberReferenceOperation and not IInvocationOperation
            || current.Parent is IPropertyReferenceOperation { Property: var property, Parent: IAssignmentOperation } && ThreadMembers.IsBackground(property, types),
        _ => false,
    });

    /// <summary>Whether code beside the work may wait for the signal; a semaphore or monitor that only the work uses is its lock.</summary>
    private static bool IsAwaited(IInvocationOperation signal, IOperation work, KnownTypes types)
    {
        var given = signal.Instance ?? signal.Arguments.FirstOrDefault()?.Value;
        if (!Handles.IsPlainSignal(signal.TargetMethod, types) || given?.Unconverted() is not { } holder || WorkMemory.Symbol(holder) is not { } symbol)
            return true;
        var uses = symbol is IFieldSymbol or IPropertySymbol && signal.SemanticModel is { } model ? MemberUses.Of(symbol, model.Compilation, CancellationToken.None)
            : symbol is ILocalSymbol ? signal.Root().Descendants().Where(operation => operation.Names(symbol)).ToList()
            : null;
        return uses is null || uses.Any(use => use is not ISymbolInitializerOperation && !use.IsWritten()
            && !Reach.Bodies(work).Any(body => body.Syntax.SyntaxTree == use.Syntax.SyntaxTree && body.Syntax.Span.Contains(use.Syntax.Span))
            && !(use.Parent is IInvocationOperation call && call.Instance == use && (Handles.UseOf(call.TargetMethod, types) == HandleUse.Prepares || Endings.Frees(call.TargetMethod))
                || IsLocking(use, types) || use.Parent is IConditionalAccessOperation { WhenNotNull: IInvocationOperation freed } && Endings.Frees(freed.TargetMethod)));
    }

    /// <summary>Whether the monitor is only entered here.</summary>
    private static bool IsLocking(IOperation use, KnownTypes types) => use.Parent switch
    {
        ILockOperation => true,
        IConversionOperation conversion => IsLocking(conversion, types),
        IArgumentOperation { Parent: IInvocationOperation call } => Effects.Of(call.TargetMethod, null, types).Kind is EffectKind.Acquire or EffectKind.TryAcquire or EffectKind.Release or EffectKind.Signal && types[call.TargetMethod.ContainingType] == KnownType.Monitor,
        _ => false,
    };

    /// <summary>Whether the work does nothing, so that the thread has ended as soon as it has begun.</summary>
    public bool IsNothing => Code?.Body is { } body && body.OwnOperations().All(operation => operation is IBlockOperation or IMethodBodyOperation or IEmptyOperation or IReturnOperation { ReturnedValue: null });

    /// <summary>Whether the work comes to a loop that no code of its own leaves.</summary>
    public bool IsEndless(KnownTypes types) => Code?.Body is { } body && WorkLoop.Endless(body, types) is not null;

    /// <summary>Whether the work goes round until a signal comes that nobody gives.</summary>
    public bool IsNeverStopped(KnownTypes types, CancellationToken cancellation) => Loops.Any(loop => StopSignal.Unset(loop, types, cancellation) is not null);

    /// <summary>Whether the work goes on until something from outside ends it: a loop asks for shared state, or for input that comes as long as it comes.</summary>
    public bool IsLasting(KnownTypes types) => Code is not null && IsLasting(Code, types);

    /// <summary>The same of work that something else than a thread runs.</summary>
    public static bool IsLasting(Work code, KnownTypes types) => code.Body is { } body && LoopsOf(code).Any(loop => loop.IsUnbounded
        || loop.Condition?.DescendantsAndSelf().Any(part => part is (IInvocationOperation or IMemberReferenceOperation) && !IsOfOwnCollection(part, types) || part.Variable() is { DeclaringSyntaxReferences: [{ } declaration] } && !body.Syntax.Span.Contains(declaration.Span)) == true && loop.Loop is IWhileLoopOperation
        || loop.Loop is IForEachLoopOperation { Collection: var source } && source.Unconverted() is IInvocationOperation call && Endings.MayEndLoop(call.TargetMethod, types));

    /// <summary>Whether the condition asks a collection that the work makes for itself, so that nobody else can make it last.</summary>
    private static bool IsOfOwnCollection(IOperation part, KnownTypes types) => Whole(part) is ILocalReferenceOperation { Type: var type } own && Containers.IsUnsafeCollection(type, types) && own.OnlyValue()?.Unconverted() is IObjectCreationOperation or IArrayCreationOperation;

    private static IOperation? Whole(IOperation part) => part switch
    {
        IInvocationOperation { Instance: { } whole } => whole.Unconverted(),
        IInvocationOperation { TargetMethod.IsExtensionMethod: true, Arguments: [{ Value: var whole }, ..] } => whole.Unconverted(),
        IPropertyReferenceOperation { Instance: { } whole } => whole.Unconverted(),
        _ => null,
    };

    private IEnumerable<WorkLoop> Loops => Code is null ? [] : LoopsOf(Code);

    private static IEnumerable<WorkLoop> LoopsOf(Work code) => code.Body is { } body ? Reach.Operations(body).OfType<ILoopOperation>().Select(loop => new WorkLoop(loop)) : [];

    /// <summary>
    /// Whether the code that starts the thread goes on to wait for something else than the thread: a signal, which the work may
    /// give in a way that is not seen, or a state that it asks for again and again.
    /// </summary>
    /// <param name="start">The start of the thread, or the creation before it.</param>
    /// <param name="types">The framework types.</param>
    public static bool WaitsOtherwise(IOperation start, KnownTypes types) => start.Function().OwnOperations()
        .Any(operation => operation.Syntax.SpanStart > start.Syntax.Span.End && operation switch
        {
            IInvocationOperation call => Handles.IsSignal(call.TargetMethod.ContainingType, types) && Handles.UseOf(call.TargetMethod, types) == HandleUse.Waits
                || types[call.TargetMethod.ContainingType] is KnownType.SpinWait or KnownType.Monitor && Handles.IsPause(call.TargetMethod)
                || ThreadMembers.Sleeps(call.TargetMethod, types) && IsInLaterLoop(call, start),
            IWhileLoopOperation { Body: IEmptyOperation or IBlockOperation { Operations.IsEmpty: true } } => true,
            _ => false,
        });

    private static bool IsInLaterLoop(IOperation operation, IOperation start)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
            if (current is ILoopOperation loop)
                return loop.Syntax.SpanStart > start.Syntax.Span.End;
        return false;
    }
}
