using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>
/// Which locals and parameters of a member its lambdas and local functions capture, and which of those are never assigned
/// after their declaration: such a variable is only another name for its value.
/// </summary>
internal sealed class Captures
{
    private readonly HashSet<ISymbol> captured = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> assigned = new(SymbolEqualityComparer.Default);

    /// <summary>Looks through a member's operations once.</summary>
    public Captures(IEnumerable<IOperation> roots, CancellationToken cancellation)
    {
        var pending = new Stack<(IOperation Operation, IMethodSymbol? Function)>();
        foreach (var root in roots)
            pending.Push((root, null));
        while (pending.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var (operation, function) = pending.Pop();
            switch (operation)
            {
                case ILocalReferenceOperation { Local: var local }: Refer(local, operation, function); break;
                case IParameterReferenceOperation { Parameter: var parameter }: Refer(parameter, operation, function); break;
                case IAnonymousFunctionOperation { Symbol: var lambda }: function = lambda; break;
                case ILocalFunctionOperation { Symbol: var local }: function = local; break;
            }
            foreach (var child in operation.ChildOperations)
                pending.Push((child, function));
        }
    }

    /// <summary>Whether another body than the one that declares it uses the variable.</summary>
    public bool IsCaptured(ISymbol variable) => captured.Contains(variable);

    /// <summary>Whether the variable is assigned after its declaration.</summary>
    public bool IsAssigned(ISymbol variable) => assigned.Contains(variable);

    private void Refer(ISymbol variable, IOperation reference, IMethodSymbol? function)
    {
        // At the top level of a member the function is null and so nothing declared there is foreign.
        if (function is not null && !SymbolEqualityComparer.Default.Equals(variable.ContainingSymbol, function))
            captured.Add(variable);
        if (reference.IsWritten())
            assigned.Add(variable);
    }
}
