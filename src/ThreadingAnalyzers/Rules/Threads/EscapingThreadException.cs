using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A thread whose work may throw and has no handler for it. Source: "Exceptions in managed threads",
/// learn.microsoft.com/dotnet/standard/threading.
/// </summary>
public sealed class EscapingThreadException() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1017", since: "1.0", Category.Threads, DiagnosticSeverity.Info,
        title: "A thread should catch what its work throws",
        message: "'{0}' is the work of a thread, and what '{1}' in it throws is not caught: an exception that leaves a thread ends the process; catch it in '{0}'",
        why: "Nobody can catch what leaves a thread: the runtime ends the whole process, whatever else it was doing. A thread decides itself what a failure of its work means.", enabled: false);

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (Mention.Of(KnownType.Thread, context.Compilation, context.CancellationToken))
            context.RegisterOperationAction(action => Judge(action, types), OperationKind.ObjectCreation);
    }

    private static void Judge(OperationAnalysisContext action, KnownTypes types)
    {
        var creation = (IObjectCreationOperation)action.Operation;
        if (ThreadWork.Of(creation, types) is not { Code: { Method.IsAsync: false, Body: { } body } } work)
            return;
        var only = Called(body);
        var name = only is null ? work.Name : only.Value.Method.Name;
        if (Caught.FirstEscape(only?.Body ?? body) is { } escape)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, Work.PlaceOf(work.Delegate), name, Named(escape)));
    }

    /// <summary>The method of the file that the work consists of calling, and its code; null for other work.</summary>
    internal static (IMethodSymbol Method, IOperation Body)? Called(IOperation work) =>
        work is IAnonymousFunctionOperation { Body.Operations: [var first, ..] } lambda && lambda.Body.Operations.Skip(1).All(operation => operation.IsImplicit)
        && (first as IExpressionStatementOperation)?.Operation is IInvocationOperation { TargetMethod: var method, SemanticModel: { } model } && Work.BodyOf(method, model) is { } body ? (method, body) : null;

    private static string Named(IOperation escape) => escape switch
    {
        IInvocationOperation call => call.TargetMethod.Name,
        IAwaitOperation => "await",
        _ => "throw",
    };
}
