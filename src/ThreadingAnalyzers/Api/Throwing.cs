using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>
/// Which operations fail in ordinary life: throws, awaits, foreign code behind a delegate, calls of the program's own code that
/// does something, I/O. A heuristic for silence: what can only fail when memory is short, or by a mistake that would show at once, does not count.
/// </summary>
internal static class Throwing
{
    private static readonly ImmutableArray<string> Safe = ImmutableArray.Create(
        "System", "System.Collections", "System.Diagnostics", "System.Globalization", "System.Linq", "System.Runtime", "System.Text", "System.Threading", "Microsoft.Extensions.Logging", "log4net", "NLog", "Serilog");

    /// <summary>Whether the operation itself, apart from its operands, may well throw.</summary>
    public static bool MayThrow(IOperation operation) => !operation.IsImplicit && (operation switch
    {
        IAwaitOperation => true,
        IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke } => true,
        IInvocationOperation { TargetMethod: var method } => MayThrow(method),
        _ => false,
    } || operation.Syntax.Parent is ThrowStatementSyntax or ThrowExpressionSyntax);

    /// <summary>Whether the method writes a log, by the name of its type.</summary>
    public static bool IsLog(IMethodSymbol method) => method.ContainingType?.Name.IndexOf("Log", StringComparison.Ordinal) >= 0;

    private static bool MayThrow(IMethodSymbol method)
    {
        if (IsLog(method))
            return false;
        var body = (method.PartialImplementationPart ?? method).OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault();
        if (body is not null)
            return method.IsAbstract || method.ContainingType is { TypeKind: TypeKind.Interface }
                || body.GetSyntax().DescendantNodes().Any(node => node is InvocationExpressionSyntax or ThrowStatementSyntax or ThrowExpressionSyntax or BaseObjectCreationExpressionSyntax or CastExpressionSyntax);
        var scope = method.ContainingNamespace?.ToDisplayString() ?? "";
        return method.ContainingAssembly is not null && scope != "System" && !Safe.Skip(1).Any(safe => scope == safe || scope.StartsWith(safe + ".", StringComparison.Ordinal));
    }
}
