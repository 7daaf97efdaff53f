using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>
/// One structured walk over the operations of one body: an abstract interpretation whose values are access paths. Control
/// flow, memory and calls are each a class beside this one; this one says which operation is whose, and bounds the walk.
/// </summary>
internal sealed class BodyWalk
{
    /// <summary>A body with more operations is opaque.</summary>
    public const int MaxOperations = 20_000;

    private readonly Control control;
    private readonly Memory memory;
    private readonly Calls calls;
    private readonly CancellationToken cancellation;
    private int operations;

    /// <summary>A walk of one body.</summary>
    /// <param name="member">The member that the body is or is nested in.</param>
    /// <param name="function">The lambda or local function, or null for the member itself.</param>
    public BodyWalk(ISymbol? member, IMethodSymbol? function, Captures captures, Names names, KnownTypes types, Text text, string body, CancellationToken cancellation)
    {
        Member = member;
        Function = function;
        Captures = captures;
        Names = names;
        Types = types;
        this.cancellation = cancellation;
        Recorder = new Recorder(text, body);
        memory = new Memory(this);
        Writes = new Writes(this);
        Attempts = new Attempts(this);
        Companions = new Companions(this);
        Exits = new Exits(this);
        control = new Control(this);
        calls = new Calls(this);
        Locking = new Locking(this);
        Sequences = new Sequences(this);
        Creations = new Creations(this);
        Conditions = new Conditions(this);
        Elements = new ArrayElements(this);
        Initializations = new Initializations(this);
        Views = new Views(this);
        Rereads = new Rereads(this);
        Obligations = new Obligations(this);
        Affinities = new Affinities(this);
        Unresolved = new Unresolved(this);
    }

    /// <summary>The member that the body is or is nested in.</summary>
    public ISymbol? Member { get; }

