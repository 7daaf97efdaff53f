using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Background;

/// <summary>What becomes of the exceptions of code that runs in the background: a task keeps them, a thread ends the process.</summary>
internal sealed class BackgroundCode(KnownTypes types, Compilation compilation, CancellationToken cancellation)
{
    /// <summary>Whether every exception of the function is kept in a task that nobody has, or that those who wait for something else do not look at.</summary>
    public bool KeepsExceptions(IOperation function) => All(function, (use, method) => IsWork(use, IsTask)
        || method is { IsAsync: true, ReturnsVoid: false } && use is IInvocationOperation { Parent: IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation } });

    /// <summary>Whether every exception of the function ends the process, since it is the work of a thread or an item of the pool.</summary>
    public bool EndsProcess(IOperation function) => All(function, (use, _) => IsWork(use, static kind => kind is SpawnKind.Thread or SpawnKind.Pool));

    private static bool IsTask(SpawnKind kind) => kind is SpawnKind.Task or SpawnKind.Continuation;

    /// <summary>Whether the lambda, or each use of the method or local function, is such.</summary>
    private bool All(IOperation function, Func<IOperation, IMethodSymbol?, bool> isSuch) => function switch
    {
        IAnonymousFunctionOperation lambda => isSuch(lambda, null),
        ILocalFunctionOperation { Symbol: var local } => function.Root().Descendants().Where(use => use switch
        {
            IMethodReferenceOperation group => SymbolEqualityComparer.Default.Equals(group.Method.OriginalDefinition, local),
            IInvocationOperation call => SymbolEqualityComparer.Default.Equals(call.TargetMethod.OriginalDefinition, local),
            _ => false,
        }).ToList() is { Count: > 0 } uses && uses.All(use => isSuch(use, local)),
        _ => function.SemanticModel?.GetDeclaredSymbol(function.Syntax, cancellation) is IMethodSymbol method
            && MemberUses.Of(method, compilation, cancellation) is { Count: > 0 } uses && uses.All(use => isSuch(use, method)),
    };

    /// <summary>Whether the lambda or method group, or the lambda that only calls the method, is the work of such a thread.</summary>
    private bool IsWork(IOperation code, Func<SpawnKind, bool> isSuch)
    {
        if (code is IInvocationOperation)
            return code.Function() is IAnonymousFunctionOperation caller && IsWork(caller, isSuch);
        var value = code;
        for (var current = code.Parent; current is not null; value = current, current = current.Parent)
        {
            switch (current)
            {
                case IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation: continue;
                case IArgumentOperation { Parent: { } site } argument: return Spawn.Of(site, types) is { } spawn && isSuch(spawn.Kind) && spawn.Value == argument.Value;
                default: return false;
            }
        }
        return false;
    }
}
