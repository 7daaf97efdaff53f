using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Ownership;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>Whether code is work that another thread is given: it, or a method that calls it, is handed to a thread, a task, the pool or a worker.</summary>
internal static class ThreadEntry
{
    private const int Depth = 4;

    /// <summary>Whether the function that the operation is in runs on a thread that some code of the program starts for it.</summary>
    public static bool IsIn(IOperation operation, KnownTypes types, CancellationToken cancellation) => Runs(operation.Function(), types, cancellation, Depth);

    private static bool Runs(IOperation function, KnownTypes types, CancellationToken cancellation, int depth)
    {
        if (depth == 0)
            return false;
        if (function is IAnonymousFunctionOperation)
            return IsHandedOver(function, types, 4);
        if (function.SemanticModel is not { } model)
            return false;
        var uses = function is ILocalFunctionOperation { Symbol: var local }
            ? function.Root().Descendants().Where(use => use is IInvocationOperation call && SymbolEqualityComparer.Default.Equals(call.TargetMethod, local) || use is IMethodReferenceOperation group && SymbolEqualityComparer.Default.Equals(group.Method, local))
            : model.GetDeclaredSymbol(function.Syntax, cancellation) is IMethodSymbol { MethodKind: MethodKind.Ordinary } method ? MemberUses.InSource(method, model.Compilation, cancellation)
            : [];
        return uses.Any(use => use is IInvocationOperation call ? GoesOn(call) || Runs(use.Function(), types, cancellation, depth - 1) : IsHandedOver(use, types, 4));
    }

    /// <summary>Whether the caller goes on beside the rest of an async method: it keeps or drops the task, and does not wait in place.</summary>
    private static bool GoesOn(IInvocationOperation call) => call.TargetMethod.IsAsync && call.Parent is IExpressionStatementOperation or ISimpleAssignmentOperation or IVariableInitializerOperation;

    /// <summary>Whether the delegate goes to code that runs it on another thread, at once or through a local.</summary>
    private static bool IsHandedOver(IOperation value, KnownTypes types, int depth)
    {
        for (; value.Parent is { } parent && depth > 0; value = parent)
        {
            switch (parent)
            {
                case IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation:
                    break;
                case IArgumentOperation { Parent: { } taker }:
                    return Spawn.Of(taker, types) is { Kind: SpawnKind.Thread or SpawnKind.Task or SpawnKind.Pool or SpawnKind.Worker } spawn && spawn.Value.Syntax.Span.Contains(value.Syntax.Span);
                case IEventAssignmentOperation subscription:
                    return Spawn.Of(subscription, types) is { Kind: SpawnKind.Worker };
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } }:
                    return value.Root().Descendants().Any(use => use.Names(local) && IsHandedOver(use, types, depth - 1));
                default:
                    return false;
            }
        }
        return false;
    }
}
