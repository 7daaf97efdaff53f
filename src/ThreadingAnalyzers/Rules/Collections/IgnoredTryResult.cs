using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Concurrency.Collections;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Collections;

/// <summary>
/// A <c>Try…</c> call of a concurrent collection or a channel whose failure nobody notices and that loses data. Source: the .NET
/// reference, ConcurrentDictionary.TryAdd, TryUpdate; ChannelWriter.TryWrite.
/// </summary>
public sealed class IgnoredTryResult() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR8007", since: "1.0", Category.Collections, DiagnosticSeverity.Info,
        title: "The result of a Try call should be tested where a failure loses data",
        message: "Nobody looks at what '{0}' returns: where it fails, {1}; test the result, or discard it to say that it does not matter",
        why: "A Try call does nothing where it cannot succeed, and says so by its result. Where nobody looks, the element or change is gone without a trace, or the code goes on with a value that it never got.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var call = (IInvocationOperation)action.Operation;
        if (call.Parent is IExpressionStatementOperation && call.Type?.SpecialType == SpecialType.System_Boolean && (Loss(call, types) ?? Unwritten(call, action, types)) is { } loss
            && !Exclusion.IsAlone(call, types, action.Compilation, action.CancellationToken))
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), call.TargetMethod.Name, loss));
    }, OperationKind.Invocation);

    private static string? Loss(IInvocationOperation call, KnownTypes types)
    {
        if (CollectionCall.Of(call, types) is not { IsShared: true, IsOwnKey: false } use)
            return null;
        return use.Use switch
        {
            CollectionUse.TriesToUpdate => "the change is lost",
            CollectionUse.TriesToPut when IsBounded(use.Collection.Source()) => "the element is lost",
            CollectionUse.TriesToAdd when !IsTested(use, types) && Stored.Of(use.Value!, use, []) == StoredKind.Given => "the value is lost, and the key keeps another one",
            CollectionUse.Removes or CollectionUse.TriesToTake when !IsTested(use, types) && use.Out is { } local && IsUsedBehind(call, local) => $"'{local.Name}' is none",
            _ => null,
        };
    }

    /// <summary>What is lost by a write to a channel that may be full.</summary>
    private static string? Unwritten(IInvocationOperation call, OperationAnalysisContext action, KnownTypes types) =>
        types[call.TargetMethod.ContainingType] == KnownType.ChannelWriter && Channels.TriesToWrite(call.TargetMethod) && call.Instance?.Source() is { } writer
        && (writer is IParameterReferenceOperation parameter ? Parameters.Given(parameter, action.Compilation, action.CancellationToken) is { } given && given.All(one => IsWaiting(one.Source())) : IsWaiting(writer))
            ? "the element is lost, since the channel is full" : null;

    private static bool IsWaiting(IOperation writer) => writer is IPropertyReferenceOperation { Instance: { } channel } && channel.Source() is IInvocationOperation creation && Channels.IsWaiting(creation, value => value.Source());

    private static bool IsBounded(IOperation source) => source is IObjectCreationOperation creation && creation.Arguments.Any(argument => argument.Parameter?.Type.SpecialType == SpecialType.System_Int32);

    private static bool IsUsedBehind(IInvocationOperation call, ILocalSymbol local)
    {
        var uses = call.Function().OwnOperations().Where(operation => operation.Names(local) && operation.Syntax.SpanStart > call.Syntax.Span.End).ToList();
        return uses.Count > 0 && uses.All(use => !use.IsWritten()) && !uses.Any(IsTestedForNull);
    }

    private static bool IsTestedForNull(IOperation use)
    {
        var value = use.Parent is IConversionOperation conversion ? conversion : use;
        return value.Parent is IBinaryOperation or IIsPatternOperation or IConditionalAccessOperation or ICoalesceOperation;
    }

    /// <summary>Whether a test of the collection stands around the call.</summary>
    private static bool IsTested(CollectionCall call, KnownTypes types)
    {
        for (var current = call.Operation.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
        {
            var condition = current switch
            {
                IConditionalOperation conditional => conditional.Condition,
                IWhileLoopOperation loop => loop.Condition,
                _ => null,
            };
            if (condition?.DescendantsAndSelf().Any(part => CollectionCall.Of(part, types) is { } test && test.IsOf(call)) == true)
                return true;
        }
        return false;
    }
}
