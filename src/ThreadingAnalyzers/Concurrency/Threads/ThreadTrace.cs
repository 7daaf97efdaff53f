using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>The way of a thread through the code, from place to place, as far as the source shows it; what is met on it is put down in its life.</summary>
/// <param name="life">What is known of the thread.</param>
/// <param name="types">The framework types.</param>
/// <param name="toCallers">Whether to go on in the callers of the method that returns it, where all are seen.</param>
internal sealed class ThreadTrace(ThreadLife life, KnownTypes types, bool toCallers)
{
    private readonly ThreadParts places = new();
    private readonly Dictionary<IMethodSymbol, HashSet<IOperation>> calls = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<IMethodSymbol, int?> fluent = new(SymbolEqualityComparer.Default);
    private readonly Queue<(ISymbol Symbol, IOperation Root)> pending = new();
    private readonly Queue<(IOperation Use, int? Part)> members = new();

    /// <summary>Follows the thread that an expression makes.</summary>
    public void Of(IOperation made)
    {
        Follow(made);
        Run();
    }

    /// <summary>Follows the threads that a field or property holds, from all references to it.</summary>
    public void Of(ISymbol owner, IEnumerable<IOperation> uses)
    {
        places.IsNews(owner);
        life.Owners.Add(owner);
        foreach (var use in uses.Where(use => use is not ISymbolInitializerOperation))
            Follow(use);
        Run();
    }

    private void Run()
    {
        while (pending.Count + members.Count > 0 && !life.IsGone)
        {
            if (members.Count > 0)
            {
                var (member, piece) = members.Dequeue();
                Follow(member, piece);
                continue;
            }
            var (symbol, root) = pending.Dequeue();
            foreach (var use in root.DescendantsAndSelf())
                if (use.Names(symbol))
                    Follow(use, places.Of(symbol));
        }
    }

    /// <summary>Follows the value outwards through the expression that it is part of.</summary>
    private void Follow(IOperation start, int? piece = null)
    {
        places.Start(piece);
        for (var value = start; Next(value) is { } next; value = next)
        {
        }
    }

