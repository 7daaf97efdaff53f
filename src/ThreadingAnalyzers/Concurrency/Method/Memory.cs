using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>
/// How operations use memory. Fields, auto-properties, elements and captured variables are memory; other locals are names for
/// what they hold. Reads of what never changes after construction are not recorded: they conflict with nothing.
/// </summary>
internal sealed class Memory(BodyWalk walk)
{
    private Recorder Recorder => walk.Recorder;

    /// <summary>What a read is for: <see cref="AccessKind.Poll"/> or <see cref="AccessKind.Test"/> within a condition, else none.</summary>
    public AccessKind Purpose { get; set; }

    /// <summary>The objects whose initialisers are being walked.</summary>
    public Stack<Path?> Initialized { get; } = new();

    public void Declare(IVariableDeclaratorOperation declarator)
    {
        var value = walk.Visit(declarator.GetVariableInitializer()?.Value);
        Bind(declarator.Symbol, value, declarator.Syntax);
        if (declarator.GetVariableInitializer()?.Value is { } initializer)
            walk.Locking.BindToken(declarator.Symbol, initializer);
    }

    /// <summary>A fresh variable takes its first value.</summary>
    public void Bind(ISymbol variable, Path? value, SyntaxNode syntax)
    {
        Recorder.State = Recorder.State.With(variable, value);
        if (!walk.Captures.IsCaptured(variable))
            return;
        var memory = walk.Names.Captured(variable);
        walk.Declared[memory] = Recorder.Region;
        if (value is null)
            return;
        if (walk.Captures.IsAssigned(variable))
            Recorder.Store(memory, value, syntax);
        else
            walk.Aliases[memory] = value;
    }

    public Path? Variable(ISymbol variable, IOperation reference)
    {
        if (walk.IsPrimary(variable))
        {
            var field = Path.This.Then(walk.Names.Primary(variable));
            if (walk.Captures.IsAssigned(variable))
                Read(field, Values.TypeOf(variable), reference);
            return field;
        }
        if (walk.IsForeign(variable) || walk.Captures.IsCaptured(variable))
        {
            var memory = walk.Names.Captured(variable);
            if (!walk.Captures.IsAssigned(variable))
                return walk.IsForeign(variable) ? memory : Recorder.State.Locals.TryGetValue(variable, out var value) ? value : memory;
            Read(memory, Values.TypeOf(variable), reference);
            return memory;
        }
        return Recorder.State.Locals.TryGetValue(variable, out var known) ? known : null;
    }

    public Path? Instance(IInstanceReferenceOperation instance) =>
        instance.ReferenceKind == InstanceReferenceKind.ImplicitReceiver && Initialized.Count > 0 ? Initialized.Peek() : Path.This;

    public Path? Field(IFieldReferenceOperation field)
    {
        if (IsConfined(field.Field))
            return null;
        var path = FieldPath(field);
        if (field.Field is { IsConst: false, IsReadOnly: false })
            Read(path, field.Field, field);
        if (path is not null)
            walk.Obligations.Used(field.Field, path.Parent, field.Syntax);
        return path;
    }

    public Path? Property(IPropertyReferenceOperation property)
    {
        var receiver = walk.Visit(property.Instance);
        foreach (var argument in property.Arguments)
            walk.Visit(argument.Value);
        if (walk.Names.IsMemory(property.Property))
        {
            var path = Member(receiver, property.Property);
            if (property.Property.SetMethod is { IsInitOnly: false })
                Read(path, property.Property, property);
            walk.Obligations.Used(property.Property, receiver, property.Syntax);
            return path;
        }
        return walk.Calls.Getter(property, receiver);
    }

    public Path? Event(IEventReferenceOperation @event)
    {
        var path = Member(walk.Visit(@event.Instance), @event.Event);
        Read(path, @event.Event, @event);
        return path;
    }

    public Path? Assign(ISimpleAssignmentOperation assignment)
    {
        if (assignment.IsRef)
        {
            Write(assignment.Target, walk.Visit(assignment.Value), AccessKind.Write, assignment.Value);
            return null;
        }
        var first = Recorder.Events.Count;
        var value = walk.Visit(assignment.Value);
        var kind = AccessKind.Write;
        if (assignment.Value.ConstantValue.HasValue || assignment.Value.Unconverted() is IDefaultValueOperation || IsCaught(assignment.Value.Unconverted()))
            kind |= AccessKind.Constant;
        if (Rereads.IsNull(assignment.Value))
            kind |= AccessKind.Null;
        var target = Target(assignment.Target);
        if (target is not null && Recorder.Events.Skip(first).OfType<Use>().Any(use => use.Access.Path.Equals(target) && !use.Access.Has(AccessKind.Content)))
            kind |= AccessKind.Update | (walk.Types[assignment.Target.Type] == KnownType.SafeCollection ? AccessKind.Immutable : 0);
        Write(assignment.Target, value, kind, assignment.Value);
        if (assignment.Target is ILocalReferenceOperation { Local: var local })
            walk.Locking.BindToken(local, assignment.Value);
        return value;
    }

