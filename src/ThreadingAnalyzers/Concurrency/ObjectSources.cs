using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency;

/// <summary>The expressions that make the object which a local, field or property holds, where all of them are seen.</summary>
internal static class ObjectSources
{
    /// <summary>All creations that the value can come from; empty where one may be missing.</summary>
    public static IReadOnlyList<IObjectCreationOperation> Of(IOperation value, Compilation compilation, CancellationToken cancellation)
    {
        if (value.Source() is IObjectCreationOperation only)
            return [only];
        var member = value switch
        {
            IConditionalAccessInstanceOperation => Accessed(value) is IMemberReferenceOperation accessed ? accessed.Member : null,
            IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol { IsIndexer: false } } reference => reference.Member,
            _ => null,
        };
        return member is not null && MemberUses.Of(member, compilation, cancellation) is { } uses && All(uses) is { } all ? all : [];
    }

    private static IReadOnlyList<IObjectCreationOperation>? All(IReadOnlyList<IOperation> uses)
    {
        var made = new List<IObjectCreationOperation>();
        foreach (var use in uses)
        {
            var written = use switch
            {
                ISymbolInitializerOperation initializer => initializer.Value,
                { Parent: ISimpleAssignmentOperation assignment } when assignment.Target == use => assignment.Value,
                { Parent: ICoalesceAssignmentOperation assignment } when assignment.Target == use => assignment.Value,
                _ when use.IsWritten() => use,
                _ => null,
            };
            if (written is null || written.ConstantValue is { HasValue: true, Value: null })
                continue;
            if (written.Source() is not IObjectCreationOperation creation)
                return null;
            made.Add(creation);
        }
        return made;
    }

    private static IOperation? Accessed(IOperation value)
    {
        for (var current = value.Parent; current is not null; current = current.Parent)
            if (current is IConditionalAccessOperation access)
                return access.Operation;
        return null;
    }
}
