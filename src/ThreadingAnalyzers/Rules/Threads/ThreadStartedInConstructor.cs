using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A constructor that starts a thread, a task or a timer that is due at once, whose work reads a field which the constructor assigns only afterwards.
/// Source: Goetz, Java Concurrency in Practice, 3.2.1 (safe construction); the .NET memory model gives no more.
/// </summary>
public sealed class ThreadStartedInConstructor() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1015", since: "1.0", Category.Threads, DiagnosticSeverity.Warning,
        title: "A constructor should start its thread last",
        message: "The thread that runs '{0}' starts here and reads '{1}', which the constructor assigns only in line {2}: it may see '{1}' as it was before; start it last, or in a method of its own",
        why: "The new thread runs at once, beside the rest of the constructor. What the constructor assigns after the start may still be null or zero when the thread reads it, and only on some runs.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        if (action.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor } constructor
            && EarlyStart.Of(action.Operation, constructor, types) is { } early)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, Timers.IsMadeBy(action.Operation, types) ? Timers.PlaceOf(action.Operation) : action.Operation.Syntax.GetLocation(), early.Work.Name, early.Memory.Name, early.Assignment.Syntax.Line()));
    }, OperationKind.Invocation, OperationKind.ObjectCreation);
}
