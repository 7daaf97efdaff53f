using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>Objects, arrays and collections that a body makes.</summary>
internal sealed class Creations(BodyWalk walk)
{
    /// <summary>OperationKind.CollectionExpression, which the Roslyn that we compile against does not have.</summary>
    public const int CollectionExpressionKind = 0x7f;

    private Recorder Recorder => walk.Recorder;

    public Path? Object(IObjectCreationOperation creation)
    {
        var arguments = walk.Calls.Arguments(creation.Arguments, creation.Constructor?.Parameters.Length ?? 0);
        var known = walk.Types[creation.Type];
        var made = Allocate(creation, known, arguments);
        if (creation.Constructor is { } constructor && Calls.InSource(constructor) && !constructor.IsImplicitlyDeclared)
            Recorder.Add(number => new Call(number, Recorder.Region, Recorder.State.Locks, Recorder.Site(creation.Syntax), walk.Names.Id(constructor), null, made, arguments, false, Recorder.State.AfterAwait, Recorder.State.AfterPause));
        // A copy reads what it is made of; another object of a library may only keep it.
        if (Containers.IsUnsafeCollection(creation.Type, walk.Types))
            walk.Calls.Enumerated(creation.Arguments, arguments);
        if (creation.Initializer is { } initializer)
            Initialize(made, initializer);
        if (known == KnownType.Timer)
            walk.Calls.Tasks.TimerMade(creation, made, [.. arguments.Select((_, ordinal) => creation.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == ordinal)?.Value)], arguments);
        return made;
    }

    /// <summary>What an initialiser puts into a new object.</summary>
    public void Initialize(Path made, IObjectOrCollectionInitializerOperation initializer)
    {
        walk.Memory.Initialized.Push(made);
        foreach (var element in initializer.Initializers)
            Initialize(made, element);
        walk.Memory.Initialized.Pop();
    }

    public Path? Array(IArrayCreationOperation array)
    {
        foreach (var size in array.DimensionSizes)
            walk.Visit(size);
        return Collection(array, array.Initializer is { } initializer ? initializer.ElementValues : Enumerable.Empty<IOperation>());
    }

    /// <summary>A new collection of these elements.</summary>
    public Path? Collection(IOperation creation, IEnumerable<IOperation> elements)
    {
        var made = Allocate(creation, KnownType.None, []);
        foreach (var element in elements)
            Recorder.Store(made.Then(Path.Element), IsSpread(element) ? walk.Sequences.Enumerate(element.ChildOperations.First()) : walk.Visit(element), element.Syntax);
        return made;
    }

    /// <summary>A part of a collection expression, <c>[.. items]</c>, that goes through another collection.</summary>
    private static bool IsSpread(IOperation element) => element is { Syntax: SpreadElementSyntax, ChildOperations.Count: 1 };

    /// <summary>A new object.</summary>
    public Path Allocate(IOperation creation, KnownType known, IReadOnlyList<Path?> arguments)
    {
        var name = Recorder.TakeNumber().ToString(System.Globalization.CultureInfo.InvariantCulture);
        var constant = (creation as IObjectCreationOperation)?.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0)?.Value.ConstantValue;
        walk.Allocations[name] = new Allocation(known, creation.Type is null ? "" : walk.Names.Id(creation.Type),
            Effects.HandleKind(known) is null ? null : arguments.FirstOrDefault(argument => argument?.Root == Root.Delegate || argument is not null),
            constant is { HasValue: true, Value: var value } ? value?.ToString() : null, Recorder.Region, Recorder.Site(creation.Syntax), false);
        return Path.Of(Root.Allocation, name);
    }

    private void Initialize(Path made, IOperation element)
    {
        switch (element)
        {
            case IInvocationOperation { Arguments: [.., { Value: var value }] }: Recorder.Store(made.Then(Path.Element), walk.Visit(value), element.Syntax); break;
            case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation property, Value: var value }:
                var stored = walk.Visit(value);
                walk.Calls.Tasks.PropertySet(property, made);
                Recorder.Store(made.Then(property.Property.IsIndexer ? Path.Element : walk.Names.Id(property.Property)), stored, element.Syntax);
                break;
            case ISimpleAssignmentOperation { Target: IFieldReferenceOperation field, Value: var value }:
                Recorder.Store(made.Then(walk.Names.Id(field.Field)), walk.Visit(value), element.Syntax);
                break;
            default: walk.Visit(element); break;
        }
    }
}
