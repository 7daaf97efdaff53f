using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>What a getter or a method of the source answers with, when code asks it for a value.</summary>
internal static class Answers
{
    /// <summary>The values that it returns, one for each of its returns; none where another type may answer, and where its code is not seen.</summary>
    /// <param name="asked">The use of the property or the call.</param>
    public static ImmutableArray<IOperation> Of(IOperation asked) =>
        asked.SemanticModel is { } model && Asked(asked) is { } asks && Work.BodyOf(asks, model) is { } body
        && body.OwnOperations().OfType<IReturnOperation>().Where(returned => returned.Kind == OperationKind.Return).ToList() is { Count: > 0 } returns && returns.All(returned => returned.ReturnedValue is not null)
            ? returns.Select(returned => returned.ReturnedValue!.Unconverted()).ToImmutableArray()
            : ImmutableArray<IOperation>.Empty;

    /// <summary>The one value that it returns; null where it returns several, or none that is known.</summary>
    /// <param name="asked">The use of the property or the call.</param>
    public static IOperation? OnlyOf(IOperation asked) => Of(asked) is [var only] ? only : null;

    /// <summary>The getter or method whose code answers; null where no value is asked for, or a derived type may have its own.</summary>
    private static IMethodSymbol? Asked(IOperation asked) => asked switch
    {
        IPropertyReferenceOperation { Property: { Parameters.IsEmpty: true, GetMethod: { } getter }, Instance: var instance } => Answering(getter, instance),
        IInvocationOperation { TargetMethod: { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } method, Instance: var instance } => Answering(method, instance),
        _ => null,
    };

    private static IMethodSymbol? Answering(IMethodSymbol called, IOperation? instance)
    {
        if (called is { IsAbstract: false, IsVirtual: false, IsOverride: false } or { IsSealed: true })
            return called;
        for (var level = instance?.Type is { IsSealed: true } type ? type as INamedTypeSymbol : null; level is not null; level = level.BaseType)
            if (level.GetMembers(called.Name).OfType<IMethodSymbol>().FirstOrDefault(member => member.IsOrOverrides(called)) is { } answering)
                return answering.IsAbstract ? null : answering;
        return null;
    }
}
