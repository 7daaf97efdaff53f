using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency;

/// <summary>
/// Where threads that are joined are not joined after all: on the way through a return, or in a loop that joins fewer than
/// were started. Read off the text: conditions that agree (<c>if (parallel)</c> around both) are no loss.
/// </summary>
internal static class JoinPaths
{
    /// <summary>The return behind the start that leaves the method before any of the joins, or null.</summary>
    public static IReturnOperation? LeftBy(IInvocationOperation start, IReadOnlyList<IInvocationOperation> joins)
    {
        if (Block(start) is not { } block)
            return null;
        return start.Function().OwnOperations().OfType<IReturnOperation>().FirstOrDefault(left =>
            !left.IsImplicit && left.Kind != OperationKind.YieldReturn && left.Syntax.SpanStart > start.Syntax.Span.End && Above(left).Contains(block)
            && joins.Any(join => join.Syntax.SpanStart > left.Syntax.Span.End)
            && !joins.Any(join => join.Syntax.SpanStart > start.Syntax.Span.End && join.Syntax.SpanStart < left.Syntax.Span.End || IsInFinallyAround(join, left)));
    }

    /// <summary>The header of the loop that joins certainly fewer threads than the loop around the start has started, or null.</summary>
    public static string? LeftOutBy(IInvocationOperation start, IReadOnlyList<IInvocationOperation> joins)
    {
        if (Header(start) is not { } all || joins is not [var join] || Header(join) is not { } some || all.Loop == some.Loop)
            return null;
        return all.Step == some.Step && (some.First > all.First && all.Bound == some.Bound || some.First == all.First && IsLess(some, all)) ? some.Condition : null;
    }

    /// <summary>Whether a loop starts many threads, and what is joined behind it is the last that the variable was given, or one of the collection.</summary>
    public static bool JoinOne(IOperation creation, IInvocationOperation start, IReadOnlyList<IInvocationOperation> joins) =>
        joins is [{ Instance: { } joined } join] && Loop(creation) is { } loop && Loop(join) is null && start.Function().Syntax == join.Function().Syntax && join.Syntax.SpanStart > loop.Span.End && IsOne(joined.Unconverted());

    private static bool IsOne(IOperation joined) => joined switch
    {
        ILocalReferenceOperation { Local.Type: var type } => type is not IArrayTypeSymbol,
        IArrayElementReferenceOperation or IPropertyReferenceOperation { Property.IsIndexer: true } => true,
        IInvocationOperation { Arguments.Length: <= 1 } call => Containers.IsOne(call.TargetMethod),
        _ => false,
    };

    private static SyntaxNode? Loop(IOperation inside) => inside.Syntax.Ancestors().TakeWhile(node => node is not (AnonymousFunctionExpressionSyntax or MemberDeclarationSyntax or LocalFunctionStatementSyntax))
        .FirstOrDefault(node => node is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax);

    private static bool IsLess(LoopHeader some, LoopHeader all) =>
        some.Bound == all.Bound && (some.Offset < all.Offset || some.Offset == all.Offset && !some.IsInclusive && all.IsInclusive);

    /// <summary>The head of <c>for (var i = First; i &lt; Bound + Offset; Step)</c>.</summary>
    private sealed record LoopHeader(SyntaxNode Loop, int First, string Bound, int Offset, bool IsInclusive, SyntaxKind Step, string Condition);

    private static LoopHeader? Header(IOperation inside)
    {
        var loop = Loop(inside);
        if (loop is not ForStatementSyntax { Declaration.Variables: [{ Initializer.Value: LiteralExpressionSyntax { Token.Value: int first } } variable], Incrementors: [var step] } head
            || head.Condition is not BinaryExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: var name } } condition || name != variable.Identifier.ValueText
            || !condition.IsKind(SyntaxKind.LessThanExpression) && !condition.IsKind(SyntaxKind.LessThanOrEqualExpression))
            return null;
        var (bound, offset) = condition.Right switch
        {
            BinaryExpressionSyntax { Right: LiteralExpressionSyntax { Token.Value: int less }, Left: var whole } minus when minus.IsKind(SyntaxKind.SubtractExpression) => (whole.ToString(), -less),
            LiteralExpressionSyntax { Token.Value: int count } => ("", count),
            var whole => (whole.ToString(), 0),
        };
        return new LoopHeader(head, first, bound, offset, condition.IsKind(SyntaxKind.LessThanOrEqualExpression), step.Kind() is SyntaxKind.PreIncrementExpression ? SyntaxKind.PostIncrementExpression : step.Kind(), condition.ToString());
    }

    /// <summary>The block that the operation is sure to be run in, be it in a loop there; null where a condition decides.</summary>
    private static IBlockOperation? Block(IOperation operation) => Above(operation)
        .FirstOrDefault(above => above is IBlockOperation { Parent: not ILoopOperation } or IConditionalOperation or ISwitchCaseOperation or IAnonymousFunctionOperation) as IBlockOperation;

    private static IEnumerable<IOperation> Above(IOperation operation)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
            yield return current;
    }

    private static bool IsInFinallyAround(IOperation join, IOperation left) =>
        Above(left).OfType<ITryOperation>().Any(@try => @try.Finally is { } last && Above(join).Contains(last));
}
