using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Signals;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Background;

/// <summary>
/// What becomes of a task that was made and not started: who starts it and who waits for it, followed through locals, private fields,
/// arrays, lists, queries and what a private method returns. Whoever else gets it may start it.
/// </summary>
internal sealed class ColdLife
{
    private readonly HashSet<ISymbol> seen = new(SymbolEqualityComparer.Default);
    private readonly Queue<IOperation> pending = new();
    private readonly KnownTypes types;
    private readonly Compilation compilation;
    private readonly CancellationToken cancellation;

    private ColdLife(KnownTypes types, Compilation compilation, CancellationToken cancellation) => (this.types, this.compilation, this.cancellation) = (types, compilation, cancellation);

    /// <summary>The places that wait for it.</summary>
    public List<IOperation> Waits { get; } = [];

    /// <summary>Whether somebody starts it, or may do so.</summary>
    public bool MayStart { get; private set; }

    /// <summary>The life of the task that an expression makes.</summary>
    public static ColdLife Of(IOperation creation, KnownTypes types, Compilation compilation, CancellationToken cancellation)
    {
        var life = new ColdLife(types, compilation, cancellation);
        life.pending.Enqueue(creation);
        while (life.pending.Count > 0 && !life.MayStart)
            for (IOperation? value = life.pending.Dequeue(); value is not null && !life.MayStart;)
                value = life.Next(value);
        return life;
    }

