using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency;

/// <summary>What becomes of the exceptions of code that runs in the background: a task keeps them, a thread ends the process.</summary>
internal sealed class BackgroundCode(KnownTypes types, Compilation compilation, CancellationToken cancellation)
{
    /// <summary>Whether every exception of the function is kept in a task, where those who wait for something else do not see it.</summary>
    public bool KeepsExceptions(IOperation function) => function switch
    {
        IAnonymousFunctionOperation lambda => lambda.Symbol is { IsAsync: true, ReturnsVoid: false } || IsTask(lambda),
        ILocalFunctionOperation { Symbol: var local } => local is { IsAsync: true, ReturnsVoid: false }
            || function.Root().Descendants().OfType<IMethodReferenceOperation>().Where(use => SymbolEqualityComparer.Default.Equals(use.Method.OriginalDefinition, local)).ToList() is { Count: > 0 } groups && groups.All(IsTask),
        _ => function.SemanticModel?.GetDeclaredSymbol(function.Syntax, cancellation) is IMethodSymbol method
            && (method is { IsAsync: true, ReturnsVoid: false } || MemberUses.Of(method, compilation, cancellation) is { Count: > 0 } uses && uses.All(IsTask)),
    };

    /// <summary>Whether the lambda or method group, or the lambda that only calls the method, is the work of a task.</summary>
    private bool IsTask(IOperation code)
    {
        if (code is IInvocationOperation)
            return code.Function() is IAnonymousFunctionOperation caller && IsTask(caller);
        var value = code;
        for (var current = code.Parent; current is not null; value = current, current = current.Parent)
        {
            switch (current)
            {
                case IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation: continue;
                case IArgumentOperation { Parent: { } site } argument: return Spawn.Of(site, types) is { Kind: SpawnKind.Task or SpawnKind.Continuation } spawn && spawn.Value == argument.Value;
                default: return false;
            }
        }
        return false;
    }
}
