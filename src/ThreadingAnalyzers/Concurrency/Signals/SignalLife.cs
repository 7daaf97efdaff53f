using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Signals;

/// <summary>
/// All that a program does with a signal: an event, a countdown, a promise, or the object whose monitor is a condition, in a
/// local, or in a field or property that nobody else can name. Where the object goes elsewhere, anything may happen to it.
/// </summary>
internal sealed class SignalLife
{
    private readonly KnownTypes types;

    /// <summary>The calls through which the object was followed into a parameter; a method may hand it to itself.</summary>
    private readonly HashSet<SyntaxNode> followed = [];

    private SignalLife(ISymbol variable, KnownTypes types) => (Variable, this.types) = (variable, types);

    /// <summary>What holds the signal.</summary>
    public ISymbol Variable { get; }

    /// <summary>The calls on it or, for a condition, of <c>Monitor</c> with it.</summary>
    public List<IInvocationOperation> Calls { get; } = [];

    /// <summary>The properties that are read of it.</summary>
    public List<IPropertyReferenceOperation> Reads { get; } = [];

    /// <summary>The values that the variable is given.</summary>
    public List<IOperation> Values { get; } = [];

    /// <summary>Whether other code may have it.</summary>
    public bool Leaves { get; private set; }

    /// <summary>Whether a member of it is used that is not known; to wait for a monitor, that means nothing.</summary>
    public bool IsOpaque { get; private set; }

    /// <summary>Whether every value that the variable gets is an object made there, so that no other name means the same.</summary>
    public bool IsOwn => Values.Count > 0 && Values.All(value => value is IObjectCreationOperation);

    /// <summary>The calls that may let a waiter go on.</summary>
    public IEnumerable<IInvocationOperation> Settings => Calls.Where(call => SignalMembers.Sets(call.TargetMethod, types));

    /// <summary>The life of the signal that an expression names; null where it names no variable or not all code that names it is seen.</summary>
    public static SignalLife? Of(IOperation named, KnownTypes types, Compilation compilation, CancellationToken cancellation)
    {
        named = named.Unconverted();
        switch (named)
        {
            case ILocalReferenceOperation { Local: { RefKind: RefKind.None } local }:
                var life = new SignalLife(local, types);
                foreach (var operation in named.Root().DescendantsAndSelf())
                {
                    if (operation is IVariableDeclaratorOperation declarator && SymbolEqualityComparer.Default.Equals(declarator.Symbol, local))
                        life.Given(declarator.GetVariableInitializer()?.Value);
                    else if (operation.Names(local))
                        life.Follow(operation);
                }
                return life;
            case IFieldReferenceOperation or IPropertyReferenceOperation { Arguments.IsEmpty: true }:
                var member = ((IMemberReferenceOperation)named).Member;
                if (!member.OriginalDefinition.Locations.Any(location => location.IsInSource) || MemberUses.Of(member, compilation, cancellation) is not { } uses)
                    return null;
                var kept = new SignalLife(member, types);
                foreach (var use in uses)
                {
                    if (use is ISymbolInitializerOperation initializer)
                        kept.Given(initializer.Value);
                    else
                        kept.Follow(use);
                }
                return kept;
            // What the one caller gives is the one signal that it is.
            case IParameterReferenceOperation parameter when Parameters.Given(parameter, compilation, cancellation) is [(ILocalReferenceOperation or IMemberReferenceOperation) and var given]:
                return Of(given, types, compilation, cancellation);
            default:
                return null;
        }
    }

    /// <summary>The object that a call waits for or sets: its receiver or, for a condition, the argument; null for another call.</summary>
    public static IOperation? Of(IInvocationOperation call, KnownTypes types) =>
        SignalMembers.IsOfCondition(call.TargetMethod, types) ? MonitorLocks.UsedValue(call, types) : Receiver(call.Instance);