    public Path? Compound(ICompoundAssignmentOperation compound)
    {
        walk.Visit(compound.Value);
        Write(compound.Target, null, AccessKind.Update | AccessKind.Write, compound.Value);
        return null;
    }

    public Path? Increment(IIncrementOrDecrementOperation increment)
    {
        Write(increment.Target, null, AccessKind.Update | AccessKind.Write, increment);
        return null;
    }

    public Path? CoalesceAssign(ICoalesceAssignmentOperation coalesce)
    {
        var path = walk.Visit(coalesce.Target);
        Recorder.Enter(RegionKind.Arm, Recorder.TakeNumber());
        var before = Recorder.State;
        var value = walk.Visit(coalesce.Value);
        Write(coalesce.Target, value, AccessKind.Write | AccessKind.Lazy, coalesce.Value);
        Recorder.State = Recorder.State.Meet(before);
        Recorder.Leave();
        return path ?? value;
    }

    public void Deconstruct(IDeconstructionAssignmentOperation deconstruction)
    {
        walk.Visit(deconstruction.Value);
        Deconstruct(deconstruction.Target, deconstruction.Value);
    }

    /// <summary>A write of the memory that the target names.</summary>
    public void Write(IOperation target, Path? value, AccessKind kind, IOperation source)
    {
        target = target.Unconverted();
        kind |= walk.Initializations.Kind(source);
        switch (target)
        {
            case ILocalReferenceOperation { IsDeclaration: true, Local: var local }: Bind(local, value, target.Syntax); break;
            case ILocalReferenceOperation { Local: var local }: WriteVariable(local, value, kind, target); break;
            case IParameterReferenceOperation { Parameter: var parameter }: WriteVariable(parameter, value, kind, target); break;
            case IDeclarationExpressionOperation { Expression: var declared }: Write(declared, value, kind, source); break;
            case IFieldReferenceOperation field: Use(FieldPath(field), field.Field, value, kind, target); break;
            case IEventReferenceOperation @event: Use(Member(walk.Visit(@event.Instance), @event.Event), @event.Event, value, kind, target); break;
            case IPropertyReferenceOperation property: WriteProperty(property, value, kind); break;
            case IArrayElementReferenceOperation element: walk.Elements.Write(element, value, kind); break;
            case IDiscardOperation: break;
            default: walk.Visit(target); break;
        }
    }

    /// <summary>A read of memory, recorded unless its type or declaration makes it safe.</summary>
    public void Read(Path? path, ISymbol member, IOperation operation)
    {
        Record(path, member, AccessKind.Read | Loops.Purpose(Purpose, operation), operation.Syntax, Values.TypeOf(member));
        walk.Rereads.Note(path, member, operation);
    }

    /// <summary>The memory that a member is, for one receiver.</summary>
    public Path? Member(Path? receiver, ISymbol member) => member.IsStatic ? Path.Static(walk.Names.Id(member)) : receiver?.Then(walk.Names.Id(member));

    private void Deconstruct(IOperation target, IOperation value)
    {
        if (target.Unconverted() is ITupleOperation tuple)
        {
            var values = value.Unconverted() as ITupleOperation;
            for (var i = 0; i < tuple.Elements.Length; i++)
                Deconstruct(tuple.Elements[i], values is not null && i < values.Elements.Length ? values.Elements[i] : value);
        }
        else if (target is IDeclarationExpressionOperation { Expression: ITupleOperation declared })
        {
            Deconstruct(declared, value);
        }
        else
        {
            Write(target, null, AccessKind.Write, value);
        }
    }

    private Path? FieldPath(IFieldReferenceOperation field)
    {
        // A field of a struct that a local or field holds is part of that memory.
        var receiver = field.Instance is { Type.IsValueType: true } and not IInstanceReferenceOperation ? Target(field.Instance) : walk.Visit(field.Instance);
        return Member(receiver, field.Field);
    }

