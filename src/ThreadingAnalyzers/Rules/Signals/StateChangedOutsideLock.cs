using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Signals;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Signals;

/// <summary>
/// What a <c>Monitor.Wait</c> loop waits for is changed without its lock, and no pulse under the lock follows: the wake-up is
/// lost. Source: the .NET reference, Monitor.Wait, remarks; Albahari, Threading in C#, "Signaling with Wait and Pulse".
/// </summary>
public sealed class StateChangedOutsideLock() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR6006", since: "1.0", Category.Signals, DiagnosticSeverity.Warning,
        title: "The state that Monitor.Wait waits for should be changed under its lock",
        message: "The wait at line {1} waits for '{0}', which is changed here without the lock '{2}' and with no pulse after: who has just tested it goes to sleep and misses the change; change it and pulse inside 'lock ({2})'",
        why: "A waiter tests its condition and goes to sleep as one step, as seen by those who take its lock. Who changes the condition without the lock, and pulses before or never, comes between the two, and nobody wakes the waiter again.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (!Mention.Of(KnownType.Monitor, context.Compilation, context.CancellationToken))
            return;
        context.RegisterSymbolAction(action =>
        {
            if (!action.Symbol.DeclaringSyntaxReferences.Any(part => Mention.In(KnownType.Monitor, part.SyntaxTree, action.CancellationToken)))
                return;
            foreach (var wait in MemberUses.CallsIn((INamedTypeSymbol)action.Symbol, SignalMembers.Wait, action.Compilation, action.CancellationToken))
                Judge(wait, types, action);
        }, SymbolKind.NamedType);
    }

    private static void Judge(IInvocationOperation wait, KnownTypes types, SymbolAnalysisContext action)
    {
        if (!SignalMembers.IsOfCondition(wait.TargetMethod, types) || !SignalMembers.WaitsForEver(wait.TargetMethod, types) || MonitorLocks.UsedValue(wait, types) is not { } monitor
            || Condition(wait) is not { } condition || SignalLife.Of(monitor, types, action.Compilation, action.CancellationToken) is not { IsOwn: true } life)
            return;
        var held = new HeldMonitors(types, action.Compilation, action.CancellationToken);
        // Who waits without the lock fails there, which is another rule's finding.
        if (!held.May(wait, monitor))
            return;
        foreach (var state in condition.DescendantsAndSelf().OfType<IMemberReferenceOperation>().Where(state => state is IFieldReferenceOperation or IPropertyReferenceOperation && state.Instance is null or IInstanceReferenceOperation))
        {
            // Of several waits for one state the first one says it.
            if (life.Calls.FirstOrDefault(other => Condition(other) is { } asked && asked.DescendantsAndSelf().Any(state.IsSameAs)) is { } first && first.Syntax != wait.Syntax
                || state.Member is IFieldSymbol { IsReadOnly: true } || Writers(state.Member, action) is not { } uses)
                continue;
            foreach (var use in uses.Where(use => Wakes(use, state, types) && !IsConstruction(use) && !held.May(use, monitor) && !IsPulsedAfter(use, monitor, types)))
                if (action.Symbol.DeclaringSyntaxReferences.Any(part => part.SyntaxTree == use.Syntax.SyntaxTree && part.Span.Contains(use.Syntax.Span)))
                    action.ReportDiagnostic(Diagnostic.Create(Descriptor, use.Syntax.GetLocation(), [wait.Syntax.GetLocation()], use.Syntax, wait.Syntax.Line(), monitor.Syntax));
        }
    }

    /// <summary>The code among which all that writes the member is; of a property that everybody reads, the type's own may be all.</summary>
    private static IReadOnlyList<IOperation>? Writers(ISymbol member, SymbolAnalysisContext action) => member is IPropertySymbol { SetMethod.DeclaredAccessibility: Accessibility.Private }
        ? MemberUses.InType(member, action.Compilation, action.CancellationToken)
        : MemberUses.Of(member, action.Compilation, action.CancellationToken);

    /// <summary>The condition of the loop around the wait.</summary>
    private static IOperation? Condition(IOperation wait)
    {
        for (var current = wait.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
            if (current is IWhileLoopOperation loop)
                return loop.Condition;
        return null;
    }

    /// <summary>Whether the use is a write that may be what the loop waits for.</summary>
    private static bool Wakes(IOperation use, IOperation state, KnownTypes types)
    {
        if (!use.IsWritten() || use.Parent is IArgumentOperation { Parent: { } call } && Atomics.Read(call, types) is not null)
            return false;
        var (asked, isNegated) = Asked(state);
        if (asked is IBinaryOperation comparison)
            return use.Parent switch
            {
                IIncrementOrDecrementOperation { Kind: OperationKind.Increment } or ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add } => IsForMore(comparison, state),
                IIncrementOrDecrementOperation or ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Subtract } => !IsForMore(comparison, state),
                ISimpleAssignmentOperation { Value.ConstantValue: { HasValue: true, Value: var value } } => comparison.OperatorKind != BinaryOperatorKind.Equals || !Equals(value, Other(comparison, state).ConstantValue.Value),
                _ => true,
            };
        return use.Parent is not ISimpleAssignmentOperation { Value.ConstantValue: { HasValue: true, Value: bool given } } || given == isNegated;
    }

    /// <summary>The comparison that the state is part of, or the state itself and whether it is negated.</summary>
    private static (IOperation Asked, bool IsNegated) Asked(IOperation state)
    {
        var current = state;
        while (current.Parent is IConversionOperation or IParenthesizedOperation)
            current = current.Parent;
        return current.Parent switch
        {
            IBinaryOperation { OperatorKind: not (BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr) } comparison => (comparison, false),
            IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } => (state, true),
            _ => (state, false),
        };
    }

    /// <summary>Whether the loop ends when the state has become more: it waits while that is zero, or less than something.</summary>
    private static bool IsForMore(IBinaryOperation comparison, IOperation state) => comparison.OperatorKind switch
    {
        BinaryOperatorKind.Equals => true,
        BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual => comparison.LeftOperand.Unconverted() == state,
        BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual => comparison.RightOperand.Unconverted() == state,
        _ => false,
    };

    private static IOperation Other(IBinaryOperation comparison, IOperation state) => comparison.LeftOperand.Unconverted() == state ? comparison.RightOperand : comparison.LeftOperand;

    private static bool IsConstruction(IOperation use) => use.Root() is IConstructorBodyOperation or ISymbolInitializerOperation;

    /// <summary>Whether the function pulses after the write, itself or by a call: who takes the lock to pulse comes after the waiter's test.</summary>
    private static bool IsPulsedAfter(IOperation write, IOperation monitor, KnownTypes types) => write.Function().Descendants().OfType<IInvocationOperation>().Any(call =>
        call.Syntax.SpanStart > write.Syntax.SpanStart && (IsPulse(call, monitor, types)
            || write.SemanticModel is { } model && call.TargetMethod.DeclaringSyntaxReferences.Length > 0
                && (Work.BodyOf(call.TargetMethod, model) is not { } body || body.Descendants().OfType<IInvocationOperation>().Any(inner => IsPulse(inner, monitor, types)))));

    private static bool IsPulse(IInvocationOperation call, IOperation monitor, KnownTypes types) =>
        SignalMembers.Pulses(call.TargetMethod, types) && MonitorLocks.UsedValue(call, types)?.IsSameAs(monitor) != false;
}
