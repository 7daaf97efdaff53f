using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Background;
using ThreadingAnalyzers.Concurrency.Signals;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>
/// A task made by its constructor that somebody waits for and nobody starts. Source: the .NET reference, Task constructors, remarks;
/// "Task-based Asynchronous Pattern", task status.
/// </summary>
public sealed class ColdTask() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR9003", since: "1.0", Category.Tasks, DiagnosticSeverity.Warning,
        title: "A task that is waited for should be started",
        message: "This task is waited for at line {0} and never started, so the wait never ends: use Task.Run, or start it",
        why: "A task that is made by its constructor does nothing until Start is called. Who waits for one that nobody starts waits for ever, and an await of it never goes on.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var creation = (IObjectCreationOperation)action.Operation;
        if (!ColdTasks.IsTask(creation.Type, types) || Spawn.Of(creation, types) is null)
            return;
        var life = ColdLife.Of(creation, types, action.Compilation, action.CancellationToken);
        if (!life.MayStart && life.Waits.FirstOrDefault() is { } wait)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, Place(creation.Syntax), [wait.Syntax.GetLocation()], wait.Syntax.Line()));
    }, OperationKind.ObjectCreation);

    private static Location Place(SyntaxNode creation) => creation switch
    {
        ObjectCreationExpressionSyntax named => Location.Create(creation.SyntaxTree, TextSpan.FromBounds(creation.SpanStart, named.Type.Span.End)),
        BaseObjectCreationExpressionSyntax plain => plain.NewKeyword.GetLocation(),
        _ => creation.GetLocation(),
    };
}
