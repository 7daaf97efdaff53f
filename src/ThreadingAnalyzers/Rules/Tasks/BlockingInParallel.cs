using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Background;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>
/// Work of the pool that blocks its thread until other work of the pool has ended. Source: "Debug thread pool starvation",
/// learn.microsoft.com/dotnet/core/diagnostics; "Potential pitfalls in data and task parallelism".
/// </summary>
public sealed class BlockingInParallel() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR9007", since: "1.0", Category.Tasks, DiagnosticSeverity.Info,
        title: "Work of the pool should not block for other work of the pool",
        message: "This {0} blocks its pool thread until '{1}', which needs another one, has ended: when all threads wait so, nothing goes on; do the work here, or await it in async code",
        why: "The pool has few threads and adds new ones slowly. Work that occupies one only to wait for work that needs another takes two for one: under load all threads wait, and what they wait for finds none.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        if (PoolWait.WaitedFor(action.Operation, types) is not { } waited || PoolWait.Started(waited, types) is not { } started || PoolWait.Runner(action.Operation, types) is not { } runner)
            return;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, action.Operation.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.InvocationExpressionSyntax { Expression: Microsoft.CodeAnalysis.CSharp.Syntax.MemberAccessExpressionSyntax { Name: var name } } ? name.GetLocation()
            : action.Operation.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.MemberAccessExpressionSyntax access ? access.Name.GetLocation() : action.Operation.Syntax.GetLocation(),
            runner == SpawnKind.Parallel ? "body of a parallel loop" : "work of the pool", started.TargetMethod.Name));
    }, OperationKind.Invocation, OperationKind.PropertyReference);
}
