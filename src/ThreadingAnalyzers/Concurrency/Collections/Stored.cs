using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Collections;

/// <summary>What kind of value is stored under a key, for who asks whether it matters which of two threads stores it.</summary>
internal enum StoredKind
{
    /// <summary>Computed from the key: both threads store the same, or it is not known.</summary>
    Same,
    /// <summary>A new object with a state of its own.</summary>
    Object,
    /// <summary>Given by the caller.</summary>
    Given,
    /// <summary>A constant: that the key is there is all that it says.</summary>
    Mark,
}

/// <summary>Reads off an expression what kind of value it stores.</summary>
internal static class Stored
{
    /// <summary>The kind of a value that is stored under the key of a check.</summary>
    public static StoredKind Of(IOperation value, CollectionCall check, IReadOnlyList<IOperation> code)
    {
        var types = KnownTypes.Of(value.SemanticModel!.Compilation);
        var source = Written(value, code);
        if (source.ConstantValue.HasValue || source is IDefaultValueOperation)
            return StoredKind.Mark;
        return source switch
        {
            IObjectCreationOperation { Type: { } type } => HasOwnState(type, types) ? StoredKind.Object : StoredKind.Same,
            IInvocationOperation { TargetMethod: var method, Type: { } made } => Values.IsMadeBy(method) && Values.LivesOn(made, types) ? StoredKind.Object : StoredKind.Same,
            IAwaitOperation { Operation: IInvocationOperation { TargetMethod: var method }, Type: { } made } => Values.IsMadeBy(method) && Values.LivesOn(made, types) ? StoredKind.Object : StoredKind.Same,
            IParameterReferenceOperation { Parameter: var parameter } => IsKey(parameter, check) ? StoredKind.Same : StoredKind.Given,
            IMemberReferenceOperation { Instance: IParameterReferenceOperation { Parameter: var whole } } => IsKey(whole, check) ? StoredKind.Same : StoredKind.Given,
            IInstanceReferenceOperation => StoredKind.Given,
            _ => StoredKind.Same,
        };
    }

    /// <summary>Whether the parameter as a whole is the key, or a part of it.</summary>
    private static bool IsKey(IParameterSymbol parameter, CollectionCall check) => check.Key?.DescendantsAndSelf()
        .Any(part => part.Names(parameter) && part.Parent is not IMemberReferenceOperation) == true;

    /// <summary>Whether some code does more than to store the value: it acts on others, as only the first should.</summary>
    public static bool HasOtherEffects(IReadOnlyList<IOperation> code, CollectionCall check, KnownTypes types) => code
        .SelectMany(part => part.OwnOperations().Prepend(part))
        .Any(operation => operation switch
        {
            IExpressionStatementOperation { Operation: IInvocationOperation call } => IsDeed(call, check, types),
            IExpressionStatementOperation { Operation: IAwaitOperation { Operation: IInvocationOperation call } } => IsDeed(call, check, types),
            IExpressionStatementOperation { Operation: IIncrementOrDecrementOperation { Target: IFieldReferenceOperation } } => true,
            IEventAssignmentOperation => true,
            _ => false,
        });

    private static bool IsDeed(IInvocationOperation call, CollectionCall check, KnownTypes types) =>
        CollectionCall.Of(call, types) is not { } use || !use.IsOf(check) ? !Throwing.IsLog(call.TargetMethod) : false;

    /// <summary>The expression that the value comes from, be it through a variable that the code fills.</summary>
    private static IOperation Written(IOperation value, IReadOnlyList<IOperation> code)
    {
        var source = value.Unconverted();
        if (source.Variable() is { } variable)
            source = code.SelectMany(part => part.OwnOperations().Prepend(part)).OfType<ISimpleAssignmentOperation>()
                .LastOrDefault(assignment => assignment.Target.Names(variable) && assignment.Syntax.SpanStart < value.Syntax.SpanStart)?.Value.Unconverted() ?? (source is ILocalReferenceOperation ? source.Source() : source);
        while (source is ISimpleAssignmentOperation chain)
            source = chain.Value.Unconverted();
        return source;
    }

    /// <summary>Whether two objects of the type are two things, not two copies of one answer: a collection, a lock, a resource, an object with behaviour.</summary>
    private static bool HasOwnState(ITypeSymbol type, KnownTypes types) =>
        type.SpecialType == SpecialType.System_Object
        || Containers.IsUnsafeCollection(type, types) || ConcurrentCollections.Is(type, types) || SyncObject.Of(type, types) is not null || Values.LivesOn(type, types)
        || types[type] is KnownType.TaskCompletionSource or KnownType.Lazy or KnownType.StringBuilder
        || type is { TypeKind: TypeKind.Class, IsRecord: false } && type.Locations.Any(location => location.IsInSource) && !types.Is(type, KnownType.EventArgs)
            && type.GetMembers().Any(member => member is IMethodSymbol { MethodKind: MethodKind.Ordinary, IsStatic: false, IsOverride: false, ReturnsVoid: true, DeclaredAccessibility: not Accessibility.Private }
                || member is IFieldSymbol { IsStatic: false } field && (ConcurrentCollections.Is(field.Type, types) || SyncObject.Of(field.Type, types) is not null));
}
