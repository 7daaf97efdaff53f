using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Ownership;

/// <summary>
/// Who has an object, and who ends it: followed from the expression that makes it through locals, fields, properties, arrays,
/// collections, tuples, lambdas, and the methods and constructors of the program that are given it. Whatever else gets it may end it.
/// </summary>
internal sealed class Custody
{
    /// <summary>More variables than one object goes through; past them it has left.</summary>
    private const int MostHolders = 40;

    private readonly HashSet<ISymbol> seen = new(SymbolEqualityComparer.Default);
    private readonly Queue<(ISymbol Symbol, IOperation? Root)> pending = new();
    private readonly Obligation obligation;
    private readonly Compilation compilation;
    private readonly CancellationToken cancellation;
    private readonly KnownTypes types;

    private Custody(Obligation obligation, Compilation compilation, CancellationToken cancellation)
    {
        this.obligation = obligation;
        this.compilation = compilation;
        this.cancellation = cancellation;
        types = KnownTypes.Of(compilation);
    }

    /// <summary>The variables, fields and properties that hold the object or its collection, in the order in which they got it.</summary>
    public List<ISymbol> Holders { get; } = [];

    /// <summary>The operations that end it.</summary>
    public List<IOperation> Ends { get; } = [];

    /// <summary>The other calls on it.</summary>
    public List<IInvocationOperation> Calls { get; } = [];

    /// <summary>The properties of it that are read or written.</summary>
    public List<IPropertyReferenceOperation> Properties { get; } = [];

    /// <summary>Whether somebody else may have it.</summary>
    public bool Leaves { get; private set; }

    /// <summary>The field or property that holds it; null where only locals do.</summary>
    public ISymbol? Field => Holders.FirstOrDefault(holder => holder is IFieldSymbol or IPropertySymbol);

    /// <summary>The custody of the object that an expression makes.</summary>
    public static Custody Of(IOperation made, Obligation obligation, Compilation compilation, CancellationToken cancellation)
    {
        var custody = new Custody(obligation, compilation, cancellation);
        custody.Follow(made);
        while (custody.pending.Count > 0 && !custody.Leaves)
        {
            var (symbol, root) = custody.pending.Dequeue();
            foreach (var use in root?.DescendantsAndSelf().Where(use => use.Names(symbol)) ?? MemberUses.Of(symbol, compilation, cancellation) ?? [])
                if (use is not ISymbolInitializerOperation)
                    custody.Follow(use);
        }
        return custody;
    }

    /// <summary>Follows the value outwards through the expression that it is part of.</summary>
    private void Follow(IOperation start)
    {
        for (var value = start; Next(value) is { } next; value = next)
        {
        }
    }

