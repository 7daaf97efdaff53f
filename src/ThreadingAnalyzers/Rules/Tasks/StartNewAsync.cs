using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>
/// Async work given to <c>TaskFactory.StartNew</c> whose outer task is taken for the work: it ends at the first await. Source:
/// Stephen Toub, "Task.Run vs Task.Factory.StartNew"; the .NET reference, TaskExtensions.Unwrap.
/// </summary>
public sealed class StartNewAsync() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR9002", since: "1.0", Category.Tasks, DiagnosticSeverity.Warning,
        title: "Async work should be started by Task.Run",
        message: "'{0}' is async, and the task of 'StartNew' is over at its first await: {1}; use Task.Run",
        why: "StartNew knows nothing of async code. It gives a task of a task, and the outer one ends when the delegate returns, which is at its first await. Who waits for that task goes on while the work still runs, and never sees its exception.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var call = (IInvocationOperation)action.Operation;
        if (Spawn.Of(call, types) is { Kind: SpawnKind.Task } spawn && types[call.TargetMethod.ContainingType] == KnownType.TaskFactory
            && Async(spawn.Value, call, types) is { } name && Harm(call, types) is { } harm)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, Work.PlaceOf(spawn.Value), name, harm));
    }, OperationKind.Invocation);

    /// <summary>How a message names the work, where it is async: by its modifier or, of a delegate that comes from elsewhere, since it gives a task.</summary>
    private static string? Async(IOperation value, IInvocationOperation call, KnownTypes types) => Work.Of(value) is { } work
        ? work.Method.IsAsync ? work.Name : null
        : call.TargetMethod.TypeArguments is [var result] && types[result] is KnownType.Task or KnownType.TaskOfT ? value.Unconverted().Syntax.ToString() : null;

    /// <summary>What goes wrong where the outer task is used; null where nothing does, or it is not known what becomes of it.</summary>
    private static string? Harm(IInvocationOperation call, KnownTypes types) =>
        IsDropped(call) ? call.Arguments.Any(argument => Waiting.IsLongRunning(argument.Value)) ? "the thread of its own that is made for it ends there" : null
        : Uses(call) is { Count: > 0 } uses && uses.All(use => IsTakenForTheWork(use, types)) ? "who waits for it goes on before the work has ended"
        : null;

    private static bool IsDropped(IOperation value) => value.Parent is IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation };

    /// <summary>The places where the task is used: of a local that is never used again, none.</summary>
    private static IReadOnlyList<IOperation> Uses(IInvocationOperation call)
    {
        if (call.Parent is not IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } })
            return [call];
        return call.Root().DescendantsAndSelf().OfType<ILocalReferenceOperation>().Where(use => use.Names(local)).ToList();
    }

    /// <summary>Whether the use waits for the outer task only: an await whose result nobody looks at, a wait, a conversion to a plain task, a continuation that does not ask for the inner one.</summary>
    private static bool IsTakenForTheWork(IOperation use, KnownTypes types) => use.Parent switch
    {
        IAwaitOperation awaited => IsDropped(awaited),
        IInvocationOperation configured when configured.Instance == use && Waiting.PassesOn(configured.TargetMethod) => IsTakenForTheWork(configured, types),
        IInvocationOperation next when next.Instance == use && Spawn.Of(next, types) is { Kind: SpawnKind.Continuation } follows => Work.Of(follows.Value)?.Source is IAnonymousFunctionOperation { Symbol: { IsAsync: false, Parameters: [var outer, ..] } } lambda && AsksForStateOnly(lambda, outer, types),
        IInvocationOperation call when call.Instance == use => Effects.Of(call.TargetMethod, use.Type, types).Kind is EffectKind.Join or EffectKind.TimedJoin,
        IConversionOperation { Type: var target } => types[target] == KnownType.Task,
        _ => false,
    };

    /// <summary>Whether the continuation only asks how the outer task ended, which is well whatever becomes of the work, and not for the inner one.</summary>
    private static bool AsksForStateOnly(IAnonymousFunctionOperation continuation, IParameterSymbol outer, KnownTypes types) =>
        continuation.Descendants().Where(operation => operation.Names(outer)).All(operation => operation.Parent is IPropertyReferenceOperation { Property: var property } && !Waiting.IsResult(property, types));
}
