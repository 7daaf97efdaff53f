using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>
/// The way of an object through the code: from the expression that makes it, or the member that holds it, through variables, arrays,
/// collections, tuples, records, patterns and queries, and through methods of the source that are given it or give it back. What the
/// object is, and what a use of it means, says who follows it. Whatever else gets it may do anything.
/// </summary>
internal abstract class Trace(KnownTypes types, Compilation compilation, CancellationToken cancellation)
{
    /// <summary>More variables than one object goes through; past them it has left.</summary>
    private const int MostHolders = 40;

    private readonly Queue<(IOperation Use, int? Part)> pending = new();
    private readonly HashSet<(SyntaxNode Use, int? Part)> followed = [];
    private readonly Loans loans = new();

    /// <summary>Which part of the value that is looked at is the object; null where the value is the object itself, or any of its parts may be.</summary>
    private int? part;

    /// <summary>The locals and parameters that hold the object or its collection, in the order in which they got it.</summary>
    public List<ISymbol> Holders { get; } = [];

    /// <summary>The fields and properties that hold it, each with all its uses seen.</summary>
    public List<ISymbol> Owners { get; } = [];

    /// <summary>Whether somebody else may have it.</summary>
    public bool Leaves { get; private set; }

    /// <summary>The framework types.</summary>
    protected KnownTypes Types { get; } = types;

    /// <summary>Whether a value of the type may be the object: it is its type, one of its bases or interfaces. Objects and type parameters need not be asked for.</summary>
    protected abstract bool IsOne(ITypeSymbol type);

    /// <summary>A method is called on the object; gives what goes on as the object, or null.</summary>
    protected abstract IOperation? Called(IInvocationOperation call);

    /// <summary>A property of the object is read or written; gives what goes on as the object, or null.</summary>
    protected abstract IOperation? Read(IPropertyReferenceOperation property);

    /// <summary>Something else is done with the object: an <c>await</c>, <c>using</c> or <c>foreach</c>, a method group of it.</summary>
    protected virtual IOperation? Used(IOperation user) => user is IAwaitOperation ? user : Leave();

    /// <summary>Whether code outside the source that gets the object by a parameter or property only uses it for a while, which is put down.</summary>
    protected virtual bool IsBorrowed(ISymbol taker, IOperation borrower) => false;

    /// <summary>A member that was not given the object returns it.</summary>
    protected virtual IOperation? Returned(IReturnOperation returned) => Leave();

    /// <summary>Follows the object from the expression that makes it, or from all that name the member which holds it.</summary>
    protected void Follow(IEnumerable<IOperation> places)
    {
        GoOn(places);
        while (pending.Count > 0 && !Leaves)
        {
            (IOperation? value, part) = pending.Dequeue();
            while (value is not null)
                value = Next(value);
        }
    }

    /// <summary>All the places have the value; always null.</summary>
    protected IOperation? GoOn(IEnumerable<IOperation> places)
    {
        foreach (var place in places)
            GoOn(place, part);
        return null;
    }

    private void GoOn(IOperation place, int? at)
    {
        if (place is not ISymbolInitializerOperation && followed.Add((place.Syntax, at)))
            pending.Enqueue((place, at));
    }

    /// <summary>Others have the object; always null.</summary>
    protected IOperation? Leave()
    {
        Leaves = true;
        return null;
    }

    /// <summary>The places that name the member which returns the object; null where some may not be seen.</summary>
    protected IReadOnlyList<IOperation>? Callers(IReturnOperation returned) =>
        returned.Method() is { IsVirtual: false, IsOverride: false, IsAbstract: false } method && !Values.IsOfInterface(method.AssociatedSymbol ?? method) ? Parameters.UsesOf(method, returned, compilation, cancellation) : null;

    /// <summary>Whether a value of the type may be the object or have it as an element or part.</summary>
    protected bool Carries(ITypeSymbol? type) => Fits(type) || Containers.Holds(type, Fits);

