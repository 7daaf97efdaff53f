using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Ownership;

/// <summary>Whether a timer fires again and again: one that fires once, or is never set going, holds nothing afterwards.</summary>
internal static class TimerLife
{
    /// <summary>Whether the timer goes on until it is stopped.</summary>
    /// <param name="made">The creation of the timer.</param>
    /// <param name="custody">Who has it.</param>
    /// <param name="types">The framework types.</param>
    public static bool GoesOn(IOperation made, Custody custody, KnownTypes types)
    {
        var changes = custody.Calls.Concat<IOperation>(custody.Properties).Where(PoolMembers.StartsTimer).ToList();
        return types[made.Type] is KnownType.Timer or KnownType.ITimer
            ? Period(made) is { } period && !PoolMembers.IsNoPeriod(period) || changes.Any(change => change is IInvocationOperation { Arguments: [_, var again, ..] } && !PoolMembers.IsNoPeriod(again.Value) || IsInCallback(change, made))
            : (changes.Count > 0 || Initial(made).Any(write => write.Target is IPropertyReferenceOperation property && PoolMembers.StartsTimer(property)))
                && !Initial(made).Select(write => write.Target).Concat(custody.Properties).Any(Timers.FiresOnce);
    }

    private static IOperation? Period(IOperation made) => Arguments(made).FirstOrDefault(argument => argument.Parameter?.Ordinal == 3)?.Value;

    private static ImmutableArray<IArgumentOperation> Arguments(IOperation made) => made switch
    {
        IObjectCreationOperation creation => creation.Arguments,
        IInvocationOperation call => call.Arguments,
        _ => ImmutableArray<IArgumentOperation>.Empty,
    };

    private static IEnumerable<ISimpleAssignmentOperation> Initial(IOperation made) =>
        (made as IObjectCreationOperation)?.Initializer?.Initializers.OfType<ISimpleAssignmentOperation>() ?? [];

    /// <summary>Whether the callback itself sets the timer going again.</summary>
    private static bool IsInCallback(IOperation change, IOperation made) => Arguments(made).FirstOrDefault() is { } callback && Work.Of(callback.Value) is { } work
        && (work.Body?.Syntax ?? work.Method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax()) is { } body && body.SyntaxTree == change.Syntax.SyntaxTree && body.Span.Contains(change.Syntax.Span);
}
