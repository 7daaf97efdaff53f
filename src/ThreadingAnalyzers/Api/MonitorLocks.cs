using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>The places where the monitor of an object is taken: <c>lock</c>, <c>Monitor.Enter</c> and <c>Monitor.TryEnter</c>.</summary>
internal static class MonitorLocks
{
    /// <summary>Calls <paramref name="judge"/> with the locked value of each place, conversions removed.</summary>
    public static void Watch(CompilationStartAnalysisContext context, KnownTypes types, Action<OperationAnalysisContext, IOperation> judge)
    {
        context.RegisterOperationAction(Judge, OperationKind.Lock);
        if (Mention.Of(KnownType.Monitor, context.Compilation, context.CancellationToken))
            context.RegisterOperationAction(Judge, OperationKind.Invocation);

        void Judge(OperationAnalysisContext action)
        {
            if (LockedValue(action.Operation, types) is { } value)
                judge(action, value);
        }
    }

    /// <summary>What the operation locks, as written, or null when it takes no monitor.</summary>
    public static IOperation? LockedValue(IOperation operation, KnownTypes types) =>
        operation is ILockOperation || operation is IInvocationOperation { TargetMethod.Name: "Enter" or "TryEnter" } ? UsedValue(operation, types) : null;

    /// <summary>Whether what is named here is locked here, be it made for that when it is missing.</summary>
    public static bool IsLocked(IOperation use, KnownTypes types)
    {
        IOperation? user = use;
        while (user.Parent is IConversionOperation or IParenthesizedOperation or IArgumentOperation or ICoalesceOperation or ICoalesceAssignmentOperation or ISimpleAssignmentOperation)
            user = user.Parent;
        return user.Parent is { } taking && LockedValue(taking, types) is { } value && value.Syntax.Span.Contains(use.Syntax.Span);
    }

    /// <summary>The object whose monitor the operation uses in whatever way: takes, releases, waits for or pulses it; null when it uses none.</summary>
    public static IOperation? UsedValue(IOperation operation, KnownTypes types) => operation switch
    {
        ILockOperation @lock => @lock.LockedValue.Unconverted(),
        IInvocationOperation { TargetMethod: { IsStatic: true } method } invocation when types[method.ContainingType] == KnownType.Monitor =>
            invocation.Arguments.FirstOrDefault(argument => argument.Parameter is { Ordinal: 0, Type.SpecialType: SpecialType.System_Object })?.Value.Unconverted(),
        _ => null,
    };

    /// <summary>The object whose monitor the operation takes, releases or asks for, and does not wait for or pulse; null when there is none.</summary>
    public static IOperation? ExcludedBy(IOperation operation, KnownTypes types) =>
        operation is ILockOperation || operation is IInvocationOperation { TargetMethod.Name: "Enter" or "TryEnter" or "Exit" or "IsEntered" } ? UsedValue(operation, types) : null;

    /// <summary>Whether the whole method holds the monitor of its object or, if it is static, of its type.</summary>
    public static bool IsSynchronized(IMethodSymbol? method) => method is not null && (method.MethodImplementationFlags & MethodImplAttributes.Synchronized) != 0;

    /// <summary>The operand below all conversions and parentheses.</summary>
    public static IOperation Unconverted(this IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation { OperatorMethod: null } conversion: operation = conversion.Operand; break;
                case IParenthesizedOperation parenthesized: operation = parenthesized.Operand; break;
                default: return operation;
            }
        }
    }
}
