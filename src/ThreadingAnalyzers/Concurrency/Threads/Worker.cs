using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Background;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Ownership;
using ThreadingAnalyzers.Concurrency.Signals;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>A thread or task that the code of a type starts, and that goes on until it is told to end.</summary>
/// <param name="Site">The creation of the thread, or the call that starts the task.</param>
/// <param name="Bodies">The code that it runs: its own body first, then those of the type's methods that it calls.</param>
/// <param name="IsForeground">Whether the process waits for it.</param>
internal sealed record Worker(IOperation Site, IReadOnlyList<IOperation> Bodies, bool IsForeground)
{
    /// <summary>More bodies than the loop of a worker is spread over.</summary>
    private const int MostBodies = 24;

    /// <summary>More names than one object has in a worker's code.</summary>
    private const int MostUses = 64;

    /// <summary>The workers that the type's own code starts, on its objects.</summary>
    /// <param name="type">The type.</param>
    /// <param name="compilation">The program.</param>
    /// <param name="types">The framework types.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <param name="all">Whether those count too that end by themselves.</param>
    public static IReadOnlyList<Worker> Of(INamedTypeSymbol type, Compilation compilation, KnownTypes types, CancellationToken cancellation, bool all = false)
    {
        var own = type.GetMembers().OfType<IMethodSymbol>().Where(method => method.IsAsync).Select(method => method.Name).ToImmutableHashSet();
        var isBackground = new Lazy<bool>(() => Models.BodiesOf(type, compilation, cancellation).SelectMany(root => root.Descendants()).Any(operation =>
            operation is IPropertyReferenceOperation { Parent: IAssignmentOperation { Value.ConstantValue: { HasValue: true, Value: true } } } property && ThreadMembers.IsBackground(property.Property, types)));
        var workers = new List<Worker>();
        foreach (var operation in Models.BodiesOf(type, compilation, cancellation, body => MayStart(body, own, cancellation)).SelectMany(root => root.Descendants()))
            if (BodyOf(operation, type, compilation, types, cancellation) is { } body && With(body, type, compilation, cancellation) is var bodies && (all || bodies.Any(part => Lasts(part, bodies, types))))
                workers.Add(new Worker(operation, bodies, types[operation.Type] == KnownType.Thread && !isBackground.Value));
        return workers;
    }

    /// <summary>The async methods of the type that nobody can wait for: whoever raises an event starts them, and they go on by themselves.</summary>
    public static IEnumerable<Worker> Unawaited(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation) =>
        from method in type.GetMembers().OfType<IMethodSymbol>()
        where method is { IsAsync: true, ReturnsVoid: true }
        let body = Models.BodyOf(method, compilation, cancellation)
        where body is not null
        select new Worker(body, With(body, type, compilation, cancellation), false);

    /// <summary>The worker of a base with the methods of a derived type that its code calls there; null where it calls none.</summary>
    public Worker? On(INamedTypeSymbol derived, Compilation compilation, CancellationToken cancellation)
    {
        var called = Bodies.SelectMany(body => body.Descendants()).OfType<IInvocationOperation>().Where(call => call is { IsVirtual: true, Instance: IInstanceReferenceOperation }).Select(call => call.TargetMethod.OriginalDefinition).ToImmutableHashSet(SymbolEqualityComparer.Default);
        var added = derived.GetMembers().OfType<IMethodSymbol>().Where(method => method.OverriddenMethod is { } overridden && called.Contains(overridden.OriginalDefinition))
            .Select(method => Models.BodyOf(method, compilation, cancellation)).OfType<IOperation>().SelectMany(body => With(body, derived, compilation, cancellation)).ToList();
        return added.Count == 0 ? null : this with { Bodies = [.. Bodies, .. added] };
    }

