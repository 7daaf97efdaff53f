using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>Which element of an array, a tuple or a record is meant, counted from 0, where code says so by its order, a constant or a name.</summary>
internal static class Part
{
    /// <summary>Where an expression that lists its parts has the value; null where that is not known.</summary>
    public static int? In(IOperation whole, IOperation value) => whole switch
    {
        ITupleOperation tuple => Index(tuple.Elements, value),
        IArrayInitializerOperation array => Index(array.ElementValues, value),
        { Syntax: CollectionExpressionSyntax list } when list.Elements.All(element => element is ExpressionElementSyntax) => Index(whole.ChildOperations, value),
        _ => null,
    };

    /// <summary>The part that an access names; null where it may be any.</summary>
    public static int? Named(IOperation access) => access switch
    {
        IArrayElementReferenceOperation { Indices: [{ ConstantValue: { HasValue: true, Value: int index } }] } => index,
        IPropertyReferenceOperation { Property.IsIndexer: true, Arguments: [{ Value.ConstantValue: { HasValue: true, Value: int index } }] } => index,
        IMemberReferenceOperation member => Values.PartOf(member.Member),
        _ => null,
    };

    /// <summary>What a deconstruction puts the part into; null where it goes deeper, or the part is not known.</summary>
    public static IOperation? Taker(IDeconstructionAssignmentOperation assignment, int? part) =>
        (assignment.Target is IDeclarationExpressionOperation declaration ? declaration.Expression : assignment.Target) is ITupleOperation targets && part is { } index && index < targets.Elements.Length
            ? targets.Elements[index] is IDeclarationExpressionOperation single ? single.Expression : targets.Elements[index]
            : null;

    private static int? Index(IEnumerable<IOperation> parts, IOperation value)
    {
        var index = 0;
        foreach (var part in parts)
        {
            if (part == value)
                return index;
            index++;
        }
        return null;
    }
}