    /// <summary>Lambdas that are walked where they stand, as part of this body.</summary>
    public HashSet<ISymbol> Inlined { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>The lambda or local function that is walked; null for a member.</summary>
    public IMethodSymbol? Function { get; }

    public Captures Captures { get; }

    public Names Names { get; }

    public KnownTypes Types { get; }

    public Recorder Recorder { get; }

    public Memory Memory => memory;

    public Writes Writes { get; }

    public Attempts Attempts { get; }

    public Companions Companions { get; }

    public Calls Calls => calls;

    public Locking Locking { get; }

    public Sequences Sequences { get; }

    public Creations Creations { get; }

    public Conditions Conditions { get; }

    public ArrayElements Elements { get; }

    public Exits Exits { get; }

    public Initializations Initializations { get; }

    public Views Views { get; }

    public Rereads Rereads { get; }

    public Obligations Obligations { get; }

    public Affinities Affinities { get; }

    public Unresolved Unresolved { get; }

    /// <summary>Lambdas and local functions met on the way, to be walked as bodies of their own.</summary>
    public List<IOperation> Nested { get; } = [];

    /// <summary>Objects made in the body, by the name of their root.</summary>
    public ImmutableDictionary<string, Allocation>.Builder Allocations { get; } = ImmutableDictionary.CreateBuilder<string, Allocation>();

    /// <summary>Captured variables that are names of something, see <see cref="BodyFacts.Aliases"/>.</summary>
    public ImmutableDictionary<Path, Path>.Builder Aliases { get; } = ImmutableDictionary.CreateBuilder<Path, Path>();

    /// <summary>Memory that is handed on by reference, see <see cref="BodyFacts.Lent"/>.</summary>
    public List<Path> Lent { get; } = [];

    /// <summary>Where captured variables are declared, see <see cref="BodyFacts.Declared"/>.</summary>
    public ImmutableDictionary<Path, Region>.Builder Declared { get; } = ImmutableDictionary.CreateBuilder<Path, Region>();

    /// <summary>The type of a value, as far as it is known here.</summary>
    public ITypeSymbol? TypeOf(IOperation? value) => Names.TypeOf(value, cancellation);

    /// <summary>Walks an operation and gives what its value is called, or null where that is unknown or it has none.</summary>
    /// <exception cref="InsufficientExecutionStackException">The body nests too deep; the caller calls it opaque.</exception>
    public Path? Visit(IOperation? operation)
    {
        if (operation is null)
            return null;
        RuntimeHelpers.EnsureSufficientExecutionStack();
        cancellation.ThrowIfCancellationRequested();
        if (++operations > MaxOperations)
            throw new InsufficientExecutionStackException();

        var first = Recorder.Events.Count;
        switch (operation)
        {
            case IBlockOperation block: control.Block(block); return null;
            case IExpressionStatementOperation statement: Visit(statement.Operation); Companions.Read(first); return null;
            case IVariableDeclarationGroupOperation: Children(operation); Companions.Read(first); return null;
            case IReturnOperation @return: Exits.Return(@return); Companions.Read(first); return null;
            case IThrowOperation @throw: Visit(@throw.Exception); Exits.Stop(); return null;
            case IBranchOperation: Exits.Jump(); return null;
            case IConditionalOperation conditional: return control.Conditional(conditional);
            case ISwitchOperation @switch: control.Switch(@switch); return null;
            case ISwitchExpressionOperation @switch: return control.SwitchExpression(@switch);
            case ILoopOperation loop: control.Loop(loop); return null;
            case ITryOperation @try: control.Try(@try); return null;
            case ILockOperation @lock: control.Lock(@lock); return null;
            case IUsingOperation @using: control.Using(@using); return null;
            case ICoalesceOperation coalesce: return control.Coalesce(coalesce);
            case IConditionalAccessOperation access: return control.ConditionalAccess(access);
            case IConditionalAccessInstanceOperation: return control.ConditionalReceiver;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr } binary: control.ShortCircuit(binary); return null;
            case IBinaryOperation binary: control.Binary(binary); return null;

            case IIsPatternOperation match: memory.Match(match); return null;
            case IVariableDeclaratorOperation declarator: memory.Declare(declarator); return null;
            case ILocalReferenceOperation local: return memory.Variable(local.Local, local);
            case IParameterReferenceOperation parameter: return memory.Variable(parameter.Parameter, parameter);
            case IInstanceReferenceOperation instance: return memory.Instance(instance);
            case IFieldReferenceOperation field: return memory.Field(field);
            case IPropertyReferenceOperation property: return memory.Property(property);
            case IEventReferenceOperation @event: return memory.Event(@event);
            case IArrayElementReferenceOperation element: return Elements.Read(element);
            case IImplicitIndexerReferenceOperation element: Sequences.FromEnd(element); return null;
            case ISimpleAssignmentOperation assignment: return calls.Tasks.Kept(assignment, Writes.Assign(assignment));
            case ICompoundAssignmentOperation compound: return Writes.Compound(compound);
            case IIncrementOrDecrementOperation increment: return Writes.Increment(increment);
            case ICoalesceAssignmentOperation coalesce: return Writes.CoalesceAssign(coalesce);
            case IDeconstructionAssignmentOperation deconstruction: Writes.Deconstruct(deconstruction); return null;
            case IEventAssignmentOperation assignment: calls.Subscribe(assignment); return null;

            case IInvocationOperation invocation: return calls.Invocation(invocation);
            case IObjectCreationOperation creation: return Creations.Object(creation);
            case IArrayCreationOperation array: return Creations.Array(array);
            case IDelegateCreationOperation @delegate: return Visit(@delegate.Target);
            case IMethodReferenceOperation method: return calls.MethodGroup(method);
            case IAnonymousFunctionOperation lambda: return calls.Lambda(lambda);
            case ILocalFunctionOperation local: Nested.Add(local); return null;
            case IAwaitOperation await: return calls.Await(await);
            // A box is a copy: what becomes of it does not concern the variable.
            case IConversionOperation { OperatorMethod: null, Type.IsReferenceType: true, Operand: { Type.IsValueType: true } boxed }: Visit(boxed); return null;
            case IConversionOperation conversion: return Visit(conversion.Operand);
            case IParenthesizedOperation parenthesized: return Visit(parenthesized.Operand);
            case INameOfOperation or ITypeOfOperation or ILiteralOperation: return null;
            case IInvalidOperation invalid: return Unresolved.Operation(invalid);
        }
        return Children(operation);
    }

    /// <summary>Whether the variable belongs to another body than the one that is walked.</summary>
    public bool IsForeign(ISymbol variable) => Function is not null
        && !SymbolEqualityComparer.Default.Equals(variable.ContainingSymbol, Function) && !Inlined.Contains(variable.ContainingSymbol);

    /// <summary>Whether the parameter is a primary constructor's, used in another member: a field in all but name.</summary>
    public bool IsPrimary(ISymbol variable) => variable is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } constructor }
        && !SymbolEqualityComparer.Default.Equals(constructor, Member);

    private Path? Children(IOperation operation)
    {
        // A collection expression of a Roslyn newer than ours has no interface here; its elements are its children.
        var isCollection = (int)operation.Kind is Creations.CollectionExpressionKind || operation is { Kind: OperationKind.None, Type: IArrayTypeSymbol };
        if (isCollection)
            return Creations.Collection(operation, operation.ChildOperations);
        if (operation.Kind == OperationKind.None)
            return Unresolved.Unknown(operation);
        foreach (var child in operation.ChildOperations)
            Visit(child);
        return null;
    }
}
