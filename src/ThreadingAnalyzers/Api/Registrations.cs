using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>The calls that register a callback and return what releases it: of cancellation tokens and of wait handles.</summary>
internal static class Registrations
{
    /// <summary>The callback that the call registers until its registration is released; null for another call, and for a wait that is over with the first signal.</summary>
    public static IOperation? Callback(IInvocationOperation call, KnownTypes types)
    {
        var isOne = IsOfToken(call.TargetMethod, types)
            || types[call.TargetMethod.ContainingType] == KnownType.ThreadPool && call.TargetMethod.Name is "RegisterWaitForSingleObject" or "UnsafeRegisterWaitForSingleObject" && call.Arguments.Any(argument => argument is { Parameter.Name: "executeOnlyOnce", Value.ConstantValue: { HasValue: true, Value: false } });
        return isOne ? call.Arguments.FirstOrDefault(argument => argument.Parameter?.Type.TypeKind == TypeKind.Delegate)?.Value : null;
    }

    /// <summary>Whether the method registers with a cancellation token.</summary>
    public static bool IsOfToken(IMethodSymbol method, KnownTypes types) => method.Name is "Register" or "UnsafeRegister" && types[method.ContainingType] == KnownType.CancellationToken;

    /// <summary>Whether a host calls the method once for each run of the service, with a token of that run.</summary>
    public static bool IsRun(IMethodSymbol method) => method.Name is "ExecuteAsync" or "StartAsync" or "StopAsync" or "RunAsync" or "Main" or "<Main>$";
}
