using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Background;
using ThreadingAnalyzers.Concurrency.Ownership;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>
/// Work that uses an object which the code that starts it disposes of without waiting for the work. Source: the .NET reference,
/// IDisposable; Stephen Cleary, "Eliding Async and Await", pitfall "using".
/// </summary>
public sealed class CapturedDisposable() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR9005", since: "1.0", Category.Tasks, DiagnosticSeverity.Warning,
        title: "An object should be disposed of after the work that uses it has ended",
        message: "'{0}' is used by {1} that is started here and not waited for before '{0}' is disposed of{2}: the work then fails on an object that is gone; {3} first",
        why: "A 'using' ends when control leaves it, not when the tasks and threads that were started inside have ended. They go on with an object that is gone: they throw ObjectDisposedException where nobody sees it, or time limits never fire.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        if (StartedUse.Of(action.Operation, types) is not { } start)
            return;
        foreach (var use in start.Uses.GroupBy(use => use.Local, SymbolEqualityComparer.Default).Select(group => group.First()))
            Judge(start, use, action, types);
    }, OperationKind.Invocation, OperationKind.ObjectCreation);

    private static void Judge(StartedUse start, ILocalReferenceOperation use, OperationAnalysisContext action, KnownTypes types)
    {
        var site = start.Work.Site;
        if (!start.IsHarmed(use.Local, types) || Handle.Of(start.Work, types) is not { } handle || Aftermath.GraphOf(site, action.GetControlFlowGraph, action.CancellationToken) is not { } graph)
            return;
        // Awaited now and then, or where a flag says that it was started, is awaited: conditions that go together are not followed.
        if (site.Function().OwnOperations().Any(operation => operation.Syntax.SpanStart > site.Syntax.Span.End && IsInScope(operation, use.Local) && !Disposes(operation, use.Local) && handle.IsWaitedForBy(operation)))
            return;
        // Work that is dropped on purpose may be over, by what the code awaits then.
        var isDropped = site.Parent is IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation };
        // What a method has started it may keep, and another one may wait for it.
        var isDeep = isDropped && Spawn.Of(site, types) is null && start.Work.Kind is not null;
        IOperation? end = null;
        if (!new Aftermath(graph, null).Meets(site,
            goal: operation => Disposes(operation, use.Local) && (end = operation) is not null,
            end: operation => !Disposes(operation, use.Local) && (handle.IsWaitedForBy(operation) || handle.IsPassedOnBy(operation) || Stays(operation, types) || isDropped && operation is IAwaitOperation || isDeep && StaysDeep(operation, site, types))))
            return;
        // A test that ends what it has begun, and then asks how that ended, means it so.
        if (!end!.IsImplicit && site.Method() is { } method && Hosts.IsRunAlone(method) && site.Root().Descendants().Any(operation => operation.Syntax.SpanStart > end.Syntax.Span.End && handle.IsWaitedForBy(operation)))
            return;
        var line = end.IsImplicit ? "" : $" at line {end.Syntax.Line()}";
        var isThread = start.Work.Kind == SpawnKind.Thread;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, start.Place, use.Syntax == start.Place.SourceTree?.GetRoot(action.CancellationToken).FindNode(start.Place.SourceSpan) ? [] : [use.Syntax.GetLocation()],
            use.Local.Name, isThread ? "a thread" : start.Work.Kind == SpawnKind.Pool ? "pool work" : "a task", line,
            isThread ? "join it" : start.Work.Kind == SpawnKind.Pool ? "wait for it" : "await it"));
    }

    /// <summary>Whether the local can still be named at the operation.</summary>
    private static bool IsInScope(IOperation operation, ILocalSymbol local)
    {
        var scope = local.DeclaringSyntaxReferences[0].GetSyntax().Parent;
        while (scope is not (null or BlockSyntax or UsingStatementSyntax or SwitchSectionSyntax or MemberDeclarationSyntax or CompilationUnitSyntax))
            scope = scope.Parent;
        return scope is null or MemberDeclarationSyntax || scope.Span.Contains(operation.Syntax.Span);
    }

    private static bool Disposes(IOperation operation, ILocalSymbol local) =>
        operation is IInvocationOperation { Instance: { } disposed } call && Values.IsDisposal(call.TargetMethod) && disposed.Unconverted().Names(local);

    private static bool StaysDeep(IOperation operation, IOperation site, KnownTypes types) => operation.Syntax != site.Syntax && operation is IInvocationOperation { TargetMethod: { MethodKind: MethodKind.Ordinary, DeclaringSyntaxReferences.IsEmpty: false } method }
        && (site.SemanticModel is not { } model || Work.BodyOf(method, model) is not { } body || Reach.Operations(body).Any(inner => Stays(inner, types)));

    /// <summary>Whether the code stays here until something else happens, which may well be the end of the work.</summary>
    private static bool Stays(IOperation operation, KnownTypes types) => operation is IInvocationOperation call
        && (Values.WaitsForUser(call.TargetMethod) || Effects.Of(call.TargetMethod, call.Instance?.Type, types).Kind is EffectKind.Await or EffectKind.Pause or EffectKind.Join);
}