    /// <summary>The larger expression that has the task, or null where its way ends here.</summary>
    private IOperation? Next(IOperation value)
    {
        switch (value.Parent)
        {
            case IConversionOperation or IParenthesizedOperation or IArrayInitializerOperation or IArrayCreationOperation or IConditionalOperation { Condition: not null } or ICoalesceOperation or { Syntax: CollectionExpressionSyntax or SpreadElementSyntax }:
                return value.Parent;
            case IAwaitOperation:
                Waits.Add(value.Parent);
                return null;
            case IExpressionStatementOperation or IBinaryOperation or IIsPatternOperation or INameOfOperation:
                return null;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: { RefKind: RefKind.None } local } }:
                return Keep(local, value.Root());
            case IFieldInitializerOperation { InitializedFields: [var field] }:
                return KeepMember(field);
            case ISimpleAssignmentOperation { IsRef: false } assignment:
                return assignment.Target == value ? null : KeepIn(assignment);
            case IArrayElementReferenceOperation element when element.ArrayReference == value:
                return element.Parent is ISimpleAssignmentOperation written && written.Target == element ? null : element;
            case IPropertyReferenceOperation property when property.Instance == value:
                return Read(property);
            case IForEachLoopOperation loop when loop.Collection == value:
                foreach (var local in loop.Locals.Where(local => Carries(local.Type)))
                    Keep(local, value.Root());
                return null;
            case IReturnOperation { Kind: OperationKind.Return } returned:
                return Return(returned);
            case IInvocationOperation call when call.Instance == value:
                return Called(call);
            case IArgumentOperation { Parameter.RefKind: RefKind.None } argument:
                return Passed(argument);
            default:
                return Lose();
        }
    }

    private IOperation? Read(IPropertyReferenceOperation property)
    {
        if (Waiting.IsResult(property.Property, types))
            Waits.Add(property);
        return Carries(property.Type) ? property : null;
    }

    private IOperation? Called(IInvocationOperation call)
    {
        if (!types.Is(call.TargetMethod.ContainingType, KnownType.Task))
            return Handles.UseOf(call.TargetMethod, types) == HandleUse.Stores ? null : Queried(call);
        switch (Handles.UseOf(call.TargetMethod, types))
        {
            case HandleUse.Prepares: return Lose();
            case HandleUse.Wraps: return call;
            case HandleUse.Waits when !ColdTasks.RunsNow(call.TargetMethod):
                Waits.Add(call);
                return null;
            default: return ColdTasks.RunsNow(call.TargetMethod) ? Lose() : null;
        }
    }

    private IOperation? Passed(IArgumentOperation argument)
    {
        if (argument.Parent is not IInvocationOperation call)
            return argument.Parent is IObjectCreationOperation copy && types[copy.Type] == KnownType.List ? copy : Lose();
        if (types.Is(call.TargetMethod.ContainingType, KnownType.Task))
        {
            if (Sequential.IsCombination(call.TargetMethod, types))
                Waits.Add(call);
            return Sequential.IsCombination(call.TargetMethod, types) ? null : Lose();
        }
        if (call.Instance is { } collection && Handles.UseOf(call.TargetMethod, types) == HandleUse.Stores && Carries(collection.Type))
            return collection is ILocalReferenceOperation local ? Keep(local.Local, argument.Root())
                : collection is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } ? Created(collection)
                : collection is IFieldReferenceOperation field ? KeepMember(field.Field) : Lose();
        return call.Instance is null ? Queried(call) : Lose();
    }

    private static IOperation? Created(IOperation receiver)
    {
        var outer = receiver;
        while (outer is not (null or IObjectCreationOperation))
            outer = outer.Parent;
        return outer;
    }

    /// <summary>A query over tasks: its lambdas see them, and it may give a part of them.</summary>
    private IOperation? Queried(IInvocationOperation call)
    {
        if (!Containers.GoesThrough(call.TargetMethod, types))
            return Lose();
        foreach (var argument in call.Arguments.Where(argument => argument.Parameter?.Type.TypeKind == TypeKind.Delegate))
        {
            if (Work.Of(argument.Value) is not { Source: IAnonymousFunctionOperation lambda })
                return Lose();
            foreach (var parameter in lambda.Symbol.Parameters.Where(parameter => Carries(parameter.Type)))
                Keep(parameter, lambda);
        }
        return Carries(call.Type) ? call : null;
    }

    /// <summary>The task is the result of a lambda of a query, or of a method whose callers are all seen.</summary>
    private IOperation? Return(IReturnOperation returned)
    {
        switch (returned.Function())
        {
            case IAnonymousFunctionOperation { Symbol.IsAsync: false, Parent: IDelegateCreationOperation { Parent: IArgumentOperation { Parent: IInvocationOperation query } } } when types[query.TargetMethod.ContainingType] == KnownType.Enumerable && Carries(query.Type):
                return query;
            case IAnonymousFunctionOperation:
                return Lose();
            case ILocalFunctionOperation { Symbol: { IsAsync: false } function } local:
                return Calls(function, local.Root().DescendantsAndSelf().OfType<IInvocationOperation>().Where(call => SymbolEqualityComparer.Default.Equals(call.TargetMethod, function)));
            case var body when body.SemanticModel?.GetDeclaredSymbol(body.Syntax, cancellation) is IMethodSymbol { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Private, IsAsync: false } method
                && MemberUses.Of(method, compilation, cancellation) is { } uses && uses.All(use => use is IInvocationOperation):
                return Calls(method, uses);
            default:
                return Lose();
        }
    }

    private IOperation? Calls(ISymbol function, IEnumerable<IOperation> calls)
    {
        if (seen.Add(function))
            foreach (var call in calls)
                pending.Enqueue(call);
        return null;
    }

    private IOperation? KeepIn(ISimpleAssignmentOperation assignment)
    {
        var place = assignment.Target;
        while (place is IArrayElementReferenceOperation element)
            place = element.ArrayReference;
        switch (place)
        {
            case ILocalReferenceOperation { Local: { RefKind: RefKind.None } local }: Keep(local, place.Root()); break;
            case IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation, Field: var field }: KeepMember(field); break;
            case IDiscardOperation: break;
            default: return Lose();
        }
        return assignment.Parent is IExpressionStatementOperation ? null : assignment;
    }

    private IOperation? KeepMember(IFieldSymbol field)
    {
        if (field.DeclaredAccessibility != Accessibility.Private || MemberUses.Of(field, compilation, cancellation) is not { } uses)
            return Lose();
        if (seen.Add(field))
            foreach (var use in uses.Where(use => use is IMemberReferenceOperation))
                pending.Enqueue(use);
        return null;
    }

    private IOperation? Keep(ISymbol variable, IOperation root)
    {
        if (seen.Add(variable))
            foreach (var use in root.DescendantsAndSelf().Where(use => use.Names(variable)))
                pending.Enqueue(use);
        return null;
    }

    private bool Carries(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => Carries(array.ElementType),
        INamedTypeSymbol named => types.Is(named, KnownType.Task) || named.TypeArguments.Any(Carries),
        _ => false,
    };

    private IOperation? Lose()
    {
        MayStart = true;
        return null;
    }
}
