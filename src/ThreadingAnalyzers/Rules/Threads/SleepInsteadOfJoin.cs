using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A sleep between the start of a thread and a read of what the thread writes, where a join belongs.
/// Source: "Pausing and interrupting threads", learn.microsoft.com/dotnet/standard/threading.
/// </summary>
public sealed class SleepInsteadOfJoin() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1012", since: "1.0", Category.Threads, DiagnosticSeverity.Warning,
        title: "Code should wait for a thread by joining it, not by sleeping",
        message: "'{0}' is read after a sleep that only hopes that '{1}' is done by then: on a busy machine it is not; wait for it to end instead",
        why: "A sleep is long enough on the machine on which it was tried. On a slower or busier one the result is read before it is there; on a faster one time is lost.");

    /// <summary>The property of a finding that names the local, a thread or threads, to be joined in the sleep's place.</summary>
    internal const string HolderProperty = "holder";

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (Mention.Of(KnownType.Thread, context.Compilation, context.CancellationToken))
            context.RegisterOperationAction(Judge, OperationKind.Invocation);

        void Judge(OperationAnalysisContext action)
        {
            if (SleptFor.IsSleep((IInvocationOperation)action.Operation, types)
                && SleptFor.In(action.Operation.Function(), types).FirstOrDefault(found => found.Sleep.Syntax == action.Operation.Syntax) is { } slept)
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, slept.Sleep.Syntax.GetLocation(),
                    slept.Holder is null ? ImmutableDictionary<string, string?>.Empty : ImmutableDictionary<string, string?>.Empty.Add(HolderProperty, slept.Holder.Name), slept.Read.Name, slept.Work.Name));
        }
    }
}
