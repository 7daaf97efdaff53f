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
        "System", "System.Collections", "System.Diagnostics", "System.Globalization", "System.Linq", "System.Runtime", "System.Text", "System.Threading", "System.Timers", "Microsoft.Extensions.Logging", "log4net", "NLog", "Serilog");

    /// <summary>Types whose static members fail for nobody.</summary>
    private static readonly ImmutableArray<string> Harmless = ImmutableArray.Create(
        "DateTime", "DateTimeOffset", "Environment", "Interlocked", "Math", "MathF", "Monitor", "Stopwatch", "TimeSpan", "Volatile");

    /// <summary>Whether the operation itself, apart from its operands, may well throw.</summary>
    public static bool MayThrow(IOperation operation) => !operation.IsImplicit && (operation switch
    {
        IAwaitOperation => true,
        IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke } => true,
        IInvocationOperation { TargetMethod: var method } => MayThrow(method),
        _ => false,
    } || IsThrow(operation));

    /// <summary>Whether the operation is what a <c>throw</c> throws.</summary>
    public static bool IsThrow(IOperation operation) => operation.Syntax.Parent is ThrowStatementSyntax or ThrowExpressionSyntax;

    /// <summary>Whether the method only tells the user or a log something.</summary>
    public static bool IsReport(IMethodSymbol method) => method.ContainingType is { } type && (type.Name is "Console" && method.Name.StartsWith("Write", StringComparison.Ordinal) || type.Name is "Debug" or "Trace" || IsLog(method));

    /// <summary>Whether the operation awaits a time that nobody can cancel, which never fails.</summary>
    public static bool IsDelay(IOperation operation) => operation is IAwaitOperation { Operation: var awaited }
        && awaited.DescendantsAndSelf().OfType<IInvocationOperation>().LastOrDefault() is { TargetMethod: { Name: "Delay" or "Yield", Parameters.Length: <= 1, ContainingType.Name: "Task" } };

    /// <summary>Whether the handler catches whatever is thrown.</summary>
    public static bool CatchesAll(ICatchClauseOperation handler) => handler.Filter is null && handler.ExceptionType is null or { SpecialType: SpecialType.System_Object } or { Name: "Exception", ContainingNamespace.Name: "System" };

    /// <summary>Whether the exception says that a key is not there.</summary>
    public static bool IsOfMissingKey(ITypeSymbol? exception) => exception?.Name == nameof(KeyNotFoundException);

    /// <summary>Whether the method writes a log, by the name of its type.</summary>
    public static bool IsLog(IMethodSymbol method) => method.ContainingType?.Name.IndexOf("Log", StringComparison.Ordinal) >= 0;

    /// <summary>Whether the method is one that tables of keys call all the time, which must not throw (CA1065).</summary>
    private static bool IsComparison(string method) => method is "Equals" or "GetHashCode";

    private static bool MayThrow(IMethodSymbol method)
    {
        if (IsLog(method) || IsComparison(method.Name))
            return false;
        var body = (method.PartialImplementationPart ?? method).OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault();
        if (body is not null)
            return method.IsAbstract || method.ContainingType is { TypeKind: TypeKind.Interface } || body.GetSyntax().DescendantNodes().Any(node => node switch
            {
                InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } } when IsComparison(name) => false,
                InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: var type } } } => !Harmless.Contains(type),
                // Of a number, at worst another number.
                CastExpressionSyntax { Type: PredefinedTypeSyntax } => false,
                _ => node is InvocationExpressionSyntax or ThrowStatementSyntax or ThrowExpressionSyntax or BaseObjectCreationExpressionSyntax or CastExpressionSyntax,
            });
        if (method.Name is "Parse" or "ParseExact" or "Deserialize" or "Serialize")
            return true;
        var scope = method.ContainingNamespace?.ToDisplayString() ?? "";
        return method.ContainingAssembly is not null && scope != "System" && !Safe.Skip(1).Any(safe => scope == safe || scope.StartsWith(safe + ".", StringComparison.Ordinal));
    }
}
