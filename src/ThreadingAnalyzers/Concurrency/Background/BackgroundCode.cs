using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Background;

/// <summary>What becomes of the exceptions of code that runs in the background: a task keeps them, a thread ends the process.</summary>
internal sealed class BackgroundCode(KnownTypes types, Compilation compilation, CancellationToken cancellation)
{
    /// <summary>Whether every exception of the function is kept in a task that nobody has, or that those who wait for something else do not look at.</summary>
    public bool KeepsExceptions(IOperation function) => function switch
    {
        IAnonymousFunctionOperation lambda => IsTask(lambda),
        ILocalFunctionOperation { Symbol: var local } => Parameters.UsesOfLocal(local, function) is { Count: > 0 } uses && uses.All(use => IsLeft(use, local)),
        _ => function.SemanticModel?.GetDeclaredSymbol(function.Syntax, cancellation) is IMethodSymbol method
            && MemberUses.Of(method, compilation, cancellation) is { Count: > 0 } uses && uses.All(use => IsLeft(use, method)),
    };

    /// <summary>Whether the code is the work of a task, or an async call whose task is dropped.</summary>
    private bool IsLeft(IOperation use, IMethodSymbol method) => IsTask(use)
        || method is { IsAsync: true, ReturnsVoid: false } && use is IInvocationOperation { Parent: IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation } };

    /// <summary>Whether the lambda or method group, or the lambda that only calls the method, is the work of a task.</summary>
    private bool IsTask(IOperation code) => code is IInvocationOperation ? code.Function() is IAnonymousFunctionOperation caller && IsTask(caller)
        : Spawn.Handing(code, types) is { Kind: SpawnKind.Task or SpawnKind.Continuation };
}
