using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Background;

/// <summary>How state of one thread is used on both sides of an await.</summary>
internal enum AcrossHarm
{
    /// <summary>Written before and read after.</summary>
    Reads,
    /// <summary>Written before and written again after, as who restores it.</summary>
    Restores,
    /// <summary>An object that was read before is used after.</summary>
    Keeps,
}

/// <summary>A use of thread-static state, and the use behind an await that relies on it.</summary>
/// <param name="Later">The use behind the await.</param>
/// <param name="Line">The line of the await.</param>
/// <param name="Harm">What goes wrong.</param>
internal sealed record AcrossAwait(IOperation Later, int Line, AcrossHarm Harm)
{
    /// <summary>The thread-static state that the operation reads or writes or, of a call that a local is given, the one whose object the called method gives; null for another operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="names">The words without which no code of the program names such state.</param>
    /// <param name="types">The types of the compilation.</param>
    public static ISymbol? StateOf(IOperation operation, WordSet names, KnownTypes types)
    {
        if (operation is not IInvocationOperation call)
            return ThreadStatics.Of(operation, types);
        if (call is not { Parent: IVariableInitializerOperation, Instance: null or IInstanceReferenceOperation } || !call.TargetMethod.OriginalDefinition.DeclaringSyntaxReferences.Any(part => names.IsIn(part.GetSyntax(), default)))
            return null;
        for (var part = Answers.OnlyOf(call); part is not null; part = Below(part))
            if (ThreadStatics.Of(part, types) is { } state)
                return state;
        return null;
    }

    /// <summary>What gives the object that the expression is: below conversions, <c>??=</c>, and calls that return what they are made on.</summary>
    private static IOperation? Below(IOperation value) => value switch
    {
        IConversionOperation conversion => conversion.Operand,
        IParenthesizedOperation parenthesized => parenthesized.Operand,
        ICoalesceAssignmentOperation lazy => lazy.Target,
        IInvocationOperation { Instance: { } receiver } fluent when SymbolEqualityComparer.Default.Equals(fluent.Type, receiver.Type) => receiver,
        _ => null,
    };

    /// <summary>The use behind an await that relies on this one; null where there is none, or where the code goes on on its own thread.</summary>
    public static AcrossAwait? Of(IOperation use, ISymbol state, KnownTypes types, Func<ControlFlowGraph> member, CancellationToken cancellation)
    {
        var function = use.Function();
        if (use.Parent is INameOfOperation || !function.OwnOperations().Any(operation => operation is IAwaitOperation or IForEachLoopOperation { IsAsynchronous: true } or IUsingOperation { IsAsynchronous: true } or IUsingDeclarationOperation { IsAsynchronous: true }))
            return null;
        var isWrite = use.IsWritten() && use.Parent is not ICoalesceAssignmentOperation;
        var kept = isWrite ? null : KeptIn(use, types);
        if (!isWrite && kept is null || Aftermath.GraphOf(use, member, cancellation) is not { } graph)
            return null;
        // The graph has those of 'await foreach' and 'await using' too.
        var awaits = Aftermath.OperationsOf(graph).OfType<IAwaitOperation>().ToList();
        if (IsOfInterface(use, awaits, types, cancellation))
            return null;
        foreach (var awaited in awaits)
        {
            var after = new Aftermath(graph, null);
            IOperation? later = null;
            bool IsUse(IOperation operation) => ThreadStatics.Of(operation, types) is { } other && SymbolEqualityComparer.Default.Equals(other, state);
            bool IsPlainWrite(IOperation operation) => operation is ISimpleAssignmentOperation { Target: var target } && IsUse(target);
            if (!after.Meets(use, operation => operation is IAwaitOperation && operation.Syntax == awaited.Syntax, operation => isWrite && operation.Syntax != use.Parent?.Syntax && IsPlainWrite(operation)))
                continue;
            if (kept is not null)
            {
                if (after.Meets(awaited, operation => operation.Names(kept) && !operation.IsWritten() && (later = operation) is not null, operation => operation is ISimpleAssignmentOperation { Target: var target } && target.Names(kept)))
                    return new AcrossAwait(later!, awaited.Syntax.Line(), AcrossHarm.Keeps);
                continue;
            }
            if (IsReset(use))
                continue;
            // An assignment stands before its target in the order of a block.
            if (after.Meets(awaited, operation => (IsPlainWrite(operation) || IsUse(operation)) && (later = operation) is not null, static _ => false))
                return new AcrossAwait(later is ISimpleAssignmentOperation { Target: var target } ? target : later!, awaited.Syntax.Line(), later is ISimpleAssignmentOperation ? AcrossHarm.Restores : AcrossHarm.Reads);
        }
        return null;
    }

    /// <summary>Whether the write only clears the state.</summary>
    private static bool IsReset(IOperation use) => use.Parent is ISimpleAssignmentOperation { Value: var value } && (value.Unconverted() is IDefaultValueOperation || value.ConstantValue is { HasValue: true, Value: null });

    /// <summary>The local that gets the object which is read.</summary>
    private static ILocalSymbol? KeptIn(IOperation use, KnownTypes types)
    {
        var value = use;
        while (value.Parent is IConversionOperation or IParenthesizedOperation or ICoalesceAssignmentOperation or ICoalesceOperation)
            value = value.Parent;
        return value.Parent is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } && ThreadStatics.IsChangeable(local.Type, types) ? local : null;
    }

    /// <summary>Whether the code runs on the thread of the user interface and comes back to it.</summary>
    private static bool IsOfInterface(IOperation use, IReadOnlyList<IAwaitOperation> awaits, KnownTypes types, CancellationToken cancellation) =>
        use.SemanticModel?.GetEnclosingSymbol(use.Syntax.SpanStart, cancellation)?.ContainingType is { } type
        && (types.Is(type, KnownType.UserInterfaceObject) || Contexts.IsUnresolvedUserInterface(type))
        && !awaits.Any(awaited => awaited.Operation is IInvocationOperation call && Waiting.LeavesContext(call));
}
