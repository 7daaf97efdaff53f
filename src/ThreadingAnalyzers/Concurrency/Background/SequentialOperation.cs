using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Background;

/// <summary>An asynchronous operation of an object that runs one at a time.</summary>
/// <param name="Object">The object: a local, parameter, field or property.</param>
/// <param name="Side">Which others may not run beside it.</param>
internal sealed record SequentialOperation(IOperation Object, OperationSide Side)
{
    /// <summary>How many calls deep an operation is looked for.</summary>
    private const int Depth = 2;

    /// <summary>The operations that a call starts: its own, and those of the method of the same file that it calls.</summary>
    public static IReadOnlyList<SequentialOperation> Of(IInvocationOperation call, KnownTypes types) => [.. Of(call, types, Depth)];

    /// <summary>Whether the two may not run beside each other.</summary>
    public bool Excludes(SequentialOperation other) => (Side & other.Side) != OperationSide.None && Object.IsSameAs(other.Object);

    /// <summary>The operations that a lambda, local function or method starts on objects that it does not make itself.</summary>
    public static IEnumerable<SequentialOperation> In(IOperation body, KnownTypes types, int depth = Depth) => body.OwnOperations().OfType<IInvocationOperation>()
        .SelectMany(inner => Of(inner, types, depth).Where(operation => !IsReplaced(operation.Object, inner, body) && !Exclusion.IsUnderLock(inner, types)))
        .Where(operation => operation.Object.Variable() is not { DeclaringSyntaxReferences: [{ } declaration] } || declaration.SyntaxTree != body.Syntax.SyntaxTree || !body.Syntax.Span.Contains(declaration.Span));

    /// <summary>Whether the body takes another object into the variable before it uses it.</summary>
    private static bool IsReplaced(IOperation value, IOperation use, IOperation body) => body.OwnOperations()
        .Any(operation => operation is ISimpleAssignmentOperation { Target: var target } && operation.Syntax.Span.End <= use.Syntax.SpanStart && target.IsSameAs(value));

    private static IEnumerable<SequentialOperation> Of(IInvocationOperation call, KnownTypes types, int depth)
    {
        if (!Values.IsTask(call.Type, types))
            yield break;
        foreach (var argument in call.Arguments)
            if (ChannelSide(argument.Value, types) is { } side)
                yield return side;
        if (call.Instance is { } reader && ChannelSide(reader, types) is { } own)
            yield return own;
        if (Spawn.Of(call, types) is { Kind: SpawnKind.Task } spawn)
        {
            // What runs on threads of their own is shared in other ways too; a stream and a connection are told here.
            if (depth > 0 && Work.Of(spawn.Value)?.Body is { } work)
                foreach (var operation in In(work, types, depth - 1).Where(operation => !types.Is(operation.Object.Type, KnownType.UnsafeService)))
                    yield return operation;
            yield break;
        }
        if (Receiver(call, types) is { } receiver)
        {
            var side = Sequential.SideOf(call.TargetMethod, receiver.Type, types);
            if (side != OperationSide.None)
                yield return new SequentialOperation(receiver, side);
        }
        else if (depth > 0 && call.SemanticModel is { } model && call.TargetMethod is { IsVirtual: false, IsAbstract: false, IsOverride: false } method && method.DeclaringSyntaxReferences is [{ SyntaxTree: var tree }] && tree == call.Syntax.SyntaxTree && Work.BodyOf(method, model) is { } body)
        {
            foreach (var operation in In(body, types, depth - 1))
                if (Mapped(operation.Object, call) is { } mapped)
                    yield return operation with { Object = mapped };
            foreach (var inner in body.OwnOperations().OfType<IInvocationOperation>())
                foreach (var operation in Of(inner, types, depth - 1))
                    if (operation.Object is IParameterReferenceOperation parameter && Mapped(parameter, call) is { } given && !Exclusion.IsUnderLock(inner, types))
                        yield return operation with { Object = given };
        }
    }

    /// <summary>The object as the caller names it; null for what it cannot name.</summary>
    private static IOperation? Mapped(IOperation value, IInvocationOperation call) => value switch
    {
        IParameterReferenceOperation parameter => call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == parameter.Parameter.Ordinal && SymbolEqualityComparer.Default.Equals(parameter.Parameter.ContainingSymbol, call.TargetMethod.OriginalDefinition))?.Value.Unconverted() is { } given && IsKept(given) ? given
            : call.TargetMethod.MethodKind == MethodKind.LocalFunction || parameter.Parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor } && call.Instance is null or IInstanceReferenceOperation ? value : null,
        ILocalReferenceOperation => call.TargetMethod.MethodKind == MethodKind.LocalFunction ? value : null,
        IMemberReferenceOperation { Instance: null } => value,
        IMemberReferenceOperation { Instance: IInstanceReferenceOperation } => call.Instance is null or IInstanceReferenceOperation ? value : null,
        _ => null,
    };

    /// <summary>The object that the call is made on, be it through a query: the outermost of them that runs one operation at a time.</summary>
    private static IOperation? Receiver(IInvocationOperation call, KnownTypes types)
    {
        for (var current = Owner(call)?.Unconverted(); current is not null; current = Owner(current)?.Unconverted())
            // A command is its connection's.
            if (current is ILocalReferenceOperation made && made.OnlyValue()?.Unconverted() is IInvocationOperation { Instance: { } owner } && types.Is(owner.Type, KnownType.Connection) && IsKept(owner.Unconverted()))
                return owner.Unconverted();
            else if (Sequential.Is(current.Type, types))
                return IsKept(current) && !Sequential.IsSafeValue(current.Source()) ? current : null;
        return null;
    }

    private static IOperation? Owner(IOperation part) => part switch
    {
        IPropertyReferenceOperation property => property.Instance,
        IInvocationOperation { Instance: { } instance } => instance,
        IInvocationOperation { TargetMethod.IsExtensionMethod: true, Arguments: [{ Value: var first }, ..] } => first,
        IArgumentOperation argument => argument.Value,
        _ => null,
    };

    /// <summary>Whether the expression names one object each time: no property that makes a new one.</summary>
    private static bool IsKept(IOperation value) => value switch
    {
        ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } => true,
        IPropertyReferenceOperation { Property: { IsIndexer: false } property, Instance: null or IInstanceReferenceOperation } => property.OnlyResult() is null && property.DeclaringSyntaxReferences.Length > 0,
        _ => false,
    };

    /// <summary>The side of a channel that one user alone may have, where the channel's options say so.</summary>
    private static SequentialOperation? ChannelSide(IOperation value, KnownTypes types)
    {
        if (value.Source() is not IPropertyReferenceOperation { Instance: { } channel } part || Sequential.SideOf(part.Property) is not (var side and not OperationSide.None))
            return null;
        var isSingle = channel.Source() is IInvocationOperation { Arguments: [{ Value: var options }, ..] } && options.Source() is IObjectCreationOperation { Initializer.Initializers: var settings }
            && settings.Any(setting => setting is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: var property }, Value.ConstantValue: { HasValue: true, Value: true } } && Sequential.SingleSide(property) == side);
        return isSingle && types[channel.Type] == KnownType.SafeCollection ? new SequentialOperation(channel.Unconverted(), side) : null;
    }
}
