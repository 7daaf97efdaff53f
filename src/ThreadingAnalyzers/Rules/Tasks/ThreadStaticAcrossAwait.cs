using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Background;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>
/// State of one thread that code uses before and after an await. Source: the .NET reference, ThreadStaticAttribute, ThreadLocal and
/// AsyncLocal; Stephen Toub, "ExecutionContext vs SynchronizationContext".
/// </summary>
public sealed class ThreadStaticAcrossAwait() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR9008", since: "1.0", Category.Tasks, DiagnosticSeverity.Warning,
        title: "State of one thread should not be relied on across an await",
        message: "'{0}' is each thread's own, and the code may go on on another thread after the await at line {1}: {2}; use an AsyncLocal, or a local",
        why: "After an await the code goes on on whatever thread is free. What it has stored in thread-static state before stays with the first thread, where other work finds it, and what it reads afterwards is another thread's.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var names = ThreadStatics.In(context.Compilation, context.CancellationToken);
        context.RegisterOperationAction(action => Judge(action, names, types), OperationKind.FieldReference, OperationKind.PropertyReference, OperationKind.Invocation);
    }

    private static void Judge(OperationAnalysisContext action, WordSet names, KnownTypes types)
    {
        if (AcrossAwait.StateOf(action.Operation, names, types) is not { } state || AcrossAwait.Of(action.Operation, state, types, action.GetControlFlowGraph, action.CancellationToken) is not { } found)
            return;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, action.Operation.Syntax.GetLocation(), [found.Later.Syntax.GetLocation()], state.Name, found.Line, found.Harm switch
        {
            AcrossHarm.Reads => $"what is stored here is not what line {found.Later.Syntax.Line()} reads",
            AcrossHarm.Restores => $"line {found.Later.Syntax.Line()} sets it on that thread, and on this one it stays",
            _ => $"this thread's object is still used at line {found.Later.Syntax.Line()} while other work gets it here",
        }));
    }
}
