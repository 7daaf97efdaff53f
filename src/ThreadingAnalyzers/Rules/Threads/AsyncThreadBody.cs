using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// An async lambda or async void method as the body of a thread, of a pool work item or of a BackgroundWorker, or as the last call
/// of that body: it ends, for who runs it, at its first await. Timer callbacks and parallel bodies have rules of their own.
/// Source: "Async return types", learn.microsoft.com/dotnet/csharp/asynchronous-programming.
/// </summary>
public sealed class AsyncThreadBody() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1016", since: "1.0", Category.Threads, DiagnosticSeverity.Warning,
        title: "The body of a thread should not be async",
        message: "'{0}' is async, so {1} is over at its first await: nothing can wait for the rest, and an exception in it {2}; use Task.Run",
        why: "A thread knows nothing of tasks. At the first await the async code returns to it, and the thread, the work item or the BackgroundWorker is done; the rest runs later on some other thread, nobody can wait for it, and what it throws ends the process.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        context.RegisterOperationAction(Judge, OperationKind.EventAssignment);
        if (Mention.Of(KnownType.Thread, context.Compilation, context.CancellationToken))
            context.RegisterOperationAction(Judge, OperationKind.ObjectCreation);
        if (Mention.Of(KnownType.ThreadPool, context.Compilation, context.CancellationToken))
            context.RegisterOperationAction(Judge, OperationKind.Invocation);

        void Judge(OperationAnalysisContext action)
        {
            if (Spawn.Of(action.Operation, types) is { Kind: SpawnKind.Thread or SpawnKind.Pool or SpawnKind.Worker } spawn
                && Work.Of(spawn.Value) is { } work
                && (work.Method is { IsAsync: true, ReturnsVoid: true } own ? own : Called(work, spawn.Kind)) is { } method
                && Suspends(method, action.CancellationToken))
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, Work.PlaceOf(spawn.Value), work.Method.IsAsync ? work.Name : method.Name, Runner(spawn.Kind), method.ReturnsVoid ? "ends the process" : "is lost"));
        }
    }

    /// <summary>
    /// The async method that a plain lambda ends with, so that the rest of it is all that is left of the work. A task that a work item
    /// drops may be meant so; a thread of its own is made for work that stays on it.
    /// </summary>
    private static IMethodSymbol? Called(Work work, SpawnKind kind) =>
        work.Source is IAnonymousFunctionOperation { Symbol: { IsAsync: false, ReturnsVoid: true }, Body.Operations: var statements }
        && statements.LastOrDefault(statement => statement is not IReturnOperation { IsImplicit: true }) is IExpressionStatementOperation { Operation: IInvocationOperation { TargetMethod: { IsAsync: true } method } }
        && (method.ReturnsVoid || kind == SpawnKind.Thread) ? method : null;

    private static string Runner(SpawnKind kind) => kind switch
    {
        SpawnKind.Thread => "the thread",
        SpawnKind.Worker => "the BackgroundWorker",
        _ => "the work item",
    };

    /// <summary>Whether the code can reach an await; without one it runs to its end as any other code does.</summary>
    private static bool Suspends(IMethodSymbol method, CancellationToken cancellation) =>
        (method.PartialImplementationPart ?? method).OriginalDefinition.DeclaringSyntaxReferences
            .Select(reference => reference.GetSyntax(cancellation))
            .Any(body => body.DescendantNodes(node => node == body || node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).Any(IsAwait)
                && !PumpsItself(body));

    private static bool IsAwait(SyntaxNode node) => node switch
    {
        AwaitExpressionSyntax => true,
        CommonForEachStatementSyntax loop => loop.AwaitKeyword.IsKind(SyntaxKind.AwaitKeyword),
        UsingStatementSyntax @using => @using.AwaitKeyword.IsKind(SyntaxKind.AwaitKeyword),
        LocalDeclarationStatementSyntax @using => @using.AwaitKeyword.IsKind(SyntaxKind.AwaitKeyword),
        _ => false,
    };

    // Code that gives its thread a context of its own gets the rest back on that thread.
    private static bool PumpsItself(SyntaxNode body) =>
        body.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == nameof(SynchronizationContext.SetSynchronizationContext));
}
