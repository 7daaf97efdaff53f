using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Signals;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>
/// Where threads that are joined are not joined after all: on the way through a return, or in a loop that joins fewer than
/// were started, or under a condition that has nothing to do with the start. Read off the text: conditions that agree
/// (<c>if (parallel)</c> around both) are no loss.
/// </summary>
internal static class JoinPaths
{
    /// <summary>The operation where the code that it is in runs: itself, or, in a lambda that a query runs at once, the query.</summary>
    public static IOperation Site(IOperation operation, KnownTypes types)
    {
        while (operation.Function() is IAnonymousFunctionOperation { Parent: IDelegateCreationOperation { Parent: IArgumentOperation { Parent: IInvocationOperation query } } } && Containers.GoesThrough(query.TargetMethod, types) && Materialised(query, types) is { } site)
            operation = site;
        return operation;
    }

    /// <summary>The call, of a chain of queries, that goes through the sequence; null where that comes later.</summary>
    private static IOperation? Materialised(IInvocationOperation query, KnownTypes types)
    {
        IOperation site = query;
        while (site is not IInvocationOperation { TargetMethod.ReturnType.TypeKind: not TypeKind.Interface })
        {
            switch (site.Parent)
            {
                case IConversionOperation or IParenthesizedOperation or ITranslatedQueryOperation: site = site.Parent; break;
                case IArgumentOperation { Parent: IInvocationOperation next } when Containers.GoesThrough(next.TargetMethod, types): site = next; break;
                case { Syntax: SpreadElementSyntax }: return site.Parent;
                default: return null;
            }
        }
        return site;
    }

    /// <summary>The return behind the start that leaves the method before any of the joins, or null.</summary>
    public static IReturnOperation? LeftBy(IOperation start, IReadOnlyList<IOperation> joins)
    {
        if (Block(start) is not { } block)
            return null;
        return start.Function().OwnOperations().OfType<IReturnOperation>().FirstOrDefault(left =>
            !left.IsImplicit && left.Kind != OperationKind.YieldReturn && left.Syntax.SpanStart > start.Syntax.Span.End && Above(left).Contains(block)
            && joins.Any(join => join.Syntax.SpanStart > left.Syntax.Span.End)
            && !joins.Any(join => join.Syntax.SpanStart > start.Syntax.Span.End && join.Syntax.SpanStart < left.Syntax.Span.End || IsInFinallyAround(join, left)));
    }

    /// <summary>The return or break that leaves the loop of the only join, behind which no other joins what is left; null where the loop may be done by then.</summary>
    public static IOperation? BrokenOffBy(IOperation start, IReadOnlyList<IInvocationOperation> joins, KnownTypes types)
    {
        if (joins is not [{ Arguments.IsEmpty: true, Instance: { } joined } join] || Above(join).OfType<ILoopOperation>().FirstOrDefault() is not { Body: IBlockOperation body } loop || join.Statement()?.Parent != body
            || loop.Syntax.SpanStart < start.Syntax.Span.End || !joined.DescendantsAndSelf().Any(part => part.Variable() is { } each && loop.Locals.Contains(each, SymbolEqualityComparer.Default)))
            return null;
        return loop.OwnOperations().FirstOrDefault(left => (left is IReturnOperation { IsImplicit: false, Kind: not OperationKind.YieldReturn } || left is IBranchOperation { BranchKind: BranchKind.Break } branch && SymbolEqualityComparer.Default.Equals(branch.Target, loop.ExitLabel))
            && left.Syntax.SpanStart > join.Syntax.Span.End && Above(left).TakeWhile(above => above != loop).OfType<IConditionalOperation>().ToList() is { Count: > 0 } choices
            && !choices.Any(choice => TellsLast(choice.Condition, loop) || EndsOthers(choice, types)));
    }