    /// <summary>The larger expression that has the value, or null where its way ends here.</summary>
    private IOperation? Next(IOperation value)
    {
        switch (value.Parent)
        {
            case IConversionOperation or IParenthesizedOperation or IArrayCreationOperation or ISwitchExpressionArmOperation or ISwitchExpressionOperation or ICoalesceOperation or ITranslatedQueryOperation:
                return value.Parent;
            case IArrayInitializerOperation or ITupleOperation or { Syntax: CollectionExpressionSyntax or SpreadElementSyntax }:
                return places.Into(value.Parent, ThreadPart.In(value.Parent, value));
            case IConditionalOperation choice when choice.Condition != value && choice.Type is not null:
                return choice;
            case IDeconstructionAssignmentOperation assignment when assignment.Value == value:
                return ThreadPart.Taker(assignment, places.Current) is { } taker && places.Outside() ? KeepIn(taker) : Leave();
            case IExpressionStatementOperation or IBinaryOperation or IDeclarationExpressionOperation or IIsPatternOperation { Pattern: IConstantPatternOperation or INegatedPatternOperation { Pattern: IConstantPatternOperation } } or INameOfOperation:
                return null;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: { RefKind: RefKind.None } local } }:
                return Keep(local, value.Root());
            case IAssignmentOperation assignment and (ISimpleAssignmentOperation { IsRef: false } or ICoalesceAssignmentOperation):
                var creation = assignment.Target == value ? null : KeepIn(assignment.Target);
                return creation ?? (assignment.Parent is IExpressionStatementOperation or IObjectOrCollectionInitializerOperation ? null : assignment);
            case IArrayElementReferenceOperation element when element.ArrayReference == value:
                return places.OutOf(element);
            case IPropertyReferenceOperation read when read.Instance == value:
                return Read(read);
            case IFieldReferenceOperation piece when piece.Instance == value:
                return ThreadMembers.Carries(piece.Type, types) ? places.OutOf(piece) : null;
            case IConditionalAccessOperation access when access.Operation == value:
                return access.WhenNotNull.DescendantsAndSelf().FirstOrDefault(operation => operation is IConditionalAccessInstanceOperation);
            case IForEachLoopOperation loop when loop.Collection == value:
                // Elements that are seen as something else, or thrown away, may be joined as that.
                if (!loop.Locals.Any(local => ThreadMembers.Carries(local.Type, types)) || !places.Outside())
                    return Leave();
                foreach (var local in loop.Locals.Where(local => ThreadMembers.Carries(local.Type, types)))
                    Keep(local, value.Root());
                return null;
            case IFieldInitializerOperation { InitializedFields: [var field, ..] }:
                return Own(field, value);
            case IPropertyInitializerOperation { InitializedProperties: [var property, ..] }:
                return Own(property, value);
            case IReturnOperation returned when returned.Function() is not IAnonymousFunctionOperation:
                return Return(returned);
            case IReturnOperation returned when returned.Function() is IAnonymousFunctionOperation { Parent: IDelegateCreationOperation { Parent: IArgumentOperation { Parent: IInvocationOperation query } } }:
                return Containers.GoesThrough(query.TargetMethod, types) && ThreadMembers.Carries(query.Type, types) ? query : Leave();
            case IInvocationOperation call when call.Instance == value:
                return Called(call);
            case IArgumentOperation { Parameter.RefKind: RefKind.None } argument:
                return Passed(argument);
            default:
                return Leave();
        }
    }

    private IOperation? Read(IPropertyReferenceOperation property)
    {
        if (Values.IsExtension(property.Property.ContainingType))
            return Leave();
        if (ThreadMembers.Observes(property.Property, types))
        {
            life.IsAsked |= !(Endings.IsTold(property) && life.Owners.Count == 0);
            return null;
        }
        if (ThreadMembers.IsBackground(property.Property, types) && property.IsWritten())
            (life.IsDecided, life.IsBackground) = (true, life.IsBackground || property.Parent is ISimpleAssignmentOperation { Value.ConstantValue: { HasValue: true, Value: true } });
        life.IsDescribed |= property.IsWritten();
        return ThreadMembers.Carries(property.Type, types) ? places.OutOf(property) : null;
    }

    private IOperation? Called(IInvocationOperation call)
    {
        if (Values.IsExtension(call.TargetMethod.ContainingType))
            return EntersBlock(call);
        if (types[call.TargetMethod.ContainingType] != KnownType.Thread)
            return Queried(call);
        if (ThreadMembers.Starts(call.TargetMethod, types))
            life.Started(call);
        else if (ThreadMembers.Joins(call.TargetMethod, types))
            life.Joined(call);
        else if (Handles.UseOf(call.TargetMethod, types) == HandleUse.Prepares && !ThreadMembers.Ends(call.TargetMethod, types))
            (life.IsDescribed, life.IsDecided) = (true, life.IsDecided || ThreadMembers.SetsApartment(call.TargetMethod, types));
        else
            life.Leaves = true;
        return null;
    }

    private IOperation? Passed(IArgumentOperation argument)
    {
        switch (argument.Parent)
        {
            case IObjectCreationOperation copy when types[copy.Type] is KnownType.List or KnownType.Collection or KnownType.SafeCollection:
                return places.Into(copy, null);
            case IObjectCreationOperation { Constructor: { } constructor } record when argument.Parameter is { } given && Values.PartsOf(constructor.ContainingType).Contains(given.OriginalDefinition, SymbolEqualityComparer.Default):
                return places.Into(record, given.Ordinal);
            case IInvocationOperation call when Handles.UseOf(call.TargetMethod, types) == HandleUse.Stores && call.Instance is { } collection && ThreadMembers.Carries(collection.Type, types):
                places.Into(collection, null);
                return KeepIn(collection);
            case IInvocationOperation call when Containers.GoesThrough(call.TargetMethod, types) && call.Instance is null:
                return Queried(call);
            case IInvocationOperation { TargetMethod: { IsVirtual: false, IsOverride: false, IsAbstract: false } method } when argument.Parameter is { } parameter:
                return Enters(method, parameter.Ordinal, argument);
            default:
                return Leave();
        }
    }

    /// <summary>The value goes back to the caller: of a property's getter, or a method, whose name all callers then stand for.</summary>
    private IOperation? Return(IReturnOperation returned)
    {
        if (returned.Method() is { } helper && calls.TryGetValue(helper.OriginalDefinition, out var sites))
        {
            fluent[helper.OriginalDefinition] = places.Current;
            foreach (var site in sites)
                members.Enqueue((site, places.Current));
            sites.Clear();
            return null;
        }
        if (toCallers && life.Owners.Count == 0 && returned.Method() is { MethodKind: MethodKind.Ordinary, IsVirtual: false, IsOverride: false, IsAbstract: false } maker && returned.SemanticModel is { } model
            && MemberUses.Of(maker, model.Compilation, CancellationToken.None) is { Count: > 0 } uses)
        {
            foreach (var use in uses)
                members.Enqueue((use, places.Current));
            return null;
        }
        life.IsReturned = true;
        if (life.Owners.Count == 0)
            return null;
        // What an object owns may be joined by whoever can ask it for that.
        if (returned.Method() is not { IsVirtual: false, IsOverride: false, IsAbstract: false, ExplicitInterfaceImplementations.IsEmpty: true } method)
            return Leave();
        return Own((ISymbol?)(method.AssociatedSymbol as IPropertySymbol) ?? method, returned, isOwner: false);
    }

    /// <summary>A member of a type holds the value, or hands it out: all code that names the member is followed.</summary>
    private IOperation? Own(ISymbol member, IOperation near, bool isOwner = true)
    {
        if (!places.IsNews(member.OriginalDefinition))
            return null;
        if (near.SemanticModel is not { } model || MemberUses.Of(member, model.Compilation, CancellationToken.None) is not { } uses)
            return Leave();
        if (isOwner && !life.Owners.Contains(member.OriginalDefinition, SymbolEqualityComparer.Default))
            life.Owners.Add(member.OriginalDefinition);
        foreach (var use in uses.Where(use => use is not ISymbolInitializerOperation))
            members.Enqueue((use, places.Of(member.OriginalDefinition)));
        return null;
    }

    /// <summary>A method of the source is given the value.</summary>
    private IOperation? Enters(IMethodSymbol method, int ordinal, IOperation site)
    {
        var code = (method.PartialImplementationPart ?? method).OriginalDefinition;
        if (site.SemanticModel is not { } model || Work.BodyOf(method, model) is not { } body || ordinal >= code.Parameters.Length || !ThreadMembers.Carries(code.Parameters[ordinal].Type, types))
            return Leave();
        if (site.Parent is IInvocationOperation call)
            Awaits(call, code);
        return Keep(code.Parameters[ordinal], body);
    }

    /// <summary>A method of an extension block is called on the value.</summary>
    private IOperation? EntersBlock(IInvocationOperation call)
    {
        if (call.SemanticModel is not { } model || Work.BodyOf(call.TargetMethod, model) is not { } body)
            return Leave();
        if (body.Descendants().OfType<IParameterReferenceOperation>().FirstOrDefault(reference => reference.Parameter.ContainingSymbol is INamedTypeSymbol) is not { Parameter: var receiver })
            return null;
        Awaits(call, call.TargetMethod.OriginalDefinition);
        return Keep(receiver, body);
    }

    /// <summary>What the method gives back of the value goes on where it is called.</summary>
    private void Awaits(IInvocationOperation call, IMethodSymbol method)
    {
        if (fluent.TryGetValue(method, out var given))
            members.Enqueue((call, given));
        else
            (calls.TryGetValue(method, out var sites) ? sites : calls[method] = []).Add(call);
    }

    /// <summary>A call on a collection: its lambdas see the elements, and it may give a part of them.</summary>
    private IOperation? Queried(IInvocationOperation call)
    {
        places.Lose();
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { RefKind: not RefKind.None })
            {
                if (ThreadMembers.Carries(argument.Value.Type, types) && (argument.Value is not IDeclarationExpressionOperation { Expression: ILocalReferenceOperation declared } || Keep(declared.Local, call.Root()) is not null))
                    life.Leaves = true;
            }
            else if (argument.Parameter?.Type.TypeKind == TypeKind.Delegate)
            {
                switch (Work.Of(argument.Value))
                {
                    case { Source: IAnonymousFunctionOperation lambda }:
                        foreach (var parameter in lambda.Symbol.Parameters.Where(parameter => ThreadMembers.Carries(parameter.Type, types)))
                            Keep(parameter, lambda);
                        break;
                    case { Method: { Parameters.Length: > 0 } method, Source: var group }:
                        Enters(method, 0, group);
                        break;
                    default:
                        return Leave();
                }
            }
        }
        return ThreadMembers.Carries(call.Type, types) ? call : null;
    }

    /// <summary>The value is put into a variable, or a collection or tuple in one; the creation whose initializer it is put into is what goes on.</summary>
    private IOperation? KeepIn(IOperation place)
    {
        switch (place)
        {
            case IArrayElementReferenceOperation element: return KeepIn(places.Into(element.ArrayReference, ThreadPart.Named(element)));
            case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } collection }: return KeepIn(places.Into(collection, ThreadPart.Named(place)));
            case IFieldReferenceOperation { Instance: { Type.IsTupleType: true } tuple }: return KeepIn(places.Into(tuple, ThreadPart.Named(place)));
            case ILocalReferenceOperation { Local: { RefKind: RefKind.None } local }: return Keep(local, place.Root());
            case IFieldReferenceOperation field: return Own(field.Field, place);
            case IPropertyReferenceOperation { Property: { IsVirtual: false, IsOverride: false, IsAbstract: false } property } when Values.IsStored(property): return Own(property, place);
            case IDiscardOperation: return null;
            case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } receiver when ThreadMembers.Carries(receiver.Type, types):
                return receiver.Creation() ?? Leave();
            default: return Leave();
        }
    }

    private IOperation? Keep(ISymbol variable, IOperation root)
    {
        if (!places.IsNews(variable))
            return null;
        if (!life.Holders.Contains(variable, SymbolEqualityComparer.Default))
            life.Holders.Add(variable);
        pending.Enqueue((variable, root));
        return null;
    }

    private IOperation? Leave()
    {
        life.Leaves = true;
        return null;
    }
}