    /// <summary>The signal that the operation waits for without a timeout, be it through the task of a promise; null for another operation.</summary>
    public static IOperation? WaitedFor(IOperation operation, KnownTypes types)
    {
        switch (operation)
        {
            case IInvocationOperation call when SignalMembers.WaitsForEver(call.TargetMethod, types): return Of(call, types);
            case IInvocationOperation { Arguments.IsEmpty: true, Instance: { } task } call when Effects.Of(call.TargetMethod, task.Type, types).Kind == EffectKind.Join: return Promise(task, types);
            case IInvocationOperation { Instance: { } awaiter } call when Waiting.IsGetResult(call.TargetMethod): return Promise(Handed(awaiter), types);
            case IPropertyReferenceOperation { Instance: { } task } result when Waiting.IsResult(result.Property, types): return Promise(task, types);
            case IAwaitOperation { Operation: var awaited }: return Promise(Handed(awaited), types);
            default: return null;
        }
    }

    /// <summary>The task below what is made of it only to be awaited.</summary>
    private static IOperation Handed(IOperation awaited)
    {
        while (awaited.Unconverted() is IInvocationOperation { Instance: { } inner } passing && (Waiting.LeavesContext(passing) || passing.Arguments.IsEmpty && Waiting.PassesOn(passing.TargetMethod)))
            awaited = inner;
        return awaited;
    }

    /// <summary>The completion source whose task the expression is.</summary>
    private static IOperation? Promise(IOperation task, KnownTypes types) =>
        task.Unconverted() is IPropertyReferenceOperation { Property: var property, Instance: { } source } && SignalMembers.IsPromise(property, types) ? Receiver(source) : null;

    /// <summary>What stands before <c>.</c> or <c>?.</c>.</summary>
    private static IOperation? Receiver(IOperation? instance)
    {
        if (instance?.Unconverted() is not IConditionalAccessInstanceOperation here)
            return instance?.Unconverted();
        for (IOperation inner = here, current = here.Parent!; current is not null; inner = current, current = current.Parent!)
            if (current is IConditionalAccessOperation access && access.WhenNotNull == inner)
                return access.Operation.Unconverted();
        return null;
    }

    private void Given(IOperation? value)
    {
        if (value?.Unconverted() is { ConstantValue: { HasValue: true, Value: null } } or IDefaultValueOperation)
            return;
        if (value is not null)
            Values.Add(value.Unconverted());
    }

    private void Follow(IOperation use)
    {
        var value = use;
        while (value.Parent is IConversionOperation { OperatorMethod: null } or IParenthesizedOperation)
            value = value.Parent;
        switch (value.Parent)
        {
            case IInvocationOperation call when call.Instance == value: Called(call); break;
            case IPropertyReferenceOperation property when property.Instance == value: Read(property); break;
            case IConditionalAccessOperation access when access.Operation == value:
                var here = access.WhenNotNull.DescendantsAndSelf().FirstOrDefault(operation => operation is IConditionalAccessInstanceOperation);
                if (here is null)
                    Leaves = true;
                else
                    Follow(here);
                break;
            case ISimpleAssignmentOperation { IsRef: false } assignment when assignment.Target == value: Given(assignment.Value); Leaves |= assignment.Parent is not IExpressionStatementOperation and not IObjectOrCollectionInitializerOperation; break;
            case ICoalesceAssignmentOperation lazy when lazy.Target == value: Given(lazy.Value); Leaves |= lazy.Parent is not IExpressionStatementOperation; break;
            case ILockOperation or IExpressionStatementOperation or IUsingOperation or INameOfOperation: break;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } or IIsPatternOperation { Pattern: IConstantPatternOperation or INegatedPatternOperation { Pattern: IConstantPatternOperation } }: break;
            case IArgumentOperation { Parent: IInvocationOperation call } when MonitorLocks.UsedValue(call, types) is { } monitor && monitor == value.Unconverted(): Calls.Add(call); break;
            case IArgumentOperation { Parent: IInvocationOperation } argument when argument.Value == value && Parameters.Received(argument) is { } received:
                if (followed.Add(argument.Syntax))
                    foreach (var parameter in received)
                        Follow(parameter);
                break;
            default: Leaves = true; break;
        }
    }

    private void Called(IInvocationOperation call)
    {
        Calls.Add(call);
        IsOpaque |= !SignalMembers.Sets(call.TargetMethod, types) && !SignalMembers.IsHarmless(call.TargetMethod, types);
    }

    private void Read(IPropertyReferenceOperation property)
    {
        Reads.Add(property);
        IsOpaque |= !SignalMembers.IsHarmless(property.Property, types);
    }
}