    /// <summary>Whether the branches end what still runs: they cancel, give a signal, or set a flag.</summary>
    private static bool EndsOthers(IConditionalOperation choice, KnownTypes types) => choice.OwnOperations().Any(operation => operation switch
    {
        IInvocationOperation call => StopMembers.IsCancel(call.TargetMethod) || Handles.Signals(call.TargetMethod, types),
        IFieldReferenceOperation or IPropertyReferenceOperation or ILocalReferenceOperation => operation.IsWritten() && operation.Type?.SpecialType == SpecialType.System_Boolean,
        _ => false,
    });

    /// <summary>Whether the condition may ask if this was the last one: it names what the loop counts or writes.</summary>
    private static bool TellsLast(IOperation condition, ILoopOperation loop) => condition.DescendantsAndSelf().Any(part =>
        (part.Variable() ?? (part as IMemberReferenceOperation)?.Member) is { } asked && (loop.Locals.Contains(asked, SymbolEqualityComparer.Default)
            || loop.OwnOperations().Any(written => written.IsWritten() && SymbolEqualityComparer.Default.Equals(written.Variable() ?? (written as IMemberReferenceOperation)?.Member, asked))));

    /// <summary>Where a join goes through a query anew that makes the threads, and so joins others than the start, which went through it before, has started; null elsewhere.</summary>
    public static IOperation? Remade(IOperation creation, IOperation start, ThreadLife life, KnownTypes types)
    {
        if (creation.Function() is not IAnonymousFunctionOperation { Parent: IDelegateCreationOperation { Parent: IArgumentOperation { Parent: IInvocationOperation query } } }
            || !Containers.GoesThrough(query.TargetMethod, types) || Materialised(query, types) is not null
            || life.Holders.OfType<ILocalSymbol>().FirstOrDefault(local => local.DeclaringSyntaxReferences is [{ } declared] && declared.GetSyntax().Span.Contains(query.Syntax.Span)) is not { } sequence
            || creation.Root().Descendants().Any(use => use.Names(sequence) && use.IsWritten()) || Passage(start, sequence) is not { } started)
            return null;
        var joined = life.Joins.Select(join => Passage(join, sequence)).ToList();
        return joined.All(passage => passage is not null && passage != started) ? joined[0] : null;
    }

    /// <summary>The loop, or the call, that goes through the sequence for the operation.</summary>
    private static IOperation? Passage(IOperation operation, ILocalSymbol sequence) => Above(operation).FirstOrDefault(above => above switch
    {
        IForEachLoopOperation loop => loop.Collection.DescendantsAndSelf().Any(part => part.Names(sequence)),
        IInvocationOperation { Instance: var instance, Arguments: var arguments } => (instance ?? arguments.FirstOrDefault()?.Value)?.DescendantsAndSelf().Any(part => part.Names(sequence)) == true,
        _ => false,
    });

    /// <summary>The header of the loop that joins certainly fewer threads than the loop around the start has started, or null.</summary>
    public static string? LeftOutBy(IOperation start, IReadOnlyList<IOperation> joins)
    {
        if (Header(start) is not { } all || joins is not [var join] || Header(join) is not { } some || all.Loop == some.Loop)
            return null;
        return all.Step == some.Step && (some.First > all.First && all.Bound == some.Bound || some.First == all.First && IsLess(some, all)) ? some.Condition : null;
    }

    /// <summary>Whether a loop starts many threads, and what is joined behind it is the last that the variable was given, or one of the collection.</summary>
    /// <param name="origin">Where the creation runs, see <see cref="Site"/>.</param>
    /// <param name="creation">The creation.</param>
    /// <param name="start">Where its start runs.</param>
    /// <param name="joins">The joins.</param>
    public static bool JoinOne(IOperation origin, IOperation creation, IOperation start, IReadOnlyList<IInvocationOperation> joins) =>
        joins is [{ Instance: { } joined } join] && (origin == creation ? Loop(creation) : origin.Syntax) is { } loop && Loop(join) is null && start.Function().Syntax == join.Function().Syntax && join.Syntax.SpanStart > loop.Span.End && IsOne(joined.Unconverted());

