using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>How memory is written: assignments of every form, each with what its value tells of the harm that it does.</summary>
internal sealed class Writes(BodyWalk walk)
{
    private Recorder Recorder => walk.Recorder;

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
        var target = walk.Memory.Target(assignment.Target);
        if (target is not null && Recorder.Events.Skip(first).OfType<Use>().Any(use => use.Access.Path.Equals(target) && !use.Access.Has(AccessKind.Content)))
            kind |= AccessKind.Update | (walk.Types[assignment.Target.Type] == KnownType.SafeCollection ? AccessKind.Immutable : 0);
        if (target is not null && walk.Memory.Ordered.Contains(target) && Loops.IsExtreme(assignment))
            kind |= AccessKind.Update;
        // Who finds a flag or a reference not set, and sets it, begins what it stands for; who comes next finds it set.
        var isFirst = target is { IsRoot: false, Root: Root.This or Root.Static } && Recorder.State.Empty.Contains(target) && (kind & AccessKind.Null) == 0;
        Write(assignment.Target, value, kind, assignment.Value);
        if (isFirst)
            Recorder.State = Recorder.State.Claiming(target);
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
        var values = new Dictionary<IOperation, Path?>();
        Evaluate(deconstruction.Value, values);
        Deconstruct(deconstruction.Target, deconstruction.Value, values);
    }

    /// <summary>All values come before the first is written.</summary>
    private void Evaluate(IOperation value, Dictionary<IOperation, Path?> values)
    {
        if (value.Unconverted() is ITupleOperation tuple)
            foreach (var element in tuple.Elements)
                Evaluate(element, values);
        else
            values[value] = walk.Visit(value);
    }

    /// <summary>A write of the memory that the target names.</summary>
    public void Write(IOperation target, Path? value, AccessKind kind, IOperation source)
    {
        target = target.Unconverted();
        kind |= walk.Initializations.Kind(source);
        switch (target)
        {
            case ILocalReferenceOperation { IsDeclaration: true, Local: var local }: walk.Memory.Bind(local, value, target.Syntax); break;
            case ILocalReferenceOperation { Local: var local }: WriteVariable(local, value, kind, target); break;
            case IParameterReferenceOperation { Parameter: var parameter }: WriteVariable(parameter, value, kind, target); break;
            case IDeclarationExpressionOperation { Expression: var declared }: Write(declared, value, kind, source); break;
            case IFieldReferenceOperation field: Use(walk.Memory.FieldPath(field), field.Field, value, kind, target); break;
            case IEventReferenceOperation @event: Use(walk.Memory.Member(walk.Visit(@event.Instance), @event.Event), @event.Event, value, kind, target); break;
            case IPropertyReferenceOperation property: WriteProperty(property, value, kind); break;
            case IArrayElementReferenceOperation element: walk.Elements.Write(element, value, kind); break;
            case IDiscardOperation: break;
            default: walk.Visit(target); break;
        }
    }

    private void Deconstruct(IOperation target, IOperation value, IReadOnlyDictionary<IOperation, Path?>? known)
    {
        if (target.Unconverted() is ITupleOperation tuple)
        {
            var values = value.Unconverted() as ITupleOperation;
            for (var i = 0; i < tuple.Elements.Length; i++)
                // Of what is not written as a tuple, the whole is known and not its parts.
                Deconstruct(tuple.Elements[i], values is not null && i < values.Elements.Length ? values.Elements[i] : value, values is null ? null : known);
        }
        else if (target is IDeclarationExpressionOperation { Expression: ITupleOperation declared })
        {
            Deconstruct(declared, value, known);
        }
        else
        {
            Write(target, known?.TryGetValue(value, out var path) == true ? path : null, AccessKind.Write, value);
        }
    }

    private void WriteVariable(ISymbol variable, Path? value, AccessKind kind, IOperation target)
    {
        if (walk.Memory.IsBorrowed(variable, out var borrowed))
            Recorder.Through(borrowed, kind | Memory.Width(Values.TypeOf(variable)), target.Syntax);
        if (walk.IsPrimary(variable))
        {
            Use(Path.This.Then(walk.Names.Primary(variable)), variable, value, kind, target);
            return;
        }
        if (walk.IsForeign(variable) || walk.Captures.IsCaptured(variable))
        {
            var memory = walk.Names.Captured(variable);
            walk.Memory.Record(memory, variable, kind | (Recorder.State.Empty.Contains(memory) ? AccessKind.Lazy : AccessKind.None), target.Syntax, Values.TypeOf(variable));
            Recorder.State = Recorder.State.Untested(memory);
            Recorder.Store(memory, value, target.Syntax);
        }
        if (!walk.IsForeign(variable))
            Recorder.State = Recorder.State.With(variable, value);
    }

    private void Use(Path? path, ISymbol member, Path? value, AccessKind kind, IOperation target)
    {
        walk.Memory.Record(path, member, kind | (path is not null && Recorder.State.Empty.Contains(path) ? AccessKind.Lazy : AccessKind.None), target.Syntax, Values.TypeOf(member));
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
            Use(walk.Memory.Member(receiver, property.Property), property.Property, value, kind, property);
        else
            walk.Calls.Setter(property, receiver, value, (kind & AccessKind.Update) != 0);
    }

    /// <summary>Whether the value is the exception of a catch clause: of several that fail, any will do.</summary>
    private static bool IsCaught(IOperation value) => value is ILocalReferenceOperation { Local.DeclaringSyntaxReferences: [var declared] } && declared.GetSyntax() is CatchDeclarationSyntax;
}
