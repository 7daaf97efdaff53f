using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Ownership;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Background;

/// <summary>Work that is started and goes on beside the code that starts it, with the disposable locals of that code which it uses.</summary>
/// <param name="Work">The work.</param>
/// <param name="Place">What to point at: the head of the delegate, or the local that an async call is made on or given.</param>
/// <param name="Uses">The uses of locals that the starting function declares and disposes of.</param>
internal sealed record StartedUse(BackgroundWork Work, Location Place, IReadOnlyList<ILocalReferenceOperation> Uses)
{
    /// <summary>The start that an operation is; null where it is none, or uses nothing that is disposed of.</summary>
    public static StartedUse? Of(IOperation operation, KnownTypes types)
    {
        if (BackgroundWork.Of(operation, types) is { Kind: null or SpawnKind.Thread or SpawnKind.Task or SpawnKind.Pool or SpawnKind.Continuation } work)
        {
            // What follows a task that others run is dropped on purpose.
            if (work.Kind == SpawnKind.Continuation && operation.Parent is IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation })
                return null;
            var uses = work.Reads.OfType<ILocalReferenceOperation>().Where(read => IsOwn(read, operation)).ToList();
            var place = Spawn.Of(operation, types) is { } spawn ? Flow.Work.PlaceOf(spawn.Value) : operation.Syntax.GetLocation();
            return uses.Count == 0 || uses.All(use => work.Body.Descendants().Any(inner => inner is IInvocationOperation { Instance: { } disposed } call && Values.IsDisposal(call.TargetMethod) && disposed.Unconverted().Names(use.Local)))
                ? null : new StartedUse(work, place, uses);
        }
        if (operation is IInvocationOperation { IsImplicit: false, Parent: IExpressionStatementOperation, TargetMethod: { ReturnsVoid: true, IsAsync: false } } starter)
            return Within(starter, types);
        if (operation is not IInvocationOperation { IsImplicit: false } async || !Values.IsAsync(async.TargetMethod, types) || Values.IsDisposal(async.TargetMethod))
            return null;
        var (isReturned, isKept) = Destination(async);
        if (!isReturned && !isKept)
            return null;
        var direct = Direct(async, isReturned).Where(use => IsOwn(use, operation)).ToList();
        return direct.Count == 0 ? null : new StartedUse(new BackgroundWork(operation, operation, null, []), direct[0].Syntax.GetLocation(), direct);
    }

    /// <summary>The work that a method starts with an object that it is given and does not wait for; null where it does neither.</summary>
    private static StartedUse? Within(IInvocationOperation call, KnownTypes types)
    {
        if (!call.TargetMethod.OriginalDefinition.DeclaringSyntaxReferences.Any(part => Spawn.MayBeIn(part.GetSyntax(), default)))
            return null;
        foreach (var argument in call.Arguments)
        {
            if (argument.Value.Unconverted() is not ILocalReferenceOperation given || !IsOwn(given, call) || Parameters.Received(argument) is not { Count: > 0 } received)
                continue;
            var code = received[0].Root().Descendants().ToList();
            var spawn = code.Select(inner => Spawn.Of(inner, types)).FirstOrDefault(inner => inner is { Kind: SpawnKind.Thread or SpawnKind.Task or SpawnKind.Pool } && Flow.Work.Of(inner.Value)?.Body is IAnonymousFunctionOperation body && received.Any(use => body.Syntax.Span.Contains(use.Syntax.Span)));
            if (spawn is null || Flow.Work.Of(spawn.Value)!.Body is not { } work || received.Any(use => use.Parent is IInvocationOperation disposal && Values.IsDisposal(disposal.TargetMethod) || use.Parent?.Parent is IUsingOperation || use.Parent is IUsingOperation)
                || code.OfType<IInvocationOperation>().Any(inner => inner.Syntax.SpanStart > spawn.Site.Syntax.SpanStart && !work.Syntax.Span.Contains(inner.Syntax.Span) && Effects.Of(inner.TargetMethod, inner.Instance?.Type, types).Kind is EffectKind.Join or EffectKind.TimedJoin or EffectKind.Await or EffectKind.Pause))
                continue;
            return new StartedUse(new BackgroundWork(call, work, spawn.Kind, []), given.Syntax.GetLocation(), [given]);
        }
        return null;
    }

    /// <summary>Whether it hurts the work that the object is gone: the source of a token that was cancelled before is no loss, and an endpoint is closed to end its loop.</summary>
    public bool IsHarmed(ILocalSymbol local, KnownTypes types)
    {
        if (Work.Site == Work.Body)
            return !(Values.IsLight(local.Type) && Uses.All(use => use.Parent is IInvocationOperation));
        return !Values.IsEndpoint(local.Type) && !(types[local.Type] == KnownType.CancellationTokenSource && Cancels(local));
    }

    private bool Cancels(ILocalSymbol local) => Work.Site.Root().DescendantsAndSelf().OfType<IInvocationOperation>()
        .Any(call => call.Instance is { } source && source.Names(local) && StopMembers.IsCancel(call.TargetMethod));

    /// <summary>Whether the local belongs to the function of the start, by its declaration, and its text disposes of it.</summary>
    private static bool IsOwn(ILocalReferenceOperation use, IOperation start)
    {
        if (use.Local.DeclaringSyntaxReferences is not [{ } reference] || reference.SyntaxTree != start.Syntax.SyntaxTree || !Values.IsDisposableType(use.Local.Type))
            return false;
        var (declaration, function) = (reference.GetSyntax(), start.Function().Syntax);
        return function.Span.Contains(declaration.Span)
            && !declaration.Ancestors().TakeWhile(node => node != function).Any(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)
            && (declaration.Parent?.Parent is UsingStatementSyntax or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 }
                || start.Function().OwnOperations().Any(operation => operation switch
                {
                    IUsingOperation @using => @using.Resources.Unconverted().Names(use.Local),
                    IInvocationOperation { Instance: { } disposed } call => Values.IsDisposal(call.TargetMethod) && disposed.Names(use.Local),
                    IConditionalAccessOperation { Operation: var disposed, WhenNotNull: IInvocationOperation call } => Values.IsDisposal(call.TargetMethod) && disposed.Names(use.Local),
                    _ => false,
                }));
    }

    /// <summary>Where the task of a call goes: to the caller, or into a variable or collection.</summary>
    private static (bool IsReturned, bool IsKept) Destination(IOperation value)
    {
        while (true)
        {
            switch (value.Parent)
            {
                case IConversionOperation or IParenthesizedOperation: value = value.Parent; break;
                case IInvocationOperation configured when configured.Instance == value && Waiting.PassesOn(configured.TargetMethod): value = configured; break;
                case IReturnOperation { Kind: OperationKind.Return } returned: return (!IsAsync(returned.Function()), false);
                case IVariableInitializerOperation: return (false, true);
                case ISimpleAssignmentOperation { Target: not IDiscardOperation } assignment: return (false, assignment.Value == value);
                case IArgumentOperation { Parent: IInvocationOperation call }: return (false, Handles.UseOf(call.TargetMethod, KnownTypes.Of(value.SemanticModel!.Compilation)) == HandleUse.Stores);
                default: return (false, false);
            }
        }
    }

    private static bool IsAsync(IOperation function) => function switch
    {
        IAnonymousFunctionOperation lambda => lambda.Symbol.IsAsync,
        ILocalFunctionOperation local => local.Symbol.IsAsync,
        _ => (function.SemanticModel?.GetDeclaredSymbol(function.Syntax) as IMethodSymbol)?.IsAsync == true,
    };

    /// <summary>The locals that an async call is made on, through members of theirs too where its task is returned, or given.</summary>
    private static IEnumerable<ILocalReferenceOperation> Direct(IInvocationOperation call, bool throughMembers)
    {
        for (var receiver = call.Instance?.Unconverted(); receiver is not null; receiver = throughMembers ? Owner(receiver)?.Unconverted() : null)
            if (receiver is ILocalReferenceOperation local)
                yield return local;
        foreach (var argument in call.Arguments)
            switch (argument.Value.Unconverted())
            {
                case ILocalReferenceOperation given: yield return given; break;
                case IPropertyReferenceOperation { Instance: ILocalReferenceOperation source } part when StopMembers.IsToken(part.Property): yield return source; break;
            }
    }

    private static IOperation? Owner(IOperation part) => part switch
    {
        IPropertyReferenceOperation property => property.Instance,
        IInvocationOperation { Instance: { } instance } => instance,
        IInvocationOperation { TargetMethod.IsExtensionMethod: true, Arguments: [{ Value: var first }, ..] } => first,
        _ => null,
    };
}