    /// <summary>The condition under which alone the threads are joined, though they are started without it; null where it may have to do with the start.</summary>
    /// <param name="creation">Where the creation runs, see <see cref="Site"/>.</param>
    /// <param name="start">Where the start runs.</param>
    /// <param name="joins">Where the joins run.</param>
    /// <param name="life">What becomes of the threads.</param>
    /// <param name="types">The framework types.</param>
    public static IOperation? LeftUnless(IOperation creation, IOperation start, IReadOnlyList<IOperation> joins, ThreadLife life, KnownTypes types)
    {
        var choices = joins.Select(join => Above(join).OfType<IConditionalOperation>().LastOrDefault(choice => choice.Type is null or { SpecialType: SpecialType.System_Void } && choice.Syntax.SpanStart > start.Syntax.Span.End)).Distinct().ToList();
        if (choices is not [{ } only] || only.Condition.ConstantValue.HasValue || Decisions(creation).Concat(Decisions(start)).Any(above => above is not ILoopOperation && !above.Syntax.Span.Contains(only.Syntax.Span)))
            return null;
        var (joined, other) = joins.All(join => only.WhenTrue.Syntax.Span.Contains(join.Syntax.Span)) ? (only.WhenTrue, only.WhenFalse) : (null, null);
        if (joined is null || other?.DescendantsAndSelf().Any(operation => operation is IThrowOperation || Waits.Is(operation, types)) == true)
            return null;
        var asked = Sources(only.Condition);
        // What is set on the way may tell that there is something to join.
        if (asked.OfType<IMethodSymbol>().Any() || creation.Function().DescendantsAndSelf().Any(operation => operation.IsWritten() && (operation.Variable() ?? (operation as IMemberReferenceOperation)?.Member) is { } symbol && asked.Contains(symbol)))
            return null;
        var deciding = Decisions(creation).Concat(Decisions(start)).Append(creation).Append(start).SelectMany(above => above switch
        {
            IForEachLoopOperation each => Sources(each.Collection),
            ILoopOperation => above.ChildOperations.Where(part => part is not IBlockOperation).SelectMany(Sources),
            // Of a query, what it goes through.
            IInvocationOperation call => call.Arguments.Where(argument => argument.Parameter?.Type.TypeKind != TypeKind.Delegate).Select(argument => argument.Value).Concat(call.Instance is { } instance ? [instance] : []).SelectMany(Sources),
            IObjectCreationOperation => [],
            _ => Sources(above),
        });
        return asked.Count == 0 || asked.Overlaps(deciding) || asked.Overlaps(life.Holders) || asked.Any(symbol => ThreadMembers.Carries(Values.TypeOf(symbol), types) || ThreadMembers.IsCurrent(symbol, types)) ? null : only.Condition;
    }

    /// <summary>The variables and members that a value comes from, through locals that are given it once.</summary>
    private static HashSet<ISymbol> Sources(IOperation value)
    {
        var sources = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var pending = new Stack<IOperation>(value.DescendantsAndSelf());
        while (pending.Count > 0)
        {
            var part = pending.Pop();
            var symbol = part.Variable() ?? (part as IMemberReferenceOperation)?.Member ?? (part as IInvocationOperation)?.TargetMethod;
            if (symbol is not null && sources.Add(symbol) && part is ILocalReferenceOperation local && local.OnlyValue() is { } only)
                foreach (var inner in only.DescendantsAndSelf())
                    pending.Push(inner);
        }
        return sources;
    }

    /// <summary>The loops and choices around an operation, which decide if and how often it is run.</summary>
    private static IEnumerable<IOperation> Decisions(IOperation operation) =>
        Above(operation).TakeWhile(above => above is not (IAnonymousFunctionOperation or ILocalFunctionOperation)).Where(above => above is ILoopOperation or IConditionalOperation or ISwitchOperation or ISwitchExpressionOperation or ICoalesceOperation or IConditionalAccessOperation);

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
