using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Signals;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Signals;

/// <summary>
/// <c>Monitor.Pulse</c> of an object for which threads wait with different conditions. Source: Albahari, Threading in C#,
/// "Signaling with Wait and Pulse"; Effective Java, item 81.
/// </summary>
public sealed class SinglePulse() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR6003", since: "1.0", Category.Signals, DiagnosticSeverity.Info,
        title: "Waiters for different conditions should all be woken",
        message: "'{0}' is waited for with '{1}' at line {2} and with '{3}' at line {4}, and Pulse may wake the one that this is not for while the other sleeps on: use PulseAll",
        why: "Pulse wakes one waiter, whichever came first. Where two kinds of waiters share an object, that may be one who finds its condition as it was and sleeps again, and the one who could go on is never woken.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (!Mention.Of(KnownType.Monitor, context.Compilation, context.CancellationToken))
            return;
        context.RegisterOperationAction(action =>
        {
            var call = (IInvocationOperation)action.Operation;
            if (!SignalMembers.PulsesOne(call.TargetMethod, types) || MonitorLocks.UsedValue(call, types) is not { } monitor
                || SignalLife.Of(monitor, types, action.Compilation, action.CancellationToken) is not { } life)
                return;
            var waits = life.Calls.Where(wait => SignalMembers.Waits(wait.TargetMethod, types) && ConditionOf(wait) is not null).ToList();
            // Who waits for one thing and then for another in one function asks for both again, whoever is woken.
            if (waits.Select(wait => wait.Function().Syntax).Distinct().Count() < 2)
                return;
            var conditions = waits.Select(ConditionOf).OfType<SyntaxNode>()
                .GroupBy(Words).Select(group => group.First()).ToList();
            if (conditions.Count > 1)
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), conditions.Select(condition => condition.GetLocation()),
                    monitor.Syntax, conditions[0], conditions[0].Line(), conditions[1], conditions[1].Line()));
        }, OperationKind.Invocation);
    }

    /// <summary>The words of the condition, however they are set; whether <c>this</c> is written means nothing.</summary>
    private static string Words(SyntaxNode condition) => string.Concat(condition.DescendantTokens().Where(token =>
        token.Parent is not ThisExpressionSyntax && !(token.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access && token == access.OperatorToken)).Select(token => token.ValueText));

    /// <summary>What is tested around the wait.</summary>
    private static SyntaxNode? ConditionOf(IInvocationOperation wait)
    {
        for (IOperation inner = wait, current = wait.Parent!; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); inner = current, current = current.Parent!)
        {
            switch (current)
            {
                case IWhileLoopOperation { Condition: { ConstantValue.HasValue: false } condition } when condition != inner: return condition.Syntax;
                case IForLoopOperation { Condition: { } condition }: return condition.Syntax;
                case IConditionalOperation conditional when conditional.Condition != inner: return conditional.Condition.Syntax;
            }
        }
        return null;
    }
}
