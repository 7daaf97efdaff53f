using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>
/// An async delegate without a result given to a loop that runs plain delegates: it is <c>async void</c> there. Source: Stephen Toub,
/// "Potential pitfalls to avoid when passing around async lambdas"; "Async return types" in the C# documentation.
/// </summary>
public sealed class AsyncLambdaInParallel() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR9001", since: "1.0", Category.Tasks, DiagnosticSeverity.Warning,
        title: "A loop over delegates should not be given async ones",
        message: "'{0}' is async, so '{1}' goes on at its first await: the loop ends before the work, and an exception in it ends the process; {2}",
        why: "Parallel loops, ForAll and ForEach take delegates that return nothing. An async one is 'async void' there: at its first await it returns, the loop counts it as done, nobody waits for the rest, and what it throws ends the process.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var call = (IInvocationOperation)action.Operation;
        foreach (var value in Delegates(call))
            if (Work.Of(value) is { Method: { IsAsync: true, ReturnsVoid: true } } work
                && Effects.Of(call.TargetMethod, call.Instance?.Type, types).Kind is EffectKind.StartAndJoin or EffectKind.CallNow)
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, Work.PlaceOf(value), work.Name, call.TargetMethod.Name, Remedy(call, types)));
    }, OperationKind.Invocation);

    private static string Remedy(IInvocationOperation call, KnownTypes types) => types[call.TargetMethod.ContainingType] is KnownType.Parallel or KnownType.ParallelEnumerable
        ? "use Parallel.ForEachAsync"
        : "use a loop that awaits, or await Task.WhenAll";

    /// <summary>The arguments that are delegates without a result; those of <c>params</c> one by one.</summary>
    private static IEnumerable<IOperation> Delegates(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (ReturnsNothing(argument.Parameter?.Type))
                yield return argument.Value;
            else if (argument is { Parameter.Type: IArrayTypeSymbol { ElementType: var element }, Value: IArrayCreationOperation { Initializer.ElementValues: var values } } && ReturnsNothing(element))
                foreach (var value in values)
                    yield return value;
        }
    }

    private static bool ReturnsNothing(ITypeSymbol? type) => type is INamedTypeSymbol { DelegateInvokeMethod.ReturnsVoid: true };
}
