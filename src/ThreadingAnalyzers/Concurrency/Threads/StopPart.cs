using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>A method that is a part of how its object is stopped, whatever it is called: only members that stop the object call it.</summary>
internal static class StopPart
{
    /// <summary>Whether the method itself ends the work of its object.</summary>
    public static bool IsStop(IMethodSymbol method) => StopMembers.IsStop(method) || PoolMembers.DisposesIf(method);

    /// <summary>Whether only members that stop the object call the method: those of its type, or those of a base that leave it to derived types.</summary>
    public static bool Is(IMethodSymbol method, Compilation compilation, CancellationToken cancellation)
    {
        if (method is not { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Private or Accessibility.Protected or Accessibility.ProtectedAndInternal })
            return false;
        var calls = SelfAndOverridden(method).SelectMany(declared => MemberUses.InSource(declared, compilation, cancellation)).Where(use => use is not IInvocationOperation { Instance.Syntax: BaseExpressionSyntax }).ToList();
        return calls.Count > 0 && calls.All(call => call is IInvocationOperation && call.SemanticModel?.GetEnclosingSymbol(call.Syntax.SpanStart, cancellation) is IMethodSymbol caller && IsStop(caller));
    }

    private static IEnumerable<IMethodSymbol> SelfAndOverridden(IMethodSymbol method)
    {
        for (var current = method; current is not null && current.Locations.Any(location => location.IsInSource); current = current.OverriddenMethod)
            yield return current;
    }
}