    /// <summary>The larger expression that has the value, or null where its way ends here.</summary>
    private IOperation? Next(IOperation value)
    {
        switch (value.Parent)
        {
            case IConversionOperation or IParenthesizedOperation or IArrayInitializerOperation or IArrayCreationOperation or ITupleOperation or ICoalesceOperation or ISwitchExpressionArmOperation or ISwitchExpressionOperation or IAwaitOperation
                or { Syntax: CollectionExpressionSyntax or SpreadElementSyntax }:
                return value.Parent;
            case IConditionalOperation choice when choice.Condition != value && choice.Type is not null:
                return choice;
            case IExpressionStatementOperation or IBinaryOperation or IDeclarationExpressionOperation or INameOfOperation or ILockOperation or IInterpolationOperation or IEventReferenceOperation or IIsTypeOperation:
                return null;
            case IIsPatternOperation test:
                foreach (var declared in test.Pattern.DescendantsAndSelf().OfType<IDeclarationPatternOperation>().Select(pattern => pattern.DeclaredSymbol).OfType<ILocalSymbol>())
                    Keep(declared, value.Root());
                return null;
            case IUsingOperation @using when @using.Resources == value:
                return obligation.IsEnd(@using) ? End(@using) : null;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: { RefKind: RefKind.None } local } declarator }:
                if (Using(declarator) is { } scope && obligation.IsEnd(scope))
                    End(scope);
                return Keep(local, value.Root());
            case IFieldInitializerOperation initializer:
                return initializer.InitializedFields.Select(field => Keep(field, null)).LastOrDefault();
            case IPropertyInitializerOperation initializer:
                return initializer.InitializedProperties.Select(property => Keep(property, null)).LastOrDefault();
            case IAssignmentOperation assignment and (ISimpleAssignmentOperation { IsRef: false } or ICoalesceAssignmentOperation):
                var creation = assignment.Target == value ? null : KeepIn(assignment.Target);
                return creation ?? (assignment.Parent is IExpressionStatementOperation or IObjectOrCollectionInitializerOperation ? null : assignment);
            case IArrayElementReferenceOperation element when element.ArrayReference == value:
                return element;
            case IPropertyReferenceOperation property when property.Instance == value:
                return Read(property);
            case IFieldReferenceOperation part when part.Instance == value:
                return part.Instance.Type is { IsTupleType: true } ? obligation.Fits(part.Type) || obligation.IsHolder(part.Type) ? part : null : null;
            case IMethodReferenceOperation group when group.Instance == value:
                return obligation.Fits(group.Instance.Type) && !PoolMembers.Ends(group.Method) ? null : Leave();
            case IConditionalAccessOperation access when access.Operation == value:
                return access.WhenNotNull.DescendantsAndSelf().FirstOrDefault(operation => operation is IConditionalAccessInstanceOperation);
            case IForEachLoopOperation loop when loop.Collection == value:
                foreach (var local in loop.Locals.Where(local => obligation.Fits(local.Type) || obligation.IsHolder(local.Type)))
                    Keep(local, value.Root());
                return null;
            case IReturnOperation returned:
                return Returned(returned);
            case IInvocationOperation call when call.Instance == value:
                return Called(call);
            case IArgumentOperation { Parameter.RefKind: RefKind.None or RefKind.In } argument:
                return Passed(argument);
            default:
                return Leave();
        }
    }

    /// <summary>Whether an object that uses this one without ending it is given to no one but the framework's own methods.</summary>
    private static bool StaysHere(IObjectCreationOperation borrower) => borrower.Parent switch
    {
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: { RefKind: RefKind.None } local } } => borrower.Root().Descendants().Where(use => use.Names(local)).All(IsUsedHere),
        _ => IsUsedHere(borrower),
    };

    private static bool IsUsedHere(IOperation use) => use.Parent is IInvocationOperation call && call.Instance == use || use.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod.DeclaringSyntaxReferences.IsEmpty: true } };

    private static IOperation? Using(IVariableDeclaratorOperation declarator)
    {
        for (var current = declarator.Parent; current is IVariableDeclarationOperation or IVariableDeclarationGroupOperation or IUsingDeclarationOperation or IUsingOperation; current = current.Parent)
            if (current is IUsingDeclarationOperation or IUsingOperation)
                return current;
        return null;
    }

    private IOperation? Read(IPropertyReferenceOperation property)
    {
        if (obligation.IsHolder(property.Instance?.Type))
            return obligation.Fits(property.Type) || obligation.IsHolder(property.Type) ? property : null;
        if (obligation.IsPart(property.Property))
            return property;
        if (obligation.IsEnd(property))
            return End(property);
        Properties.Add(property);
        return null;
    }

    /// <summary>What a lambda returns, the query gives on; what a local function or private method returns, its callers have.</summary>
    private IOperation? Returned(IReturnOperation returned)
    {
        switch (returned.Function())
        {
            case IAnonymousFunctionOperation { Parent: IDelegateCreationOperation { Parent: IArgumentOperation { Parent: IInvocationOperation query } } }:
                return Containers.GoesThrough(query.TargetMethod, types) && obligation.IsHolder(query.Type) ? query : Leave();
            default:
                return Leave();
        }
    }

    private IOperation? Called(IInvocationOperation call)
    {
        if (obligation.IsHolder(call.Instance?.Type))
            return Queried(call);
        if (obligation.IsEnd(call))
            return End(call);
        if (Values.IsExtension(call.TargetMethod.ContainingType))
            return Leave();
        Calls.Add(call);
        // A call that gives the object itself, so that the next can be written behind it.
        return call.Type is not null && call.Type.SpecialType != SpecialType.System_Object && (obligation.IsBase(call.Type) || obligation.Fits(call.Type) && SymbolEqualityComparer.Default.Equals(call.Type, call.TargetMethod.ContainingType)) ? call : null;
    }

    private IOperation? Passed(IArgumentOperation argument)
    {
        switch (argument.Parent)
        {
            case IInvocationOperation when PoolMembers.Borrows(argument.Parameter, types):
                return null;
            case IObjectCreationOperation borrower when PoolMembers.Borrows(argument.Parameter, types):
                return StaysHere(borrower) ? null : Leave();
            case IObjectCreationOperation copy when types[copy.Type] is KnownType.List or KnownType.Collection or KnownType.SafeCollection && obligation.IsHolder(copy.Type):
                return copy;
            case IObjectCreationOperation { Constructor: { } constructor } when argument.Parameter is { } parameter:
                return Enters(constructor, parameter.Ordinal, argument);
            case IInvocationOperation call when Handles.UseOf(call.TargetMethod, types) == HandleUse.Stores && call.Instance is { } collection && obligation.IsHolder(collection.Type):
                return KeepIn(collection);
            case IInvocationOperation call when Containers.GoesThrough(call.TargetMethod, types) && call.Instance is null:
                return Queried(call);
            case IInvocationOperation { TargetMethod: var method } when PoolMembers.KeepsNothing(method) && !method.Locations.Any(location => location.IsInSource):
                return null;
            case IInvocationOperation { TargetMethod: { IsVirtual: false, IsOverride: false, IsAbstract: false } method } when argument.Parameter is { } parameter:
                return Enters((method.ReducedFrom ?? method), parameter.Ordinal, argument);
            default:
                return Leave();
        }
    }

    /// <summary>A method or constructor of the program is given the value.</summary>
    private IOperation? Enters(IMethodSymbol method, int ordinal, IOperation site)
    {
        var code = (method.PartialImplementationPart ?? method).OriginalDefinition;
        if (ordinal >= code.Parameters.Length)
            return Leave();
        var near = site.SemanticModel is { } model ? Work.BodyOf(method, model) : null;
        if ((near is IMethodBodyBaseOperation or ILocalFunctionOperation ? near : Models.BodyOf(code, compilation, cancellation)) is { } body)
            return Keep(code.Parameters[ordinal], body);
        return code is { MethodKind: MethodKind.Constructor, ContainingType.IsRecord: false, DeclaringSyntaxReferences: [{ } declaration] } && declaration.GetSyntax(cancellation) is TypeDeclarationSyntax
            ? Keep(code.Parameters[ordinal], null) : Leave();
    }

    /// <summary>A call on a collection: its lambdas see the elements, and it may give a part of them.</summary>
    private IOperation? Queried(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { RefKind: RefKind.Out or RefKind.Ref })
            {
                if ((obligation.Fits(argument.Value.Type) || obligation.IsHolder(argument.Value.Type)) && (argument.Value is not IDeclarationExpressionOperation { Expression: ILocalReferenceOperation declared } || Keep(declared.Local, call.Root()) is not null))
                    Leaves = true;
            }
            else if (argument.Parameter?.Type.TypeKind == TypeKind.Delegate)
            {
                switch (Work.Of(argument.Value))
                {
                    case { Source: IAnonymousFunctionOperation lambda }:
                        foreach (var parameter in lambda.Symbol.Parameters.Where(parameter => obligation.Fits(parameter.Type) || obligation.IsHolder(parameter.Type)))
                            Keep(parameter, lambda);
                        break;
                    case { Method: { Parameters.Length: > 0 } method, Source: var group }:
                        Enters(method, 0, group);
                        break;
                    case { Method: var method, Source: var group } when PoolMembers.Ends(method):
                        End(group);
                        break;
                    default:
                        return Leave();
                }
            }
        }
        return obligation.Fits(call.Type) || obligation.IsHolder(call.Type) ? call : null;
    }

    /// <summary>The value is put into a variable, or a collection or tuple in one; the creation whose initializer it is put into is what goes on.</summary>
    private IOperation? KeepIn(IOperation place)
    {
        switch (place)
        {
            case IArrayElementReferenceOperation element: return KeepIn(element.ArrayReference);
            case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } collection }: return KeepIn(collection);
            case IFieldReferenceOperation { Instance: { Type.IsTupleType: true } tuple }: return KeepIn(tuple);
            case ILocalReferenceOperation { Local: { RefKind: RefKind.None } local }: return Keep(local, place.Root());
            case IParameterReferenceOperation { Parameter: { RefKind: RefKind.None } parameter }: return Keep(parameter, place.Root());
            case IFieldReferenceOperation { Field: { RefKind: RefKind.None } field }: return Keep(field.OriginalDefinition, null);
            case IPropertyReferenceOperation { Property: { IsVirtual: false, IsOverride: false, IsAbstract: false } property } when Values.IsStored(property): return Keep(property.OriginalDefinition, null);
            case IDiscardOperation: return null;
            case IPropertyReferenceOperation { Property: var setting, Instance: IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } options } when PoolMembers.Borrows(setting, types) && options.Creation() is { } borrower: return StaysHere(borrower) ? null : Leave();
            case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } receiver when obligation.IsHolder(receiver.Type):
                return receiver.Creation() ?? Leave();
            default: return Leave();
        }
    }

    /// <param name="holder">A local, parameter, field or property.</param>
    /// <param name="root">The code that can name a local or parameter; null for a member, which the whole program can.</param>
    private IOperation? Keep(ISymbol holder, IOperation? root)
    {
        if (!seen.Add(holder))
            return null;
        if (seen.Count > MostHolders || root is null && MemberUses.Of(holder, compilation, cancellation) is null)
            return Leave();
        Holders.Add(holder);
        pending.Enqueue((holder, root));
        return null;
    }

    private IOperation? End(IOperation end)
    {
        Ends.Add(end);
        return null;
    }

    private IOperation? Leave()
    {
        Leaves = true;
        return null;
    }
}
