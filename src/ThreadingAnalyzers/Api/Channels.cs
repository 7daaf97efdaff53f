using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>How channels are made and written to.</summary>
internal static class Channels
{
    /// <summary>Whether the method writes an element if there is room.</summary>
    public static bool TriesToWrite(IMethodSymbol method) => method.Name == "TryWrite";

    /// <summary>Whether the call makes a channel that can be full: bounded, and writers wait rather than drop something.</summary>
    /// <param name="creation">The call.</param>
    /// <param name="source">Follows a value to where it comes from.</param>
    public static bool IsWaiting(IInvocationOperation creation, Func<IOperation, IOperation> source) => creation is { TargetMethod.Name: "CreateBounded", Arguments: [{ Value: var bound }, ..] }
        && (bound.Type?.SpecialType == SpecialType.System_Int32
            || source(bound) is IObjectCreationOperation options && options.Initializer?.Initializers.Any(setting => setting is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "FullMode" }, Value: IFieldReferenceOperation { Field.Name: not "Wait" } }) != true);
}
