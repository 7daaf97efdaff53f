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

    /// <summary>The memory that was compared by order with something so far.</summary>
    public HashSet<Path> Ordered { get; } = [];

    public void Declare(IVariableDeclaratorOperation declarator)
    {
        var value = walk.Visit(declarator.GetVariableInitializer()?.Value);
        Bind(declarator.Symbol, value, declarator.Syntax);
        if (declarator.GetVariableInitializer()?.Value is { } initializer)
            walk.Locking.BindToken(declarator.Symbol, initializer);
    }

    /// <summary>A variable that a pattern declares for the whole value is a name for it.</summary>
    public void Match(IIsPatternOperation match)
    {
        var value = walk.Visit(match.Value);
        walk.Visit(match.Pattern);
        var pattern = match.Pattern is INegatedPatternOperation { Pattern: var inner } ? inner : match.Pattern;
        if (pattern is IListPatternOperation)
            walk.Sequences.Content(value, walk.TypeOf(match.Value), AccessKind.Read, match.Syntax);
        var declared = pattern switch
        {
            IDeclarationPatternOperation { DeclaredSymbol: { } symbol } => symbol,
            IRecursivePatternOperation { DeclaredSymbol: { } symbol } => symbol,
            _ => null,
        };
        if (declared is not null)
            Bind(declared, value, match.Syntax);
    }

    /// <summary>A fresh variable takes its first value.</summary>
    public void Bind(ISymbol variable, Path? value, SyntaxNode syntax)
    {
        // What is written to a copy is not written to what it was copied from.
        if (value is not { IsRoot: true, Root: Root.Allocation } && Values.IsCopy(variable))
            value = null;
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

    /// <summary>The memory that is handed on by reference; null where it is a local's own, or an element's.</summary>
    public Path? Lent(IOperation reference)
    {
        var memory = reference.Unconverted() switch
        {
            IFieldReferenceOperation { Field.IsReadOnly: false } field when field.Instance is null or IInstanceReferenceOperation or { Type.IsValueType: false } => Target(field),
            ILocalReferenceOperation { Local: { RefKind: RefKind.None } local } when walk.IsForeign(local) || walk.Captures.IsCaptured(local) => walk.Names.Captured(local),
            IParameterReferenceOperation { Parameter: { RefKind: RefKind.Ref } parameter } when !walk.IsForeign(parameter) => Path.Parameter(parameter.Ordinal),
            _ => null,
        };
        if (memory is not null)
            walk.Lent.Add(memory);
        return memory;
    }

    public Path? Variable(ISymbol variable, IOperation reference)
    {
        if (IsBorrowed(variable, out var borrowed))
            Recorder.Through(borrowed, AccessKind.Read | Width(Values.TypeOf(variable)), reference.Syntax);
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
                return walk.IsForeign(variable) ? Code(variable, reference) ?? memory : Recorder.State.Locals.TryGetValue(variable, out var value) ? value : memory;
            Read(memory, Values.TypeOf(variable), reference);
            return memory;
        }
        return Recorder.State.Locals.TryGetValue(variable, out var known) ? known : null;
    }

    /// <summary>The lambda or method of the same object that a captured variable is a name of, the same in each body; null where it is none.</summary>
    private Path? Code(ISymbol variable, IOperation reference) => Values.TypeOf(variable)?.TypeKind != TypeKind.Delegate ? null : Work.Of(reference) switch
    {
        { Source: IAnonymousFunctionOperation lambda } => Path.Delegate(walk.Names.Id(lambda.Symbol), Path.This),
        { Source: IMethodReferenceOperation { Instance: null or IInstanceReferenceOperation } group } => walk.Calls.MethodGroup(group),
        _ => null,
    };

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

    /// <summary>A read of a member, recorded unless its type or declaration makes it safe. A member that is compared is often a snapshot, and its comparison tells less than a variable's.</summary>
    public void Read(Path? path, ISymbol member, IOperation operation)
    {
        Record(path, member, ReadKind(path, operation) & ~AccessKind.Compared, operation.Syntax, Values.TypeOf(member));
        walk.Rereads.Note(path, member, operation);
    }

    /// <summary>The memory that a member is, for one receiver.</summary>
    public Path? Member(Path? receiver, ISymbol member) => member.IsStatic ? Path.Static(walk.Names.Id(member)) : receiver?.Then(walk.Names.Id(member));

    public Path? FieldPath(IFieldReferenceOperation field)
    {
        // A field of a struct that a local or field holds is part of that memory.
        var receiver = field.Instance is { Type.IsValueType: true } and not IInstanceReferenceOperation ? Target(field.Instance) : walk.Visit(field.Instance);
        return Member(receiver, field.Field);
    }

    /// <summary>What a target is called, without a use of it.</summary>
    public Path? Target(IOperation target)
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

    public void Record(Path? path, ISymbol member, AccessKind kind, SyntaxNode syntax, ITypeSymbol? type)
    {
        if (member is IFieldSymbol field && IsConfined(field) || walk.Types[type] is KnownType.ThreadLocal or KnownType.AsyncLocal || walk.Obligations.IsConfined(member))
            return;
        if (member is IFieldSymbol { IsVolatile: true })
            kind |= AccessKind.VolatileField;
        Recorder.Use(path, kind | Width(type), syntax);
    }

    /// <summary>Whether the variable is another name for memory of the caller.</summary>
    public bool IsBorrowed(ISymbol variable, out Path memory)
    {
        var parameter = variable as IParameterSymbol;
        memory = parameter is null ? Path.This : Path.Parameter(parameter.Ordinal);
        return parameter is { RefKind: RefKind.Ref } && !walk.IsPrimary(variable) && !walk.IsForeign(variable);
    }

    /// <summary>Whether each thread has a field of its own.</summary>
    private bool IsConfined(IFieldSymbol field) => field.IsStatic && field.GetAttributes().Any(attribute => walk.Types[attribute.AttributeClass] == KnownType.ThreadStaticAttribute);

    public static AccessKind Width(ITypeSymbol? type) => Values.IsWide(type) ? AccessKind.Wide : AccessKind.None;

    private AccessKind ReadKind(Path? path, IOperation operation)
    {
        var comparison = Loops.Comparison(operation);
        if (path is not null && comparison != AccessKind.None)
            Ordered.Add(path);
        return AccessKind.Read | Loops.Purpose(Purpose, operation) | comparison;
    }

    private void Read(Path? path, ITypeSymbol? type, IOperation operation)
    {
        if (walk.Types[type] is KnownType.ThreadLocal or KnownType.AsyncLocal)
            return;
        // Who has tested a variable means it to be filled at some time.
        Recorder.Use(path, ReadKind(path, operation) | Width(type) | (path is not null && Recorder.State.Tested.ContainsKey(path) ? AccessKind.Test : 0), operation.Syntax);
        walk.Rereads.Note(path, null, operation);
    }
}
