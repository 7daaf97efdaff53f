using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A thread that joins itself: the current thread, or the field that holds only it, from its own work.
/// Source: Thread.Join, learn.microsoft.com/dotnet/api/system.threading.thread.join.
/// </summary>
public sealed class SelfJoin() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1009", since: "1.0", Category.Threads, DiagnosticSeverity.Warning,
        title: "A thread should not wait for its own end",
        message: "'{0}' is run by the thread that it waits for{1}: a thread that waits for its own end waits for ever; {2}",
        why: "Join returns when the thread has ended, and a thread that waits in Join does not end.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (Mention.Of(KnownType.Thread, context.Compilation, context.CancellationToken))
            context.RegisterOperationAction(Judge, OperationKind.Invocation);

        void Judge(OperationAnalysisContext action)
        {
            // A timed join of the current thread is a known way to sleep and handle messages.
            if (action.Operation is not IInvocationOperation { Instance: { } instance, Arguments.IsEmpty: true } join || !ThreadMembers.Joins(join.TargetMethod, types))
                return;
            if (instance.Source() is IPropertyReferenceOperation current && ThreadMembers.IsCurrent(current.Property, types))
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, join.Syntax.GetLocation(), join.Syntax, "", "remove it, or sleep where the thread was to stay"));
            else if (OwnJoin.Of(join, types, action.CancellationToken) is { } own)
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, join.Syntax.GetLocation(), join.Syntax is { Parent: ConditionalAccessExpressionSyntax access } ? access : join.Syntax, $", since '{own.Work.Name}' comes here{(own.Through is null ? "" : $" through '{own.Through.Name}'")}", "join it from another thread only"));
        }
    }
}
