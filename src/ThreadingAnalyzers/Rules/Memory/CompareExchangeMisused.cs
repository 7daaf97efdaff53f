using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>
/// <c>Interlocked.CompareExchange(ref variable, value, expected)</c> with the wrong thing in one of its places. Source: the .NET
/// reference, Interlocked.CompareExchange.
/// </summary>
public sealed class CompareExchangeMisused() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR7004", since: "1.0", Category.Memory, DiagnosticSeverity.Warning,
        title: "CompareExchange should compare with the value that the new one was computed from",
        message: "'{0}' {1}",
        why: "CompareExchange writes the new value only if the variable still holds the expected one, and returns what it held. Compared with anything else than the value that the new one was computed from, it overwrites what other threads did, or never succeeds.");

    /// <summary>The property of a finding that says which of the mistakes it is.</summary>
    internal const string MistakeProperty = "mistake";

    internal const string Reread = "reread", Swapped = "swapped", ComparedWithNew = "new", ComparedWithOther = "other", Dropped = "dropped";

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var call = (IInvocationOperation)action.Operation;
        if (Atomics.CompareExchange(call, types) is not var (variable, value, expected) || Mistake(call, variable, value, expected, action, types) is not { } mistake)
            return;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), ImmutableDictionary<string, string?>.Empty.Add(MistakeProperty, mistake), variable.Syntax, mistake switch
        {
            Reread when !value.DescendantsAndSelf().Any(part => part is ILocalReferenceOperation || part.IsSameAs(variable)) =>
                "is compared with what it holds by now, which is no condition and fails now and then: use Interlocked.Exchange, or compare with the value that was read before",
            Reread => "is compared with what it holds by now, so the exchange undoes what another thread wrote since the new value was computed: compare with the value that was read before",
            Swapped => "is given the expected value and compared with the new one: swap the last two arguments",
            ComparedWithNew => "is exchanged, and what it held before is compared with the new value, which tells nothing: compare it with the expected value",
            ComparedWithOther => "is exchanged if it holds the expected value, but what it held is compared with another read of it, which is the same where nothing was exchanged: compare it with the expected value",
            _ => "stays as it is when another thread was faster, and nobody looks at what CompareExchange returns, so this update is lost then: try again until it succeeds",
        }));
    }, OperationKind.Invocation);

    private static string? Mistake(IInvocationOperation call, IOperation variable, IOperation value, IOperation expected, OperationAnalysisContext action, KnownTypes types)
    {
        // Compared with itself and given itself, it is only read.
        if (Reads(expected, variable, types))
            return Reads(value, variable, types) ? null : Reread;
        if (ReadBefore(value, variable, types) is { } old && ReadBefore(expected, variable, types) is null && DependsOn(expected, old)
            || value.ConstantValue is { HasValue: true, Value: null } && expected.Unconverted() is IObjectCreationOperation)
            return Swapped;
        var compared = Compared(call);
        if (compared is not null && ReadBefore(value, variable, types) is { } kept && compared.Unconverted().Names(kept) && !expected.Unconverted().Names(kept) && ReadBefore(expected, variable, types) is null)
            return Swapped;
        if (value.ConstantValue.HasValue && IsNeverExpected(call, variable, value, expected, action, types))
            return Swapped;
        if (ReadBefore(expected, variable, types) is not { } read)
            return compared is not null && IsOtherRead(compared, expected, variable, types) ? ComparedWithOther : null;
        if (compared is not null)
            return !value.ConstantValue.HasValue && compared.Unconverted() is ILocalReferenceOperation && compared.IsSameAs(value) && !compared.IsSameAs(expected) && DependsOn(value, read) ? ComparedWithNew : null;
        return call.Parent is IExpressionStatementOperation && DependsOn(value, read) && (IsNumber(call.Type) || IsTriedInLoop(call, variable)) ? Dropped : null;
    }

    /// <summary>What the result of the call is compared with; null where it is not compared.</summary>
    private static IOperation? Compared(IInvocationOperation call) => (call.Parent is IConversionOperation { IsImplicit: true } converted ? converted.Parent : call.Parent) switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison => comparison.LeftOperand.Unconverted() == call ? comparison.RightOperand : comparison.LeftOperand,
        IArgumentOperation { Parent: IInvocationOperation { TargetMethod: var method, Arguments: [var one, var other] } } argument when Waiting.IsReferenceEquals(method) => (argument == one ? other : one).Value,
        _ => null,
    };

    /// <summary>Whether the value is one that the variable was read for, and the expected one is another that nothing says is the same.</summary>
    private static bool IsOtherRead(IOperation compared, IOperation expected, IOperation variable, KnownTypes types) =>
        expected.Unconverted() is ILocalReferenceOperation or IParameterReferenceOperation
        && (Reads(compared, variable, types) || ReadBefore(compared, variable, types) is { } read && !DependsOn(expected, read) && !compared.Root().DescendantsAndSelf().Any(part =>
            (part is IBinaryOperation or IInvocationOperation && part.Syntax.Span.End <= compared.Syntax.SpanStart && part.Descendants().Any(inner => inner.Names(read)) && part.Descendants().Any(inner => inner.IsSameAs(expected.Unconverted())))
            || part is ISimpleAssignmentOperation { Target: var target, Value: var assigned } && target.IsSameAs(expected.Unconverted()) && assigned.DescendantsAndSelf().Any(inner => inner.Names(read))));

    /// <summary>Whether the variable begins with the value that the call would write, and nothing ever gives it the one that the call expects.</summary>
    private static bool IsNeverExpected(IInvocationOperation call, IOperation variable, IOperation value, IOperation expected, OperationAnalysisContext action, KnownTypes types)
    {
        // What is not constant may be any value but nothing; that it is nothing would make the call one without effect.
        if (!expected.ConstantValue.HasValue && value.ConstantValue.Value is not null || Equals(expected.ConstantValue.Value, value.ConstantValue.Value) && expected.ConstantValue.HasValue || Uses(call, variable, action) is not { } uses)
            return false;
        var begun = false;
        foreach (var use in uses)
        {
            var initial = use switch
            {
                ISymbolInitializerOperation initializer => initializer.Value,
                IVariableDeclaratorOperation declarator => declarator.GetVariableInitializer()?.Value,
                _ => null,
            };
            if ((initial ?? Given(use, value, types)) is not { ConstantValue: { HasValue: true, Value: var constant } } || (expected.ConstantValue.HasValue ? Equals(constant, expected.ConstantValue.Value) : constant is not null))
                return false;
            if (initial is null)
                continue;
            begun = true;
            if (!Equals(constant, value.ConstantValue.Value))
                return false;
        }
        return begun || IsDefault(value.ConstantValue.Value);
    }

    /// <summary>All uses of a field that nobody else sees, or of a local; null of other variables.</summary>
    private static IEnumerable<IOperation>? Uses(IInvocationOperation call, IOperation variable, OperationAnalysisContext action) => variable.Unconverted() switch
    {
        IFieldReferenceOperation { Field: var field } => MemberUses.Of(field, action.Compilation, action.CancellationToken),
        ILocalReferenceOperation { Local: { RefKind: RefKind.None } local } => call.Root().DescendantsAndSelf()
            .Where(use => use.Names(local) || use is IVariableDeclaratorOperation { Initializer: not null, Symbol: var declared } && SymbolEqualityComparer.Default.Equals(declared, local)),
        _ => null,
    };

    /// <summary>What the use gives the variable; the value that the call would write where it gives none, null where that is not known.</summary>
    private static IOperation? Given(IOperation use, IOperation value, KnownTypes types) => use.Parent switch
    {
        ISimpleAssignmentOperation { IsRef: false } assignment when assignment.Target == use => assignment.Value,
        IArgumentOperation { Parent: IInvocationOperation other } when Atomics.CompareExchange(other, types) is { Value: var exchanged } => exchanged,
        IArgumentOperation { Parent: IInvocationOperation other } when Atomics.Set(other, types) is { Value: var set } => set,
        IArgumentOperation { Parent: { } reader } when Atomics.Read(reader, types) is not null => value,
        _ => use.IsWritten() ? null : value,
    };

    private static bool IsDefault(object? value) => value is null or 0 or 0L or 0u or 0ul or (byte)0 or (sbyte)0 or (short)0 or (ushort)0 or false;

    /// <summary>Whether a loop goes round the call that reads the variable nowhere behind it, so that it does not notice the failure in another way.</summary>
    private static bool IsTriedInLoop(IInvocationOperation call, IOperation variable)
    {
        for (var current = call.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
            if (current is ILoopOperation)
                return !current.Descendants().Any(part => part.Unconverted().IsSameAs(variable) && (part.Syntax.SpanStart > call.Syntax.Span.End || current is IWhileLoopOperation { Condition: { } condition } && condition.Syntax.Span.Contains(part.Syntax.Span)));
        return false;
    }

    /// <summary>The local that holds what was read of the variable before, where the expression is that local.</summary>
    private static ILocalSymbol? ReadBefore(IOperation expression, IOperation variable, KnownTypes types) =>
        expression.Unconverted() is ILocalReferenceOperation local && local.OnlyValue() is { } read && Reads(read, variable, types) ? local.Local : null;

    /// <summary>Whether the expression is computed from the local, directly or through one other.</summary>
    private static bool DependsOn(IOperation expression, ILocalSymbol local) => expression.DescendantsAndSelf().Any(part => part.Names(local)
        || part is ILocalReferenceOperation other && other.OnlyValue() is { } value && value.DescendantsAndSelf().Any(inner => inner.Names(local)));

    private static bool Reads(IOperation expression, IOperation variable, KnownTypes types) =>
        expression.Unconverted().IsSameAs(variable) || Atomics.Read(expression.Unconverted(), types) is { } read && read.IsSameAs(variable);

    private static bool IsNumber(ITypeSymbol? type) => type?.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_Double;
}
