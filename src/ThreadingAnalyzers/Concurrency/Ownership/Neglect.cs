using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Ownership;

/// <summary>How the method that makes an object leaves without ending it, though nobody else has it.</summary>
/// <param name="Exit">The return behind which it is not ended; null where it never is, or only under a condition.</param>
/// <param name="Condition">The condition under which alone it is ended.</param>
internal sealed record Neglect(IReturnOperation? Exit, IOperation? Condition)
{
    /// <summary>The neglect of an object that only locals hold; null where it is ended, as far as can be seen.</summary>
    /// <param name="made">The expression that makes it.</param>
    /// <param name="custody">Who has it.</param>
    /// <param name="graph">The graph of the function that makes it.</param>
    public static Neglect? Of(IOperation made, Custody custody, ControlFlowGraph? graph)
    {
        if (custody.Leaves || custody.Field is not null || graph is null)
            return null;
        var after = new Aftermath(graph, null);
        // What runs for ever needs its objects for ever.
        if (!after.Leaves(made, static _ => false))
            return null;
        if (custody.Ends.Count == 0)
            return new Neglect(null, null);
        var function = made.Function();
        if (custody.Ends.Any(end => end.Function().Syntax != function.Syntax || end.Syntax.SpanStart < made.Syntax.SpanStart))
            return null;
        var ends = custody.Ends.SelectMany(end => Stands(end, made, custody)).ToList();
        if (!after.Leaves(made, operation => ends.Any(end => end.Contains(operation.Syntax.Span)) || AsksFor(operation, custody)))
            return null;
        var exit = function.OwnOperations().OfType<IReturnOperation>().FirstOrDefault(left => !left.IsImplicit && left.Syntax.SpanStart > made.Syntax.Span.End
            && !ends.Any(end => end.End <= left.Syntax.SpanStart) && !IsInAnotherArm(left, made));
        var condition = custody.Ends.SelectMany(Above).OfType<IConditionalOperation>().FirstOrDefault();
        return exit is null && condition is null ? null : new Neglect(exit, exit is null ? condition!.Condition : null);
    }

    /// <summary>The words <c>new WorkerPool</c>, or <c>new</c> where the type is not written; of a call its name.</summary>
    public static Location PlaceOf(IOperation made) => made.Syntax switch
    {
        ObjectCreationExpressionSyntax creation => Location.Create(creation.SyntaxTree, TextSpan.FromBounds(creation.SpanStart, creation.Type.Span.End)),
        BaseObjectCreationExpressionSyntax creation => creation.NewKeyword.GetLocation(),
        InvocationExpressionSyntax call => call.Expression.GetLocation(),
        var other => other.GetLocation(),
    };

    /// <summary>The texts that stand for an end where a path comes by: itself, the loop it is in, and the condition that also decided on the creation.</summary>
    private static IEnumerable<TextSpan> Stands(IOperation end, IOperation made, Custody custody)
    {
        yield return end is IUsingOperation @using ? @using.Resources.Syntax.Span : end.Syntax.Span;
        foreach (var above in Above(end))
        {
            if (above.Syntax.Span.Contains(made.Syntax.Span))
                continue;
            if (above is ILoopOperation loop && Head(loop) is { } head)
                yield return head.Syntax.Span;
            else if (above is IConditionalOperation choice && (Above(made).OfType<IConditionalOperation>().Any(other => other.Condition.Syntax.ToString() == choice.Condition.Syntax.ToString()) || Mentions(choice.Condition, custody)))
                yield return choice.Condition.Syntax.Span;
            else if (above is ISwitchOperation @switch)
                yield return @switch.Value.Syntax.Span;
        }
    }

    private static IOperation? Head(ILoopOperation loop) => loop switch
    {
        IForEachLoopOperation each => each.Collection,
        IWhileLoopOperation { Condition: { } condition } => condition,
        IForLoopOperation { Condition: { } condition } => condition,
        _ => null,
    };

    /// <summary>Whether the operation asks if the object is there; where it is not, nothing needs an end.</summary>
    private static bool AsksFor(IOperation operation, Custody custody) => operation switch
    {
        IIsNullOperation or IIsPatternOperation => Mentions(operation, custody),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } => Mentions(operation, custody),
        _ => false,
    };

    private static bool Mentions(IOperation operation, Custody custody) =>
        operation.DescendantsAndSelf().Any(part => custody.Holders.Any(part.Names) || part is IFlowCaptureReferenceOperation && custody.Holders.Any(holder => holder.Name == part.Syntax.ToString()));

    private static bool IsInAnotherArm(IOperation left, IOperation made) => Above(left).OfType<IConditionalOperation>().Any(choice =>
        choice.WhenTrue.Syntax.Span.Contains(left.Syntax.Span) && choice.WhenFalse?.Syntax.Span.Contains(made.Syntax.Span) == true
        || choice.WhenFalse?.Syntax.Span.Contains(left.Syntax.Span) == true && choice.WhenTrue.Syntax.Span.Contains(made.Syntax.Span));

    private static IEnumerable<IOperation> Above(IOperation operation)
    {
        for (var current = operation.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
            yield return current;
    }
}
