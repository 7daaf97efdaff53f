using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Ownership;
using ThreadingAnalyzers.Concurrency.Signals;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>A start of work, in a constructor, before the constructor has assigned what the work reads.</summary>
/// <param name="Work">The work.</param>
/// <param name="Memory">The field or property that it reads.</param>
/// <param name="Assignment">Where the constructor assigns it.</param>
internal sealed record EarlyStart(Work Work, ISymbol Memory, IOperation Assignment)
{
    /// <summary>The first such memory of work that the call, or the timer that is made, starts, itself or in a method of the same type; null where there is none.</summary>
    public static EarlyStart? Of(IOperation start, IMethodSymbol constructor, KnownTypes types)
    {
        if (start.Function() is not IConstructorBodyOperation body || !MayStart(start, constructor, types))
            return null;
        var assignments = body.OwnOperations().OfType<ISimpleAssignmentOperation>()
            .Where(assignment => Assigned(assignment, constructor) is not null && !(assignment.Value.ConstantValue is { HasValue: true, Value: null })).ToList();
        var late = assignments.Where(assignment => assignment.Syntax.SpanStart > start.Syntax.Span.End).ToList();
        if (late.Count == 0)
            return null;
        foreach (var work in Works(start, types))
        {
            if (work is not { Method.IsAsync: var _, Body: { } code })
                continue;
            foreach (var assignment in late)
            {
                var memory = Assigned(assignment, constructor)!;
                if (!assignments.Any(other => other.Syntax.SpanStart < start.Syntax.SpanStart && SymbolEqualityComparer.Default.Equals(Assigned(other, constructor), memory))
                    && !HasInitializer(memory) && !IsHandle(memory, types) && WorkMemory.Of(code).Used.TryGetValue(memory, out var read) && IsNeeded(read, code, types))
                    return new EarlyStart(work, memory, assignment);
            }
        }
        return null;
    }

    private static bool MayStart(IOperation start, IMethodSymbol constructor, KnownTypes types) => Timers.IsDueAtOnce(start, types) || start is IInvocationOperation call && (
        ThreadMembers.Starts(call.TargetMethod, types) || Spawn.Of(call, types) is { Kind: SpawnKind.Task or SpawnKind.Pool }
        || call.Instance is IInstanceReferenceOperation && SymbolEqualityComparer.Default.Equals(call.TargetMethod.ContainingType, constructor.ContainingType));

    /// <summary>The work that the call sets going.</summary>
    private static IEnumerable<Work?> Works(IOperation begin, KnownTypes types)
    {
        if ((Timers.Callback(begin, types) ?? Spawn.Of(begin, types)?.Value) is { } work)
            return [Work.Of(work)];
        if (begin is not IInvocationOperation start)
            return [];
        if (ThreadMembers.Starts(start.TargetMethod, types))
            return Made(start.Root(), types).Where(origin => origin.Life.Starts.Any(call => call.Syntax == start.Syntax)).Select(origin => origin.Work.Code);
        if (Reach.Callee(start) is not { } callee || start.SemanticModel is not { } model || Work.BodyOf(callee, model) is not { } body)
            return [];
        return Made(body, types).Where(origin => origin.Life.Starts.Any(call => body.Syntax.Span.Contains(call.Syntax.Span))).Select(origin => origin.Work.Code)
            .Concat(body.OwnOperations().OfType<IInvocationOperation>().Select(call => Spawn.Of(call, types)).Where(inner => inner is { Kind: SpawnKind.Task or SpawnKind.Pool }).Select(inner => Work.Of(inner!.Value)));
    }

    private static IEnumerable<ThreadOrigin> Made(IOperation body, KnownTypes types) =>
        body.OwnOperations().OfType<IObjectCreationOperation>().Select(creation => ThreadOrigin.Of(creation, types)).OfType<ThreadOrigin>();

    /// <summary>The field or property of the new object, or of the type in a static constructor, that is assigned.</summary>
    private static ISymbol? Assigned(ISimpleAssignmentOperation assignment, IMethodSymbol constructor) =>
        assignment.Target is IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }, Member: var member }
        && member.IsStatic == constructor.IsStatic && SymbolEqualityComparer.Default.Equals(member.ContainingType, constructor.ContainingType) && WorkMemory.Symbol(assignment.Target) is IFieldSymbol or IPropertySymbol
            ? WorkMemory.Symbol(assignment.Target)
            : null;

    private static bool HasInitializer(ISymbol memory) => memory.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax() is Microsoft.CodeAnalysis.CSharp.Syntax.VariableDeclaratorSyntax { Initializer: not null } or Microsoft.CodeAnalysis.CSharp.Syntax.PropertyDeclarationSyntax { Initializer: not null });

    // The work that asks for its own handle does so to see if it is still wanted.
    private static bool IsHandle(ISymbol memory, KnownTypes types) => types[Values.TypeOf(memory)] is KnownType.Thread or KnownType.Task or KnownType.TaskOfT;

    /// <summary>Whether the work reads the memory without having waited for anything before, and does not ask whether it is there.</summary>
    private static bool IsNeeded(IOperation read, IOperation code, KnownTypes types)
    {
        if (!WorkMemory.IsRead(read) || read.Parent is IConditionalAccessOperation or IIsPatternOperation or IBinaryOperation or ICoalesceOperation
            || read.Parent is IConversionOperation { Parent: IBinaryOperation or ICoalesceOperation } && read.Type is { IsReferenceType: true })
            return false;
        var isOwn = read.Syntax.SyntaxTree == code.Syntax.SyntaxTree && code.Syntax.Span.Contains(read.Syntax.Span);
        return !code.OwnOperations().Any(operation => operation switch
        {
            ILockOperation or IAwaitOperation => true,
            IInvocationOperation call => Handles.UseOf(call.TargetMethod, types) == HandleUse.Waits || ThreadMembers.Sleeps(call.TargetMethod, types) || Effects.Of(call.TargetMethod, call.Instance?.Type, types).Kind is EffectKind.Acquire or EffectKind.TryAcquire or EffectKind.Await or EffectKind.Join,
            _ => false,
        } && (!isOwn || operation.Syntax.SpanStart < read.Syntax.SpanStart));
    }
}
