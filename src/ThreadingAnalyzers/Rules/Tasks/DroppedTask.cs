using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>
/// A task that runs work and is dropped where the compiler does not warn: in code that is not async. Source: the C# compiler's CS4014,
/// which covers async code; the .NET reference, TaskScheduler.UnobservedTaskException.
/// </summary>
public sealed class DroppedTask() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR9004", since: "1.0", Category.Tasks, DiagnosticSeverity.Info,
        title: "A task should be awaited, kept or discarded on purpose",
        message: "The task of '{0}' is dropped: nobody waits for it or sees its exception; await or keep it, or discard it to say that this is meant",
        why: "A task that nobody has is work that nobody waits for. What it throws is never seen, and the program may end in the middle of it.",
        enabled: false);

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var call = (IInvocationOperation)action.Operation;
        if (call.Parent is IExpressionStatementOperation && RunsWork(call, types) && !IsAsync(call.Function(), action))
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), Origin(call).TargetMethod.Name));
    }, OperationKind.Invocation);

    private static bool RunsWork(IInvocationOperation call, KnownTypes types)
    {
        var origin = Origin(call);
        return Values.IsTask(origin.Type, types)
            && (Spawn.Of(origin, types) is { Kind: SpawnKind.Task or SpawnKind.Continuation } || Values.IsAsync(origin.TargetMethod, types));
    }

    /// <summary>The call that starts the work, below what only passes its task on.</summary>
    private static IInvocationOperation Origin(IInvocationOperation call)
    {
        while (Waiting.PassesOn(call.TargetMethod) && call.Instance?.Unconverted() is IInvocationOperation inner)
            call = inner;
        return call;
    }

    private static bool IsAsync(IOperation function, OperationAnalysisContext action) => function switch
    {
        IAnonymousFunctionOperation lambda => lambda.Symbol.IsAsync,
        ILocalFunctionOperation local => local.Symbol.IsAsync,
        _ => action.ContainingSymbol is IMethodSymbol { IsAsync: true } || action.ContainingSymbol is IMethodSymbol method && Contexts.IsProgram(method) && function.OwnOperations().Any(operation => operation is IAwaitOperation),
    };
}