    /// <summary>The workers of which a base leaves the whole work to a derived type: its code hands over a method that the type overrides.</summary>
    public static IEnumerable<Worker> Left(INamedTypeSymbol start, INamedTypeSymbol derived, Compilation compilation, KnownTypes types, CancellationToken cancellation) =>
        from operation in Models.BodiesOf(start, compilation, cancellation, body => MayStart(body, ImmutableHashSet<string>.Empty, cancellation)).SelectMany(root => root.Descendants())
        where Spawn.Of(operation, types) is { Kind: SpawnKind.Thread or SpawnKind.Task } spawn && spawn.Value.DescendantsAndSelf().Any(part => part is IMethodReferenceOperation { IsVirtual: true, Method.ContainingType: var declaring } && SymbolEqualityComparer.Default.Equals(declaring.OriginalDefinition, start))
        let left = Work.Of(Spawn.Of(operation, types)!.Value)?.Method.OriginalDefinition
        where left is not null
        let own = derived.GetMembers().OfType<IMethodSymbol>().FirstOrDefault(method => SymbolEqualityComparer.Default.Equals(method.OverriddenMethod?.OriginalDefinition, left))
        let body = own is null ? null : Models.BodyOf(own, compilation, cancellation)
        where body is not null
        let bodies = With(body, derived, compilation, cancellation)
        where bodies.Any(part => Lasts(part, bodies, types))
        select new Worker(operation, bodies, types[operation.Type] == KnownType.Thread);

    /// <summary>Whether the text has a word by which threads or tasks are started, or a call of an async method of the type that may be left to run; nearly all bodies are told apart by it, without binding them.</summary>
    private static bool MayStart(SyntaxNode body, ImmutableHashSet<string> own, CancellationToken cancellation) =>
        Spawn.MayBeIn(body, cancellation) || own.Any(name => Words.In(body, name, cancellation).Any(Completions.MayBeLater));

    /// <summary>Whether some of the code that it runs calls such a method.</summary>
    public bool Calls(Func<IMethodSymbol, bool> wanted) => Bodies.SelectMany(body => body.Descendants()).OfType<IInvocationOperation>().Any(call => wanted(call.TargetMethod));

    /// <summary>The loop in which the worker uses the field so that it fails once that is disposed, or null; null where it does not, or is prepared for it.</summary>
    public IOperation? UseOf(IFieldSymbol field, bool isNull, KnownTypes types)
    {
        var uses = UsesOf(field, isNull);
        if (isNull && uses.Any(use => use.Parent is IConditionalAccessOperation or IBinaryOperation or IIsPatternOperation or IVariableInitializerOperation or IConversionOperation or ISimpleAssignmentOperation))
            return null;
        return uses.Where(use => Lifelines.Fails(use, types) && !IsHandled(use, MostBodies) && !Bodies.Any(IsGuarded)).Select(LoopAround).FirstOrDefault(loop => loop is not null);
    }

    /// <summary>
    /// The use, behind an await, of the token of the source in the field that is prepared for the token's cancellation and not for a
    /// source that is gone; null where there is none. What follows a first await may begin long after the start.
    /// </summary>
    public IOperation? LateUseOf(IFieldSymbol source, KnownTypes types) => UsesOf(source, isNull: false).FirstOrDefault(use =>
        use.Parent is IPropertyReferenceOperation && Lifelines.Fails(use, types) && ExpectsCancellation(use) && !IsHandled(use, MostBodies)
        && use.Function().OwnOperations().Any(before => before is IAwaitOperation && before.Syntax.Span.End < use.Syntax.SpanStart));

