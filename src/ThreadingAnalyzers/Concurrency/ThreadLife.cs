using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency;

/// <summary>
/// What becomes of a thread: who starts and joins it, followed from the expression that makes it, or from the fields that hold
/// it, through locals, fields, properties, arrays, collections, tuples, records, lambdas, and methods of the source. Whatever else
/// gets it may do anything.
/// </summary>
internal sealed class ThreadLife
{
    private readonly Dictionary<ISymbol, int?> parts = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<IMethodSymbol, HashSet<IOperation>> calls = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<IMethodSymbol, int?> fluent = new(SymbolEqualityComparer.Default);
    private readonly Queue<(ISymbol Symbol, IOperation Root)> pending = new();
    private readonly Queue<(IOperation Use, int? Part)> members = new();
    private readonly KnownTypes types;
    private readonly bool toCallers;
    private int? part;
    private bool isInside;

    private ThreadLife(KnownTypes types, bool toCallers = false) => (this.types, this.toCallers) = (types, toCallers);

    /// <summary>The locals and parameters that hold the thread or its collection, in the order in which they got it.</summary>
    public List<ISymbol> Holders { get; } = [];

    /// <summary>The fields and properties that hold it, each with all its uses seen.</summary>
    public List<ISymbol> Owners { get; } = [];

    /// <summary>The calls that start it.</summary>
    public List<IInvocationOperation> Starts { get; } = [];

    /// <summary>The calls that wait for its end, with a timeout or without.</summary>
    public List<IInvocationOperation> Joins { get; } = [];

    /// <summary>Whether code says if the process is to wait for it; to say so with <c>false</c> is a decision too.</summary>
    public bool IsDecided { get; private set; }

    /// <summary>Whether it is made a background thread, as far as constants say.</summary>
    public bool IsBackground { get; private set; }

    /// <summary>Whether the method that makes it gives it to its caller, who then holds it.</summary>
    public bool IsReturned { get; private set; }

    /// <summary>Whether somebody else may hold it, join it, end it, or ask if it still runs.</summary>
    public bool Leaves { get; private set; }

    /// <summary>Whether other calls set it up: an apartment, a culture, a priority or a name.</summary>
    public bool IsDescribed { get; private set; }

    /// <summary>The life of the thread that an expression makes.</summary>
    /// <param name="made">The expression.</param>
    /// <param name="types">The framework types.</param>
    /// <param name="toCallers">Whether to go on in the callers of the method that returns it, where all are seen.</param>
    public static ThreadLife Of(IOperation made, KnownTypes types, bool toCallers = false)
    {
        var life = new ThreadLife(types, toCallers);
        life.Follow(made);
        return life.Traced();
    }

    /// <summary>The life of the threads that a field or property holds.</summary>
    /// <param name="owner">The field or property.</param>
    /// <param name="uses">All references to it.</param>
    /// <param name="types">The framework types.</param>
    public static ThreadLife Of(ISymbol owner, IEnumerable<IOperation> uses, KnownTypes types)
    {
        var life = new ThreadLife(types);
        life.parts.Add(owner, null);
        life.Owners.Add(owner);
        foreach (var use in uses)
            if (use is not ISymbolInitializerOperation)
                life.Follow(use);
        return life.Traced();
    }

    /// <summary>Adds what the method that makes the thread did with it before it gave it to its caller.</summary>
    public ThreadLife After(ThreadLife made)
    {
        Starts.AddRange(made.Starts);
        (IsDecided, IsBackground, IsDescribed) = (IsDecided || made.IsDecided, IsBackground || made.IsBackground, IsDescribed || made.IsDescribed);
        return this;
    }