    /// <summary>What a target is called, without a use of it.</summary>
    private Path? Target(IOperation target)
    {
        switch (target.Unconverted())
        {
            case IFieldReferenceOperation { Field: var field, Instance: var instance }: return Member(instance is null ? null : Target(instance), field);
            case IPropertyReferenceOperation { Property: var property, Instance: var instance } when walk.Names.IsMemory(property): return Member(instance is null ? null : Target(instance), property);
            case IInstanceReferenceOperation instance: return Instance(instance);
            case ILocalReferenceOperation { Local: var local }: return Name(local);
            case IParameterReferenceOperation { Parameter: var parameter }: return Name(parameter);
            default: return null;
        }

        Path? Name(ISymbol variable) => (walk.IsForeign(variable) || walk.Captures.IsCaptured(variable)) && walk.Captures.IsAssigned(variable)
            ? walk.Names.Captured(variable)
            : walk.IsForeign(variable) ? walk.Names.Captured(variable) : Recorder.State.Locals.TryGetValue(variable, out var value) ? value : null;
    }

    private void WriteVariable(ISymbol variable, Path? value, AccessKind kind, IOperation target)
    {
        if (walk.IsPrimary(variable))
        {
            Use(Path.This.Then(walk.Names.Primary(variable)), variable, value, kind, target);
            return;
        }
        if (walk.IsForeign(variable) || walk.Captures.IsCaptured(variable))
        {
            var memory = walk.Names.Captured(variable);
            Record(memory, variable, kind | (Recorder.State.Empty.Contains(memory) ? AccessKind.Lazy : AccessKind.None), target.Syntax, Values.TypeOf(variable));
            Recorder.State = Recorder.State.Untested(memory);
            Recorder.Store(memory, value, target.Syntax);
        }
        if (!walk.IsForeign(variable))
            Recorder.State = Recorder.State.With(variable, value);
    }

    private void Use(Path? path, ISymbol member, Path? value, AccessKind kind, IOperation target)
    {
        Record(path, member, kind | (path is not null && Recorder.State.Empty.Contains(path) ? AccessKind.Lazy : AccessKind.None), target.Syntax, Values.TypeOf(member));
        if (path is not null)
        {
            Recorder.State = Recorder.State.Overwritten(path);
            walk.Obligations.Used(member, path.Parent, target.Syntax);
        }
        Recorder.Store(path, value, target.Syntax);
    }

    private void WriteProperty(IPropertyReferenceOperation property, Path? value, AccessKind kind)
    {
        var receiver = walk.Visit(property.Instance);
        walk.Affinities.Note(property.Property, property.Instance, receiver, property.Syntax);
        if (walk.Names.IsMemory(property.Property))
            Use(Member(receiver, property.Property), property.Property, value, kind, property);
        else
            walk.Calls.Setter(property, receiver, value, (kind & AccessKind.Update) != 0);
    }

    private void Record(Path? path, ISymbol member, AccessKind kind, SyntaxNode syntax, ITypeSymbol? type)
    {
        if (member is IFieldSymbol field && IsConfined(field) || walk.Types[type] is KnownType.ThreadLocal or KnownType.AsyncLocal || walk.Obligations.IsConfined(member))
            return;
        if (member is IFieldSymbol { IsVolatile: true })
            kind |= AccessKind.VolatileField;
        Recorder.Use(path, kind | Width(type), syntax);
    }

    /// <summary>Whether the value is the exception of a catch clause: of several that fail, any will do.</summary>
    private static bool IsCaught(IOperation value) => value is ILocalReferenceOperation { Local.DeclaringSyntaxReferences: [var declared] } && declared.GetSyntax() is CatchDeclarationSyntax;

    /// <summary>Whether each thread has a field of its own.</summary>
    private bool IsConfined(IFieldSymbol field) => field.IsStatic && field.GetAttributes().Any(attribute => walk.Types[attribute.AttributeClass] == KnownType.ThreadStaticAttribute);

    public static AccessKind Width(ITypeSymbol? type) => Values.IsWide(type) ? AccessKind.Wide : AccessKind.None;

    private void Read(Path? path, ITypeSymbol? type, IOperation operation)
    {
        if (walk.Types[type] is KnownType.ThreadLocal or KnownType.AsyncLocal)
            return;
        // Who has tested a variable means it to be filled at some time.
        Recorder.Use(path, AccessKind.Read | Loops.Purpose(Purpose, operation) | Width(type) | (path is not null && Recorder.State.Tested.ContainsKey(path) ? AccessKind.Test : 0), operation.Syntax);
        walk.Rereads.Note(path, null, operation);
    }
}
