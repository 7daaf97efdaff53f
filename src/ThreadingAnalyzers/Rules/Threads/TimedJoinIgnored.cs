using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A timed wait for a thread or task whose result is thrown away, before code that relies on the end of the work.
/// Source: Thread.Join(int) and Task.Wait(int), learn.microsoft.com/dotnet/api.
/// </summary>
public sealed class TimedJoinIgnored() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1006", since: "1.0", Category.Threads, DiagnosticSeverity.Warning,
        title: "Who waits with a timeout should look at the result",
        message: "'{0}' may give up after its timeout, and nobody looks at its result; '{1}' is then {2} while '{3}' still uses it: test the result",
        why: "A wait with a timeout returns false when the work is not done. Code that goes on all the same disposes what the work still uses, or reads what is not there yet, exactly when the machine is busy.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var wait = (IInvocationOperation)action.Operation;
        if (Statement(wait) is not null && TimedWait.Of(wait, types, action.CancellationToken) is { } found)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, wait.Syntax.GetLocation(), wait.TargetMethod.Name, found.Memory.Name, found.Use, found.Work.Name));
    }, OperationKind.Invocation);

    /// <summary>The statement that the wait is the whole of; null where something is done with its result.</summary>
    private static IOperation? Statement(IInvocationOperation wait) => wait.Parent switch
    {
        IExpressionStatementOperation statement => statement,
        IConditionalAccessOperation { Parent: IExpressionStatementOperation statement } => statement,
        _ => null,
    };
}
