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
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CompareExchangeMisused() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR7004", since: "1.0", Category.Memory, DiagnosticSeverity.Warning,
        title: "CompareExchange should compare with the value that the new one was computed from",
        message: "'{0}' {1}",
        why: "CompareExchange writes the new value only if the variable still holds the expected one, and returns what it held. Compared with anything else than the value that the new one was computed from, it overwrites what other threads did, or never succeeds.");

    /// <summary>The property of a finding that says which of the mistakes it is.</summary>
    internal const string MistakeProperty = "mistake";

    internal const string Reread = "reread", Swapped = "swapped", ComparedWithNew = "new", Dropped = "dropped";

    private protected override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
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
        if (value.ConstantValue.HasValue && expected.ConstantValue.HasValue && IsNeverExpected(call, variable, value, expected, action, types))
            return Swapped;
        if (ReadBefore(expected, variable, types) is not { } read)
            return null;
        if (call.Parent is IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison)
        {
            var compared = comparison.LeftOperand.Unconverted() == call ? comparison.RightOperand : comparison.LeftOperand;
            return !value.ConstantValue.HasValue && compared.Unconverted() is ILocalReferenceOperation && compared.IsSameAs(value) && !compared.IsSameAs(expected) && DependsOn(value, read) ? ComparedWithNew : null;
        }
        return call.Parent is IExpressionStatementOperation && DependsOn(value, read) && (IsNumber(call.Type) || IsTriedInLoop(call, variable)) ? Dropped : null;
    }

    /// <summary>Whether the field begins with the value that the call would write, and nothing ever gives it the one that the call expects.</summary>
    private static bool IsNeverExpected(IInvocationOperation call, IOperation variable, IOperation value, IOperation expected, OperationAnalysisContext action, KnownTypes types)
    {
        if (variable.Unconverted() is not IFieldReferenceOperation { Field: var field } || MemberUses.Of(field, action.Compilation, action.CancellationToken) is not { } uses)
            return false;
        var begun = false;
        foreach (var use in uses)
        {
            var written = use switch
            {
                ISymbolInitializerOperation initializer => initializer.Value,
                { Parent: ISimpleAssignmentOperation assignment } when assignment.Target == use => assignment.Value,
                { Parent: IArgumentOperation { Parent: IInvocationOperation { Arguments: var arguments } other } } when Atomics.CompareExchange(other, types) is { Value: var exchanged } => exchanged,
                { Parent: IArgumentOperation { Parent: IInvocationOperation { Arguments: [_, { Value: var exchanged }] } other } } when Atomics.Changed(other, types) is not null && Atomics.Updated(other, types) is null => exchanged,
                _ when use.IsWritten() && !(use.Parent is IArgumentOperation { Parent: { } reader } && Atomics.Read(reader, types) is not null) => null,
                _ => value,
            };
            if (written is not { ConstantValue: { HasValue: true, Value: var constant } } || Equals(constant, expected.ConstantValue.Value))
                return false;
            begun |= use is ISymbolInitializerOperation;
        }
        return begun ? uses.OfType<ISymbolInitializerOperation>().All(initial => Equals(initial.Value.ConstantValue.Value, value.ConstantValue.Value)) : IsDefault(value.ConstantValue.Value);
    }

    private static bool IsDefault(object? value) => value is null or 0 or 0L or 0u or 0ul or false;

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
