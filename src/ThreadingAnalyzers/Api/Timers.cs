using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace ThreadingAnalyzers.Api;

/// <summary>The timers of the thread pool that do not keep themselves alive: <c>System.Threading.Timer</c> and what a time provider makes.</summary>
internal static class Timers
{
    /// <summary>
    /// The callback of a timer that the operation makes; null where it makes none, where the timer is not due, and for the constructor
    /// without a state: there the timer is its own state, and so refers to itself as long as it is due.
    /// </summary>
    public static IOperation? Callback(IOperation made, KnownTypes types)
    {
        var arguments = Arguments(made, types);
        return arguments.Length > 1 && !arguments.Any(argument => argument.Parameter?.Name == "dueTime" && PoolMembers.IsNever(argument.Value) && !IsArmedNext(made, types))
            ? arguments.FirstOrDefault(argument => argument.Parameter?.Type.TypeKind == TypeKind.Delegate)?.Value
            : null;
    }

    /// <summary>Whether the operation makes such a timer. Another time provider than that of the framework may be one of tests, whose timers nobody waits for.</summary>
    public static bool IsMadeBy(IOperation operation, KnownTypes types) => !Arguments(operation, types).IsEmpty;

    /// <summary>Whether the operation makes such a timer that calls at once, beside the code that made it.</summary>
    public static bool IsDueAtOnce(IOperation made, KnownTypes types) => Arguments(made, types).Any(argument => argument.Parameter?.Name == "dueTime"
        && (argument.Value.ConstantValue is { HasValue: true, Value: 0 or 0L or 0u } || argument.Value.Unconverted() is IFieldReferenceOperation { Field: { Name: "Zero" } }));

    private static ImmutableArray<IArgumentOperation> Arguments(IOperation made, KnownTypes types) => made switch
    {
        IObjectCreationOperation creation when types[creation.Type] == KnownType.Timer => creation.Arguments,
        IInvocationOperation { TargetMethod: { Name: "CreateTimer" } method } call when types[method.ContainingType] == KnownType.TimeProvider && types[call.Instance?.Type] == KnownType.TimeProvider => call.Arguments,
        _ => ImmutableArray<IArgumentOperation>.Empty,
    };

    /// <summary>Whether the method says when the timer that it is called on is due.</summary>
    public static bool Arms(IMethodSymbol method, KnownTypes types) => method.Name == "Change" && types[method.ContainingType] is KnownType.Timer or KnownType.ITimer;

    /// <summary>The words that make the timer, without its arguments.</summary>
    public static Location PlaceOf(IOperation made) => made.Syntax switch
    {
        ObjectCreationExpressionSyntax creation => Location.Create(creation.SyntaxTree, TextSpan.FromBounds(creation.SpanStart, creation.Type.Span.End)),
        BaseObjectCreationExpressionSyntax creation => creation.NewKeyword.GetLocation(),
        InvocationExpressionSyntax call => call.Expression.GetLocation(),
        var other => other.GetLocation(),
    };

    /// <summary>Whether the property is set here so that the timer fires once.</summary>
    public static bool FiresOnce(IOperation property) => property is IPropertyReferenceOperation { Property: var set, Parent: ISimpleAssignmentOperation { Value.ConstantValue: { HasValue: true, Value: false } } } && Waiting.IsAutoReset(set);

    private static bool IsArmedNext(IOperation made, KnownTypes types)
    {
        var value = made;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        return value.Parent is IInvocationOperation call && Arms(call.TargetMethod, types)
            || value.Parent is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } }
                && made.Syntax.Ancestors().OfType<BlockSyntax>().FirstOrDefault()?.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == local.Name) == true;
    }
}
