using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Collections;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Collections;

/// <summary>
/// An endless loop around <c>BlockingCollection.Take</c> that does not know the collection's end. Source: the .NET reference,
/// BlockingCollection.Take, InvalidOperationException; GetConsumingEnumerable.
/// </summary>
public sealed class TakeInLoop() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR8005", since: "1.0", Category.Collections, DiagnosticSeverity.Info,
        title: "A consumer should end when its collection is completed",
        message: "'{0}.Take' throws InvalidOperationException when the collection is completed and empty, and this endless loop does not expect that: the consumer ends by an exception; enumerate GetConsumingEnumerable",
        why: "A completed BlockingCollection has no next element, so Take throws. In a loop that does not expect it the exception ends the thread, and with it often the process, each time when the work is done.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var call = (IInvocationOperation)action.Operation;
        if (types[call.TargetMethod.ContainingType] != KnownType.BlockingCollection || CollectionCall.Of(call, types) is not { Use: CollectionUse.Takes, Collection: var collection } || call.Arguments.Length > 0
            || !IsTakenForEver(call) && !IsReturnedForEver(call, action.Compilation, action.CancellationToken)
            || IsNeverCompleted(collection, action.Compilation, action.CancellationToken))
            return;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), collection.Syntax));
    }, OperationKind.Invocation);

    /// <summary>Whether an endless loop goes round the call and nothing in it, or around it, knows of an end.</summary>
    private static bool IsTakenForEver(IOperation call) => EndlessLoop(call) is { } loop && !IsExpected(call, loop)
        && !call.Function().Descendants().Any(operation => operation is IPropertyReferenceOperation asked && ConcurrentCollections.TellsCompletion(asked.Property));

    /// <summary>Whether the call is all that a private method returns, and its callers take so for ever.</summary>
    private static bool IsReturnedForEver(IInvocationOperation call, Compilation compilation, CancellationToken cancellation) => call.Parent is IReturnOperation { Parent: IBlockOperation { Operations: [_], Parent: IMethodBodyOperation } }
        && call.Method() is { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Private } method
        && MemberUses.Of(method, compilation, cancellation) is { Count: > 0 } uses && uses.All(use => use is IInvocationOperation && IsTakenForEver(use));

    private static ILoopOperation? EndlessLoop(IOperation operation)
    {
        for (var current = operation.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
            if (current is IWhileLoopOperation { Condition.ConstantValue: { HasValue: true, Value: true } } or IForLoopOperation { Condition: null or { ConstantValue: { HasValue: true, Value: true } } })
                return (ILoopOperation)current;
        return null;
    }

    /// <summary>Whether a handler around the call, in the loop or around it, takes what the call throws.</summary>
    private static bool IsExpected(IOperation call, IOperation loop)
    {
        for (IOperation inner = call, current = call.Parent!; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); inner = current, current = current.Parent!)
            if (current is ITryOperation { Catches.Length: > 0 } @try && @try.Body == inner)
                return true;
        return false;
    }

    private static bool IsNeverCompleted(IOperation collection, Compilation compilation, CancellationToken cancellation)
    {
        IEnumerable<IOperation>? uses = collection switch
        {
            IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } member => MemberUses.Of(member.Member, compilation, cancellation),
            ILocalReferenceOperation local => local.Uses(),
            _ => null,
        };
        // It may be completed, or handed on to somebody who does.
        return uses?.Any(use => use.Parent is IInvocationOperation call && ConcurrentCollections.Completes(call.TargetMethod) || use.Parent is IConditionalAccessOperation or IArgumentOperation or IReturnOperation) == false;
    }
}
