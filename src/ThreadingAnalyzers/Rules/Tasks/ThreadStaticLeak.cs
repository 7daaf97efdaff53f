using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Background;
using ThreadingAnalyzers.Concurrency.Ownership;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>
/// State of one thread that work of the pool sets and leaves behind for the next work on that thread. Source: the .NET reference,
/// ThreadStaticAttribute; "The managed thread pool", "data in thread local storage".
/// </summary>
public sealed class ThreadStaticLeak() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR9009", since: "1.0", Category.Tasks, DiagnosticSeverity.Info,
        title: "Work of the pool should clear the thread's state that it sets",
        message: "'{0}' is set here for one piece of work and stays with the pool thread when that has ended, where the next finds it: clear it in a 'finally', or pass the value on",
        why: "Threads of the pool are used again. What a piece of work leaves in thread-static state is there when the next one begins on that thread: it runs as the wrong user, or with data of another request.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var assignment = (ISimpleAssignmentOperation)action.Operation;
        if (ThreadStatics.Of(assignment.Target, types) is not { } state || !IsGiven(assignment.Value) || !RunsOnPool(assignment, types, action))
            return;
        var writes = assignment.Function().OwnOperations().Count(operation => operation.IsWritten() && ThreadStatics.Of(operation, types) is { } other && SymbolEqualityComparer.Default.Equals(other, state));
        if (writes == 1)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, assignment.Target.Syntax.GetLocation(), state.Name));
    }, OperationKind.SimpleAssignment);

    /// <summary>Whether the value is one of this piece of work: an argument or captured variable, not a cache that the thread keeps.</summary>
    private static bool IsGiven(IOperation value) => value.Unconverted() switch
    {
        IParameterReferenceOperation => true,
        ILocalReferenceOperation local => local.IsCaptured() || local.OnlyValue() is { } only && IsGiven(only),
        IMemberReferenceOperation { Instance: { } instance } => IsGiven(instance),
        IInvocationOperation { Instance: { } instance } => IsGiven(instance),
        _ => false,
    };

    private static bool RunsOnPool(IOperation operation, KnownTypes types, OperationAnalysisContext action) => operation.Function() switch
    {
        IAnonymousFunctionOperation { Symbol.IsAsync: false } => PoolWait.Runner(operation, types) is not null,
        ILocalFunctionOperation => false,
        _ => action.ContainingSymbol is IMethodSymbol { IsAsync: false } method && (Hosts.Of(method, types).IsForRequests() || IsStarted(method, types, action)),
    };

    /// <summary>Whether the method is given to the pool by name.</summary>
    private static bool IsStarted(IMethodSymbol method, KnownTypes types, OperationAnalysisContext action) => method.DeclaredAccessibility == Accessibility.Private
        && MemberUses.Of(method, action.Compilation, action.CancellationToken) is { Count: > 0 } uses
        && uses.All(use => use is IMethodReferenceOperation { Parent: IDelegateCreationOperation { Parent: IArgumentOperation { Parent: IInvocationOperation call } } } && Spawn.Of(call, types) is { Kind: SpawnKind.Task or SpawnKind.Pool });
}
