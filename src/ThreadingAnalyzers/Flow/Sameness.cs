using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>
/// Whether two expressions of one function name one variable, as far as their words tell (what is between them may change what
/// it is of), and whether two methods are one to a virtual call.
/// </summary>
internal static class Sameness
{
    /// <summary>Whether both are the same local, parameter, <c>this</c>, or the same field or property of the same.</summary>
    public static bool IsSameAs(this IOperation first, IOperation second) => (first.Unconverted(), second.Unconverted()) switch
    {
        (IInstanceReferenceOperation, IInstanceReferenceOperation) => true,
        (ILocalReferenceOperation or IParameterReferenceOperation, ILocalReferenceOperation or IParameterReferenceOperation) => SymbolEqualityComparer.Default.Equals(first.Unconverted().Variable(), second.Unconverted().Variable()),
        (IFieldReferenceOperation one, IFieldReferenceOperation other) => IsSameMember(one, other),
        (IPropertyReferenceOperation { Arguments.IsEmpty: true } one, IPropertyReferenceOperation { Arguments.IsEmpty: true } other) => IsSameMember(one, other),
        (ITypeOfOperation one, ITypeOfOperation other) => SymbolEqualityComparer.Default.Equals(one.TypeOperand, other.TypeOperand),
        _ => false,
    };

    private static bool IsSameMember(IMemberReferenceOperation one, IMemberReferenceOperation other) =>
        SymbolEqualityComparer.Default.Equals(one.Member, other.Member)
        && (one.Instance is null || other.Instance is not null && one.Instance.IsSameAs(other.Instance));

    /// <summary>Whether the method is the other one, or overrides it at some level.</summary>
    public static bool IsOrOverrides(this IMethodSymbol method, IMethodSymbol other)
    {
        for (var level = method; level is not null; level = level.OverriddenMethod)
            if (SymbolEqualityComparer.Default.Equals(level.OriginalDefinition, other.OriginalDefinition))
                return true;
        return false;
    }
}