    private bool Fits(ITypeSymbol? type) => type is not null && (type.SpecialType == SpecialType.System_Object || type.TypeKind == TypeKind.TypeParameter || IsOne(type));

    private bool IsWhole(IOperation value) => !Fits(value.Type) && Containers.Holds(value.Type, Fits);

    /// <summary>The larger expression that has the value, or null where its way ends here.</summary>
    private IOperation? Next(IOperation value)
    {
        switch (value.Parent)
        {
            case IConversionOperation or IParenthesizedOperation or IArrayCreationOperation or ICoalesceOperation or ITranslatedQueryOperation or ISwitchExpressionArmOperation:
            case ISwitchExpressionOperation choice when choice.Value != value:
            case IConditionalOperation { Type: not null } either when either.Condition != value:
                return value.Parent;
            case IArrayInitializerOperation or ITupleOperation or { Syntax: CollectionExpressionSyntax or SpreadElementSyntax }:
                return Into(value.Parent, Part.In(value.Parent, value));
            case IExpressionStatementOperation or IBinaryOperation or IDeclarationExpressionOperation or INameOfOperation or ILockOperation or IInterpolationOperation or IEventReferenceOperation or IIsTypeOperation:
                return null;
            case IIsPatternOperation test:
                return Matched(test);
            case IAwaitOperation or IUsingOperation:
                return Used(value.Parent);
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: { RefKind: RefKind.None } local } declarator }:
                if (declarator.Using() is { } scope)
                    Used(scope);
                return Keep(local, value.Root());
            case IFieldInitializerOperation { InitializedFields: [var field] }:
                return Keep(field, value);
            case IPropertyInitializerOperation { InitializedProperties: [var property] }:
                return Keep(property, value);
            case IAssignmentOperation assignment and (ISimpleAssignmentOperation { IsRef: false } or ICoalesceAssignmentOperation):
                var creation = assignment.Target == value ? null : KeepIn(assignment.Target);
                return creation ?? (assignment.Parent is IExpressionStatementOperation or IObjectOrCollectionInitializerOperation ? null : assignment);
            case IDeconstructionAssignmentOperation assignment when assignment.Value == value:
                return Part.Taker(assignment, part) is { } taker ? KeepIn(Whole(taker)) : Leave();
            case IArrayElementReferenceOperation element when element.ArrayReference == value:
                return OutOf(element, value);
            case IFieldReferenceOperation field when field.Instance == value:
                return Fits(value.Type) ? null : OutOf(field, value);
            case IPropertyReferenceOperation property when property.Instance == value:
                return Values.IsExtension(property.Property.ContainingType) ? Leave() : Fits(value.Type) ? Read(property) : OutOf(property, value);
            case IMethodReferenceOperation group when group.Instance == value:
                return Fits(value.Type) ? Used(group) : Leave();
            case IConditionalAccessOperation access:
                return access.Operation == value ? access.WhenNotNull.DescendantsAndSelf().FirstOrDefault(operation => operation is IConditionalAccessInstanceOperation) : access;
            case IForEachLoopOperation loop when loop.Collection == value:
                return Fits(value.Type) ? Used(loop) : KeepAny(loop.Locals, value.Root());
            case IReturnOperation returned:
                return Return(returned);
            case IInvocationOperation call when call.Instance == value:
                return Values.IsExtension(call.TargetMethod.ContainingType) ? Enter(call.TargetMethod, null, call, call) : Fits(value.Type) ? Called(call) : IsWhole(value) && call.TargetMethod.DeclaringSyntaxReferences.IsEmpty ? Query(call) : Leave();
            case IArgumentOperation { Parameter: { RefKind: RefKind.None or RefKind.In } parameter } argument:
                return Passed(argument, parameter);
            default:
                return Leave();
        }
    }

    /// <summary>The object is put into a whole, at a place where that is known; of a whole within a whole no place is kept.</summary>
    private IOperation Into(IOperation whole, int? place)
    {
        part = part is null ? place : null;
        return whole;
    }

    /// <summary>What an access takes out of the whole; null where that is another part.</summary>
    private IOperation? OutOf(IOperation access, IOperation whole) =>
        !IsWhole(whole) ? Leave() : !Carries(access.Type) || part is { } mine && Part.Named(access) is { } named && named != mine ? null : Whole(access);

    /// <summary>Goes on with the object itself, or with a whole of which any part may be it.</summary>
    private IOperation Whole(IOperation value)
    {
        part = null;
        return value;
    }

    /// <summary>What the pattern declares may be the object, and what it asks of it is read.</summary>
    private IOperation? Matched(IIsPatternOperation test)
    {
        var patterns = test.Pattern.DescendantsAndSelf().ToList();
        foreach (var asked in patterns.OfType<IPropertySubpatternOperation>())
            if (asked.Member is IPropertyReferenceOperation { Instance.Type: { } type } property && Fits(type))
                Read(property);
        return KeepAny(patterns.Select(pattern => pattern is IDeclarationPatternOperation { DeclaredSymbol: var declared } ? declared : (pattern as IRecursivePatternOperation)?.DeclaredSymbol), test.Root());
    }

    /// <summary>What a lambda returns, its query gives on; what a method returns that was given it, its calls give; for others, all callers have it.</summary>
    private IOperation? Return(IReturnOperation returned)
    {
        var lambda = returned.Function() as IAnonymousFunctionOperation;
        // What an asynchronous method gives is a task of the object, which cannot be told from an object that is a task.
        if ((lambda?.Symbol ?? returned.Method()) is not { } method || method.IsAsync && IsOne(method.ReturnType))
            return Leave();
        if (lambda is not null)
            return lambda is { Parent: IDelegateCreationOperation { Parent: IArgumentOperation { Parent: IInvocationOperation query } } } && Containers.GoesThrough(query.TargetMethod, Types) && Carries(query.Type) ? query : Leave();
        return loans.Return(method, part) is { } calls ? GoOn(calls) : Returned(returned);
    }

    private IOperation? Passed(IArgumentOperation argument, IParameterSymbol parameter)
    {
        switch (argument.Parent)
        {
            case { } borrower when IsBorrowed(parameter, borrower):
                return null;
            case IObjectCreationOperation copy when Types[copy.Type] is KnownType.List or KnownType.Collection or KnownType.SafeCollection && Carries(copy.Type):
                return Whole(copy);
            case IObjectCreationOperation { Type: INamedTypeSymbol record } whole when Carries(record) && Values.PartsOf(record.OriginalDefinition).Contains(parameter.OriginalDefinition, SymbolEqualityComparer.Default):
                return Into(whole, parameter.Ordinal);
            case IObjectCreationOperation { Constructor: { } constructor }:
                return Enter(constructor, parameter.Ordinal, argument, null);
            case IInvocationOperation call when Handles.UseOf(call.TargetMethod, Types) == HandleUse.Stores && call.Instance is { } collection && IsWhole(collection):
                return KeepIn(Whole(collection));
            case IInvocationOperation { Instance: null } call when Containers.GoesThrough(call.TargetMethod, Types):
                return Query(call);
            case IInvocationOperation { TargetMethod: { DeclaringSyntaxReferences.IsEmpty: true } method } when Values.KeepsNothing(method):
                return null;
            case IInvocationOperation { TargetMethod: var method } call:
                return Enter(method, parameter.Ordinal, argument, call);
            default:
                return Leave();
        }
    }

    /// <summary>A method or constructor of the source is given the value, by a parameter or, in an extension block, as what it is called on.</summary>
    private IOperation? Enter(IMethodSymbol method, int? ordinal, IOperation site, IOperation? call)
    {
        var code = (method.PartialImplementationPart ?? method.ReducedFrom ?? method).OriginalDefinition;
        if (code.IsVirtual || code.IsOverride || code.IsAbstract || ordinal >= code.Parameters.Length || site.SemanticModel is not { } model)
            return Leave();
        var body = Work.BodyOf(code, model);
        if ((ordinal is { } index ? code.Parameters[index] : body is null ? null : Parameters.ReceiverIn(body)) is not { } parameter)
            return body is null ? Leave() : null;
        if (!Carries(parameter.Type) || (IsCaptured(parameter) ? code.ContainingType.IsRecord : body is null))
            return Leave();
        foreach (var known in loans.Lend(code, call))
            GoOn(call!, known);
        return Keep(parameter, body ?? site);
    }

    /// <summary>A call on a collection: its lambdas see the elements, and it may give a part of them.</summary>
    private IOperation? Query(IInvocationOperation call)
    {
        part = null;
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { RefKind: RefKind.Out or RefKind.Ref } && Carries(argument.Value.Type))
                KeepIn(argument.Value is IDeclarationExpressionOperation declared ? declared.Expression : argument.Value);
            else if (argument.Parameter?.Type.TypeKind == TypeKind.Delegate)
            {
                switch (Work.Of(argument.Value))
                {
                    case { Source: IAnonymousFunctionOperation lambda }: KeepAny(lambda.Symbol.Parameters, lambda); break;
                    case { Method: var method, Source: var group }: Enter(method, 0, group, null); break;
                    default: return Leave();
                }
            }
        }
        return Carries(call.Type) ? call : null;
    }

    /// <summary>The value is put into a variable, or a collection or tuple in one; the creation whose initializer it is put into is what goes on.</summary>
    private IOperation? KeepIn(IOperation place)
    {
        switch (place)
        {
            case IArrayElementReferenceOperation element: return KeepIn(Into(element.ArrayReference, Part.Named(element)));
            case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } collection }: return KeepIn(Into(collection, Part.Named(place)));
            case IFieldReferenceOperation { Instance: { Type.IsTupleType: true } tuple }: return KeepIn(Into(tuple, Part.Named(place)));
            case ILocalReferenceOperation { Local: { RefKind: RefKind.None } local }: return Keep(local, place.Root());
            case IParameterReferenceOperation { Parameter: { RefKind: RefKind.None } parameter }: return Keep(parameter, place.Root());
            case IFieldReferenceOperation { Field: { RefKind: RefKind.None } field }: return Keep(field, place);
            case IPropertyReferenceOperation { Property: { IsVirtual: false, IsOverride: false, IsAbstract: false } property } when Values.IsStored(property): return Keep(property, place);
            case IDiscardOperation: return null;
            case IPropertyReferenceOperation { Property: var taker, Instance: IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } options } when options.Creation() is { } borrower && IsBorrowed(taker, borrower): return null;
            case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } receiver when IsWhole(receiver): return receiver.Creation() ?? Leave();
            default: return Leave();
        }
    }

    /// <summary>The variables that can, as their types say, may have the object or any of its parts.</summary>
    private IOperation? KeepAny(IEnumerable<ISymbol?> variables, IOperation root)
    {
        part = null;
        foreach (var variable in variables)
            if (variable is not null && Carries(Values.TypeOf(variable)))
                Keep(variable, root);
        return null;
    }

    /// <param name="holder">A local, parameter, field or property.</param>
    /// <param name="root">The code that can name a local or parameter; members the whole program can.</param>
    private IOperation? Keep(ISymbol holder, IOperation root)
    {
        var isOfType = holder is IFieldSymbol or IPropertySymbol;
        if ((isOfType || IsCaptured(holder) ? MemberUses.Of(holder, compilation, cancellation) : root.DescendantsAndSelf().Where(use => use.Names(holder))) is not { } uses || Holders.Count + Owners.Count > MostHolders)
            return Leave();
        var known = isOfType ? Owners : Holders;
        if (!known.Contains(holder.OriginalDefinition, SymbolEqualityComparer.Default))
            known.Add(holder.OriginalDefinition);
        return GoOn(uses);
    }

    /// <summary>Whether it is a parameter of a primary constructor, which all members of its type can name.</summary>
    private bool IsCaptured(ISymbol holder) => holder is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor, DeclaringSyntaxReferences: [{ } declaration] } } && declaration.GetSyntax(cancellation) is TypeDeclarationSyntax;
}
