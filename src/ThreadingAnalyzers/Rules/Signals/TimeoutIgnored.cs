using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Signals;

/// <summary>
/// A wait with a timeout whose answer nobody looks at, before code that goes on as if the signal had come. Source: the .NET
/// reference, WaitHandle.WaitOne, "Returns".
/// </summary>
public sealed class TimeoutIgnored() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR6008", since: "1.0", Category.Signals, DiagnosticSeverity.Info,
        title: "The result of a wait with a timeout should be tested",
        message: "Whether the signal came or the time was over is not asked here, and the code goes on as if it had come: test what '{0}' returns",
        why: "A wait with a timeout returns false when the time is over. Code that goes on regardless uses what is not ready yet, on the slow day and not on the developer's machine.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var call = (IInvocationOperation)action.Operation;
        if (Statement(call) is { Parent: IBlockOperation block } statement && SignalMembers.WaitsForTime(call, types)
            && (!IsLast(statement, block) || GoOn(call, action)) && !IsInLoop(statement))
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), call.TargetMethod.Name));
    }, OperationKind.Invocation);

    private static IOperation? Statement(IInvocationOperation call) => call.Parent switch
    {
        IExpressionStatementOperation statement => statement,
        IConditionalAccessOperation { Parent: IExpressionStatementOperation statement } => statement,
        _ => null,
    };

    /// <summary>Whether nothing is done after it: then it was a sleep that can be cut short.</summary>
    private static bool IsLast(IOperation statement, IBlockOperation block)
    {
        for (var (inner, outer) = (statement, block); ; (inner, outer) = (outer, (IBlockOperation)outer.Parent!))
        {
            if (outer.Operations.SkipWhile(operation => operation != inner).Skip(1).Any(operation => operation is not (IReturnOperation { ReturnedValue: null } or ILocalFunctionOperation)))
                return false;
            if (outer.Parent is not IBlockOperation)
                return true;
        }
    }

    /// <summary>Whether the wait is all that a private method does, and each of its callers goes on after it.</summary>
    private static bool GoOn(IInvocationOperation call, OperationAnalysisContext action) =>
        call.Method() is { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Private, ReturnsVoid: true } method
        && call.Function() is IMethodBodyOperation body && (body.BlockBody ?? body.ExpressionBody) is { Operations: [_] or [_, IReturnOperation { IsImplicit: true }] }
        && MemberUses.Of(method, action.Compilation, action.CancellationToken) is { Count: > 0 } uses
        && uses.All(use => use is IInvocationOperation { Parent: IExpressionStatementOperation { Parent: IBlockOperation block } statement } && !IsLast(statement, block) && !IsInLoop(statement));

    /// <summary>Whether a loop may come back and ask again.</summary>
    private static bool IsInLoop(IOperation operation)
    {
        for (var current = operation.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
            if (current is ILoopOperation || current is IBlockOperation block && block.Operations.Any(inner => inner is ILabeledOperation))
                return true;
        return false;
    }
}