    private ThreadLife Traced()
    {
        while (pending.Count + members.Count > 0 && !Leaves)
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
                    Follow(use, parts[symbol]);
        }
        return this;
    }

    /// <summary>Follows the value outwards through the expression that it is part of.</summary>
    private void Follow(IOperation start, int? piece = null)
    {
        (part, isInside) = (piece, piece is not null);
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
                return Into(value.Parent, ThreadPart.In(value.Parent, value));
            case IConditionalOperation choice when choice.Condition != value && choice.Type is not null:
                return choice;
            case IDeconstructionAssignmentOperation assignment when assignment.Value == value:
                return ThreadPart.Taker(assignment, part) is { } taker && Outside() ? KeepIn(taker) : Leave();
            case IExpressionStatementOperation or IBinaryOperation or IDeclarationExpressionOperation or IIsPatternOperation { Pattern: IConstantPatternOperation or INegatedPatternOperation { Pattern: IConstantPatternOperation } } or INameOfOperation:
                return null;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: { RefKind: RefKind.None } local } }:
                return Keep(local, value.Root());
            case IAssignmentOperation assignment and (ISimpleAssignmentOperation { IsRef: false } or ICoalesceAssignmentOperation):
                var creation = assignment.Target == value ? null : KeepIn(assignment.Target);
                return creation ?? (assignment.Parent is IExpressionStatementOperation or IObjectOrCollectionInitializerOperation ? null : assignment);
            case IArrayElementReferenceOperation element when element.ArrayReference == value:
                return OutOf(element);
            case IPropertyReferenceOperation read when read.Instance == value:
                return Read(read);
            case IFieldReferenceOperation piece when piece.Instance == value:
                return ThreadMembers.Carries(piece.Type, types) ? OutOf(piece) : null;
            case IConditionalAccessOperation access when access.Operation == value:
                return access.WhenNotNull.DescendantsAndSelf().FirstOrDefault(operation => operation is IConditionalAccessInstanceOperation);
            case IForEachLoopOperation loop when loop.Collection == value:
                // Elements that are seen as something else, or thrown away, may be joined as that.
                if (!loop.Locals.Any(local => ThreadMembers.Carries(local.Type, types)) || !Outside())
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
        if (ThreadMembers.Observes(property.Property, types))
            return Endings.IsTold(property) && Owners.Count == 0 ? null : Leave();
        if (ThreadMembers.IsBackground(property.Property, types) && property.IsWritten())
            (IsDecided, IsBackground) = (true, IsBackground || property.Parent is ISimpleAssignmentOperation { Value.ConstantValue: { HasValue: true, Value: true } });
        IsDescribed |= property.IsWritten();
        return ThreadMembers.Carries(property.Type, types) ? OutOf(property) : null;
    }

    private IOperation? Called(IInvocationOperation call)
    {
        if (types[call.TargetMethod.ContainingType] != KnownType.Thread)
            return Queried(call);
        if (ThreadMembers.Starts(call.TargetMethod, types))
            AddOnce(Starts, call);
        else if (ThreadMembers.Joins(call.TargetMethod, types))
            AddOnce(Joins, call);
        else if (Handles.UseOf(call.TargetMethod, types) == HandleUse.Prepares && !ThreadMembers.Ends(call.TargetMethod, types))
            (IsDescribed, IsDecided) = (true, IsDecided || ThreadMembers.SetsApartment(call.TargetMethod, types));
        else
            Leaves = true;
        return null;
    }

    private IOperation? Passed(IArgumentOperation argument)
    {
        switch (argument.Parent)
        {
            case IObjectCreationOperation copy when types[copy.Type] is KnownType.List or KnownType.Collection or KnownType.SafeCollection:
                return Into(copy, null);
            case IObjectCreationOperation { Constructor: { } constructor } record when argument.Parameter is { } given && Values.PartsOf(constructor.ContainingType).Contains(given.OriginalDefinition, SymbolEqualityComparer.Default):
                return Into(record, given.Ordinal);
            case IInvocationOperation call when Handles.UseOf(call.TargetMethod, types) == HandleUse.Stores && call.Instance is { } collection && ThreadMembers.Carries(collection.Type, types):
                Into(collection, null);
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
            fluent[helper.OriginalDefinition] = part;
            foreach (var site in sites)
                members.Enqueue((site, part));
            sites.Clear();
            return null;
        }
        if (toCallers && Owners.Count == 0 && returned.Method() is { MethodKind: MethodKind.Ordinary, IsVirtual: false, IsOverride: false, IsAbstract: false } maker && returned.SemanticModel is { } model
            && MemberUses.Of(maker, model.Compilation, CancellationToken.None) is { Count: > 0 } uses)
        {
            foreach (var use in uses)
                members.Enqueue((use, part));
            return null;
        }
        IsReturned = true;
        if (Owners.Count == 0)
            return null;
        // What an object owns may be joined by whoever can ask it for that.
        if (returned.Method() is not { IsVirtual: false, IsOverride: false, IsAbstract: false, ExplicitInterfaceImplementations.IsEmpty: true } method)
            return Leave();
        return Own((ISymbol?)(method.AssociatedSymbol as IPropertySymbol) ?? method, returned, isOwner: false);
    }

    /// <summary>A member of a type holds the value, or hands it out: all code that names the member is followed.</summary>
    private IOperation? Own(ISymbol member, IOperation near, bool isOwner = true)
    {
        if (!IsNews(member.OriginalDefinition))
            return null;
        if (near.SemanticModel is not { } model || MemberUses.Of(member, model.Compilation, CancellationToken.None) is not { } uses)
            return Leave();
        if (isOwner && !Owners.Contains(member.OriginalDefinition, SymbolEqualityComparer.Default))
            Owners.Add(member.OriginalDefinition);
        foreach (var use in uses)
            if (use is not ISymbolInitializerOperation)
                members.Enqueue((use, parts[member.OriginalDefinition]));
        return null;
    }

    /// <summary>A method of the source is given the value.</summary>
    private IOperation? Enters(IMethodSymbol method, int ordinal, IOperation site)
    {
        var code = (method.PartialImplementationPart ?? method).OriginalDefinition;
        if (site.SemanticModel is not { } model || Work.BodyOf(method, model) is not { } body || ordinal >= code.Parameters.Length || !ThreadMembers.Carries(code.Parameters[ordinal].Type, types))
            return Leave();
        // What the method gives back of it goes on where it is called.
        if (site.Parent is IInvocationOperation call && fluent.TryGetValue(code, out var given))
            members.Enqueue((call, given));
        else if (site.Parent is IInvocationOperation waiting)
            (calls.TryGetValue(code, out var sites) ? sites : calls[code] = []).Add(waiting);
        return Keep(code.Parameters[ordinal], body);
    }

    /// <summary>A call on a collection: its lambdas see the elements, and it may give a part of them.</summary>
    private IOperation? Queried(IInvocationOperation call)
    {
        (part, isInside) = (null, true);
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { RefKind: not RefKind.None })
            {
                if (ThreadMembers.Carries(argument.Value.Type, types) && (argument.Value is not IDeclarationExpressionOperation { Expression: ILocalReferenceOperation declared } || Keep(declared.Local, call.Root()) is not null))
                    Leaves = true;
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
            case IArrayElementReferenceOperation element: return KeepIn(Into(element.ArrayReference, ThreadPart.Named(element)));
            case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } collection }: return KeepIn(Into(collection, ThreadPart.Named(place)));
            case IFieldReferenceOperation { Instance: { Type.IsTupleType: true } tuple }: return KeepIn(Into(tuple, ThreadPart.Named(place)));
            case ILocalReferenceOperation { Local: { RefKind: RefKind.None } local }: return Keep(local, place.Root());
            case IFieldReferenceOperation field: return Own(field.Field, place);
            case IPropertyReferenceOperation { Property: { IsVirtual: false, IsOverride: false, IsAbstract: false } property } when Values.IsStored(property): return Own(property, place);
            case IDiscardOperation: return null;
            case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } receiver when ThreadMembers.Carries(receiver.Type, types):
                IOperation? outer = receiver;
                while (outer is not (null or IObjectCreationOperation))
                    outer = outer.Parent;
                return outer ?? Leave();
            default: return Leave();
        }
    }

    private IOperation? Keep(ISymbol variable, IOperation root)
    {
        if (!IsNews(variable))
            return null;
        if (!Holders.Contains(variable, SymbolEqualityComparer.Default))
            Holders.Add(variable);
        pending.Enqueue((variable, root));
        return null;
    }

    /// <summary>Whether the symbol gets the thread for the first time, or at another place inside, so that all places count from then on.</summary>
    private bool IsNews(ISymbol symbol)
    {
        if (parts.TryGetValue(symbol, out var known) && (known is null || known == part))
            return false;
        parts[symbol] = parts.ContainsKey(symbol) ? null : part;
        return true;
    }

    /// <summary>The thread is put into a whole, at an index where that is known; of a whole within a whole no index is kept.</summary>
    private IOperation Into(IOperation whole, int? index)
    {
        (part, isInside) = (isInside ? null : index, true);
        return whole;
    }

    /// <summary>What an access takes out; null where that is another part.</summary>
    private IOperation? OutOf(IOperation access) => part is { } mine && ThreadPart.Named(access) is { } named && named != mine || !Outside() ? null : access;

    private bool Outside()
    {
        (part, isInside) = (null, false);
        return true;
    }

    private static void AddOnce(List<IInvocationOperation> calls, IInvocationOperation call)
    {
        if (!calls.Contains(call))
            calls.Add(call);
    }

    private IOperation? Leave()
    {
        Leaves = true;
        return null;
    }
}
