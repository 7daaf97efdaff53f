using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>The calls of <c>Interlocked</c> and <c>Volatile</c>, by what they do to the variable that they are given.</summary>
internal static class Atomics
{
    /// <summary>The variable that the call changes by what it was, and returns changed; null for another call.</summary>
    public static IOperation? Updated(IOperation operation, KnownTypes types) =>
        operation is IInvocationOperation { TargetMethod: { Name: "Increment" or "Decrement" or "Add" } method } call ? Operand(call, method, KnownType.Interlocked, types) : null;

    /// <summary>The variable that the call reads and nothing else; null for another call.</summary>
    public static IOperation? Read(IOperation operation, KnownTypes types) =>
        operation is IInvocationOperation { TargetMethod: { Name: "Read" } method } call
            ? Operand(call, method, KnownType.Interlocked, types) ?? Operand(call, method, KnownType.Volatile, types)
            : null;

    /// <summary>Whether the call adds one to its variable: who gets one is the first.</summary>
    public static bool CountsUp(IInvocationOperation call, KnownTypes types) => call.TargetMethod.Name == "Increment" && Updated(call, types) is not null;

    /// <summary>The variable that the call of <c>Interlocked</c> changes, in whatever way; null for another call.</summary>
    public static IOperation? Changed(IOperation operation, KnownTypes types) =>
        operation is IInvocationOperation { TargetMethod: var method } call && MayChange(method.Name) ? Operand(call, method, KnownType.Interlocked, types) : null;

    /// <summary>Whether a method so called may do that.</summary>
    public static bool MayChange(string name) => name is "Increment" or "Decrement" or "Add" or "And" or "Or" or "Exchange" or "CompareExchange";

    /// <summary>The variable that the call gives a value whatever it was, and that value; null for another call.</summary>
    public static (IOperation Variable, IOperation Value)? Exchange(IInvocationOperation call, KnownTypes types) =>
        call is { TargetMethod.Name: "Exchange" } ? Given(call, KnownType.Interlocked, types) : null;

    /// <summary>As <see cref="Exchange"/>, of <c>Volatile.Write</c> too.</summary>
    public static (IOperation Variable, IOperation Value)? Set(IInvocationOperation call, KnownTypes types) =>
        Exchange(call, types) ?? (call is { TargetMethod.Name: "Write" } ? Given(call, KnownType.Volatile, types) : null);

    /// <summary>The parts of <c>Interlocked.CompareExchange(ref variable, value, expected)</c>; null for another call.</summary>
    public static (IOperation Variable, IOperation Value, IOperation Expected)? CompareExchange(IInvocationOperation call, KnownTypes types) =>
        call is { TargetMethod: { Name: "CompareExchange", Parameters.Length: 3 } method, Arguments.Length: 3 } && types[method.ContainingType] == KnownType.Interlocked
        && call.Arguments.OrderBy(argument => argument.Parameter?.Ordinal).Select(argument => argument.Value).ToList() is [var variable, var value, var expected]
            ? (variable, value, expected) : null;

    private static (IOperation Variable, IOperation Value)? Given(IInvocationOperation call, KnownType type, KnownTypes types) =>
        call is { Arguments: [{ Parameter.Ordinal: 0, Value: var variable }, { Value: var value }] } && types[call.TargetMethod.ContainingType] == type ? (variable, value) : null;

    private static IOperation? Operand(IInvocationOperation call, IMethodSymbol method, KnownType type, KnownTypes types) =>
        types[method.ContainingType] == type && call.Arguments is [{ Value: var variable }, ..] ? variable : null;
}