    private static bool ExpectsCancellation(IOperation use)
    {
        for (IOperation inner = use, outer = use.Parent!; outer is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); inner = outer, outer = outer.Parent!)
            if (outer is ITryOperation @try && @try.Body == inner && @try.Catches.Any(Lifelines.CatchesCancellation))
                return true;
        return false;
    }

    /// <summary>
    /// The places of the worker's code that name the object in the field: by the field itself and, where the object and not the field is
    /// what ends, by locals that it is put into and parameters that it is given to, that of the thread too.
    /// </summary>
    private IReadOnlyList<IOperation> UsesOf(IFieldSymbol field, bool isNull)
    {
        var uses = Bodies.SelectMany(body => body.Descendants()).Where(use => use is IFieldReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Field, field)).ToList();
        if (isNull)
            return uses;
        if (ThreadState.Given(Site).Any(given => given.Unconverted() is IFieldReferenceOperation { Instance: IInstanceReferenceOperation } state && SymbolEqualityComparer.Default.Equals(state.Field, field)))
            uses.AddRange(ThreadState.UsesIn(Bodies[0]));
        for (var i = 0; i < uses.Count && uses.Count < MostUses; i++)
            uses.AddRange(Aliases(uses[i]).Where(alias => !uses.Contains(alias)));
        return uses;
    }

    /// <summary>The uses of the local that a use gives its one value, or of the parameter of a method among the bodies that it is given to.</summary>
    private IEnumerable<IOperation> Aliases(IOperation use)
    {
        var value = use;
        // Who waits for several at once puts them into an array before.
        while (value.Parent is IConversionOperation { OperatorMethod: null } or IParenthesizedOperation or IArrayInitializerOperation or IArrayCreationOperation)
            value = value.Parent;
        return value.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } => use.Root().Descendants().OfType<ILocalReferenceOperation>().Where(other => other.Names(local)).ToList() is var uses && uses.All(other => !other.IsWritten()) ? uses : [],
            IArgumentOperation argument => Parameters.Received(argument)?.Where(received => Bodies.Any(body => body.Syntax.SyntaxTree == received.Syntax.SyntaxTree && body.Syntax.Span.Contains(received.Syntax.Span))) ?? [],
            _ => [],
        };
    }

    /// <summary>Whether the code, behind a place in its text, waits without limit for the worker: by the field that holds its thread or task, or those of several.</summary>
    public bool IsAwaitedIn(IOperation body, int from, KnownTypes types) => Handle(types) is { } handle && body.Descendants().Any(use =>
        use is IFieldReferenceOperation { Field: var field } && use.Syntax.SpanStart > from && SymbolEqualityComparer.Default.Equals(field, handle) && IsAwaited(use, types));

    private IFieldSymbol? Handle(KnownTypes types)
    {
        for (var current = Site; current.Parent is { } parent and not IExpressionStatementOperation; current = parent)
            switch (parent)
            {
                case IAssignmentOperation assignment when assignment.Value == current: return Root(assignment.Target);
                case IFieldInitializerOperation { InitializedFields: [var field, ..] }: return field;
                case IInvocationOperation { Instance: { } collection } store when collection != current && Handles.UseOf(store.TargetMethod, types) == HandleUse.Stores: return Root(collection);
            }
        return null;

        static IFieldSymbol? Root(IOperation place) => place.Unconverted() switch
        {
            IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } field => field.Field,
            IArrayElementReferenceOperation element => Root(element.ArrayReference),
            IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } whole } => Root(whole),
            _ => null,
        };
    }

    private static bool IsAwaited(IOperation use, KnownTypes types)
    {
        for (var (inner, outer) = (use, use.Parent); outer is not (null or IBlockOperation); (inner, outer) = (outer, outer.Parent))
            switch (outer)
            {
                case IAwaitOperation: return true;
                case IForEachLoopOperation loop: return loop.Collection.Syntax.Span.Contains(use.Syntax.Span) && loop.Body.Descendants().Any(part => part is IAwaitOperation || part is IInvocationOperation { Arguments.IsEmpty: true, TargetMethod: var joining } && Handles.UseOf(joining, types) == HandleUse.Waits);
                case IConditionalAccessOperation access when access.Operation == inner: return access.WhenNotNull is IInvocationOperation { TargetMethod: var wait } && Handles.UseOf(wait, types) == HandleUse.Waits && IsUnlimited(wait);
                case IInvocationOperation { TargetMethod: var method } when !IsUnlimited(method): return false;
                case IInvocationOperation { TargetMethod: var method } when Handles.UseOf(method, types) == HandleUse.Waits: return true;
                case IInvocationOperation { TargetMethod: var method } when !Waiting.PassesOn(method) && !Waiting.IsWhenAll(method, types) && !Waiting.IsGetResult(method): return false;
            }
        return false;
    }

    // Times and tokens are limits; what says how to go on afterwards is none.
    private static bool IsUnlimited(IMethodSymbol method) => method.Parameters.All(parameter => parameter.Type is { TypeKind: TypeKind.Array or TypeKind.Interface or TypeKind.Enum } or { SpecialType: SpecialType.System_Boolean } or { IsRefLikeType: true });

    private IOperation? LoopAround(IOperation use)
    {
        for (var current = use.Parent; current is not null; current = current.Parent)
            if (current is ILoopOperation)
                return current;
        // What the loop calls is used in it too.
        return Bodies[0].Syntax.SyntaxTree == use.Syntax.SyntaxTree && Bodies[0].Syntax.Span.Contains(use.Syntax.Span) ? null : Bodies[0].Descendants().OfType<ILoopOperation>().FirstOrDefault();
    }

    /// <summary>Whether a handler takes what fails there: around it, or around each call of the method that it is in.</summary>
    private bool IsHandled(IOperation use, int depth)
    {
        for (var current = use.Parent; current is not null; current = current.Parent)
            if (current is ITryOperation outer && outer.Catches.Any(Lifelines.Catches))
                return true;
        if (depth == 0 || Bodies.Skip(1).FirstOrDefault(body => body.Syntax.SyntaxTree == use.Syntax.SyntaxTree && body.Syntax.Span.Contains(use.Syntax.Span)) is not { } method)
            return false;
        var calls = Bodies.SelectMany(body => body.Descendants()).OfType<IInvocationOperation>().Where(call => call.TargetMethod.OriginalDefinition.DeclaringSyntaxReferences.Any(declared => declared.GetSyntax() == method.Syntax)).ToList();
        return calls.Count > 0 && calls.All(call => IsHandled(call, depth - 1));
    }

    /// <summary>Whether the code has a handler around a loop: one anywhere in the thread's own code may be meant for all that it does.</summary>
    private static bool IsGuarded(IOperation body) =>
        body.Descendants().OfType<ITryOperation>().Any(@try => @try.Catches.Any(Lifelines.Catches) && @try.Body.Descendants().Any(operation => operation is ILoopOperation));

    /// <summary>The bodies of a method or lambda, and of the type's own methods that it calls on its own object.</summary>
    public static IReadOnlyList<IOperation> With(IOperation body, INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        var (bodies, seen) = (new List<IOperation> { body }, new HashSet<IMethodSymbol>(SymbolEqualityComparer.Default));
        for (var i = 0; i < bodies.Count && bodies.Count < MostBodies; i++)
            foreach (var operation in bodies[i].Descendants())
                if (Own(operation, type) is { } method && seen.Add(method) && Models.BodyOf(method, compilation, cancellation) is { } called)
                    bodies.Add(called);
        return bodies;
    }

    private static IMethodSymbol? Own(IOperation operation, INamedTypeSymbol type) =>
        operation is IInvocationOperation { TargetMethod: { MethodKind: MethodKind.Ordinary } method } && SymbolEqualityComparer.Default.Equals(method.ContainingType?.OriginalDefinition, type.OriginalDefinition)
            ? method.OriginalDefinition : null;

    /// <summary>The code that a start hands to another thread, or that an async method of the type runs beside who calls it; null for another operation.</summary>
    private static IOperation? BodyOf(IOperation operation, INamedTypeSymbol type, Compilation compilation, KnownTypes types, CancellationToken cancellation)
    {
        if (Spawn.Of(operation, types) is { Kind: SpawnKind.Thread or SpawnKind.Task or SpawnKind.Pool } spawn)
            return Work.Of(spawn.Value) is { } work ? work.Body ?? Models.BodyOf(work.Method, compilation, cancellation) : null;
        return Own(operation, type) is { IsAsync: true } method && Completions.Of(operation, types) == Completion.Later ? Models.BodyOf(method, compilation, cancellation) : null;
    }

    /// <summary>
    /// Whether the code has a loop that only others can end: it waits for what this process does, or asks a flag that others set.
    /// What reads a stream to its end, or empties a queue, ends by itself.
    /// </summary>
    private static bool Lasts(IOperation body, IReadOnlyList<IOperation> all, KnownTypes types) => body.Descendants().OfType<ILoopOperation>().Any(loop => loop switch
    {
        IForEachLoopOperation each => each.Collection.DescendantsAndSelf().OfType<IInvocationOperation>().Any(call => Queues.IsQueue(call.TargetMethod.ContainingType, types)),
        IWhileLoopOperation { Condition: { } condition } => IsFlag(condition, all, types) || IsOpen(loop, condition) && Waits(loop, all, types),
        IForLoopOperation { Condition: null } => Waits(loop, all, types),
        _ => false,
    });

    // A condition that compares numbers counts; one that asks somebody may go on for ever.
    private static bool IsOpen(ILoopOperation loop, IOperation condition) => condition.ConstantValue is { HasValue: true, Value: true }
        || condition.DescendantsAndSelf().Any(part => part is IInvocationOperation or IAwaitOperation) || condition.Type is not null && loop is IWhileLoopOperation { ConditionIsTop: false };

    /// <summary>Whether the condition asks a token or a flag of the object that this code does not set itself.</summary>
    private static bool IsFlag(IOperation condition, IReadOnlyList<IOperation> all, KnownTypes types) => condition.DescendantsAndSelf().Any(part => part switch
    {
        IPropertyReferenceOperation { Property: var property } when types[property.ContainingType] is KnownType.CancellationToken or KnownType.CancellationTokenSource => true,
        IPropertyReferenceOperation { Property: var property } when IsBool(property.Type) && Queues.IsQueue(property.ContainingType, types) => true,
        IFieldReferenceOperation { Field: { IsReadOnly: false, IsConst: false } field } => IsBool(field.Type) && !IsSet(field, all),
        IPropertyReferenceOperation { Property: var property, Instance: IInstanceReferenceOperation } => IsBool(property.Type) && !IsSet(property, all),
        _ => false,
    });

    private static bool IsBool(ITypeSymbol type) => type.SpecialType is SpecialType.System_Boolean;

    private static bool IsSet(ISymbol member, IReadOnlyList<IOperation> all) => all.SelectMany(body => body.Descendants())
        .Any(operation => operation is IMemberReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Member, member) && reference.IsWritten());

    /// <summary>Whether the loop, or a method that it calls, waits for a signal, a lock's pulse, an item or a time.</summary>
    private static bool Waits(ILoopOperation loop, IReadOnlyList<IOperation> all, KnownTypes types) => loop.Descendants().Any(operation => operation switch
    {
        // Who tries again after a time, and leaves when it went well, ends by itself.
        IInvocationOperation { TargetMethod: var method } => IsWait(method, types) || Queues.Delays(method, types) && !HasExit(loop)
            || all.Skip(1).Any(body => (body.Syntax == method.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax()) && body.Descendants().OfType<IInvocationOperation>().Any(inner => IsWait(inner.TargetMethod, types))),
        _ => false,
    });

    private static bool IsWait(IMethodSymbol method, KnownTypes types) =>
        Handles.IsSignal(method.ContainingType, types) && Handles.UseOf(method, types) == HandleUse.Waits
        || types[method.ContainingType] is KnownType.Monitor && Handles.IsPause(method)
        || Queues.Awaits(method, types);

    private static bool HasExit(ILoopOperation loop) => loop.Body.OwnOperations().Any(inner =>
        inner is IReturnOperation || inner is IBranchOperation branch && SymbolEqualityComparer.Default.Equals(branch.Target, loop.ExitLabel));
}
