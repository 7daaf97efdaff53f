using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>What goes through parameters: the arguments that the calls of a method give them, and the code that an argument comes to.</summary>
internal static class Parameters
{
    /// <summary>
    /// The arguments that all calls of the program give a parameter, conversions removed; null where some caller is not seen, which
    /// is so of delegates, overrides and what other assemblies can call.
    /// </summary>
    public static IReadOnlyList<IOperation>? Given(IParameterReferenceOperation use, Compilation compilation, CancellationToken cancellation)
    {
        if (use.Parameter is not { RefKind: RefKind.None, ContainingSymbol: IMethodSymbol { IsAbstract: false, IsVirtual: false, IsOverride: false } method })
            return null;
        var uses = UsesOf(method, use, compilation, cancellation);
        if (uses is not { Count: > 0 })
            return null;
        var given = uses.Select(call => (call as IInvocationOperation)?.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == use.Parameter.Ordinal)?.Value.Unconverted()).ToList();
        return given.Any(value => value is null) ? null : [.. given.OfType<IOperation>()];
    }

    /// <summary>All that names a method, or the property that it is the getter of; null where code that is not seen may call it.</summary>
    /// <param name="method">A method of the source, or a local function.</param>
    /// <param name="near">An operation of the member that a local function is part of.</param>
    /// <param name="compilation">The program.</param>
    /// <param name="cancellation">Stops the search.</param>
    public static IReadOnlyList<IOperation>? UsesOf(IMethodSymbol method, IOperation near, Compilation compilation, CancellationToken cancellation) => method switch
    {
        { MethodKind: MethodKind.LocalFunction } => UsesOfLocal(method, near),
        { MethodKind: MethodKind.Ordinary } => MemberUses.Of(method, compilation, cancellation),
        { AssociatedSymbol: IPropertySymbol { IsIndexer: false } property } => MemberUses.Of(property, compilation, cancellation),
        _ => null,
    };

    /// <summary>All that names a local function.</summary>
    /// <param name="local">The function.</param>
    /// <param name="near">An operation of the member that it is part of.</param>
    public static IReadOnlyList<IOperation> UsesOfLocal(IMethodSymbol local, IOperation near) =>
        [.. near.Root().Descendants().Where(operation => SymbolEqualityComparer.Default.Equals(Method(operation)?.OriginalDefinition, local.OriginalDefinition))];

    /// <summary>What a method of an extension block names as the object that it is called on; null where it names none.</summary>
    public static IParameterSymbol? ReceiverIn(IOperation body) =>
        body.Descendants().OfType<IParameterReferenceOperation>().Select(reference => reference.Parameter).FirstOrDefault(parameter => parameter.ContainingSymbol is INamedTypeSymbol);

    /// <summary>The places where the method of the source that is called names the parameter which an argument becomes; null where its code is not seen.</summary>
    public static IReadOnlyList<IOperation>? Received(IArgumentOperation argument)
    {
        if (argument is not { Parameter: { RefKind: RefKind.None, Ordinal: var ordinal }, Parent: IInvocationOperation { TargetMethod: { IsAbstract: false, IsVirtual: false, IsOverride: false } method } call }
            || method.MethodKind is not (MethodKind.Ordinary or MethodKind.LocalFunction) || call.SemanticModel is not { } model || Work.BodyOf(method, model) is not { } body)
            return null;
        return [.. body.Descendants().Where(operation => operation is IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol owner } parameter }
            && parameter.Ordinal == ordinal && SymbolEqualityComparer.Default.Equals(owner.OriginalDefinition, (method.PartialImplementationPart ?? method).OriginalDefinition))];
    }

    private static IMethodSymbol? Method(IOperation operation) => operation switch
    {
        IInvocationOperation call => call.TargetMethod,
        IMethodReferenceOperation group => group.Method,
        _ => null,
    };
}
