using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Flow;

/// <summary>The methods that an object was given to: by which calls, and as which part of what they return they give it back.</summary>
internal sealed class Loans
{
    private readonly Dictionary<IMethodSymbol, (HashSet<IOperation> Calls, HashSet<int?> Parts)> known = new(SymbolEqualityComparer.Default);

    /// <summary>The method is given the object by a call, or by something else; as which parts it gives it back to that call, as far as is known yet.</summary>
    public IEnumerable<int?> Lend(IMethodSymbol method, IOperation? call)
    {
        if (!known.TryGetValue(method, out var loan))
            known[method] = loan = ([], []);
        return call is not null && loan.Calls.Add(call) ? loan.Parts : [];
    }

    /// <summary>The calls to which a method that was given the object returns it; null where it was not given it.</summary>
    public IEnumerable<IOperation>? Return(IMethodSymbol method, int? part)
    {
        if (!known.TryGetValue(method.OriginalDefinition, out var loan))
            return null;
        loan.Parts.Add(part);
        return loan.Calls;
    }
}
