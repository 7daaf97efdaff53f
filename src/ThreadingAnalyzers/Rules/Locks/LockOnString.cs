using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>
/// A lock on an object that the runtime hands to everybody: a string, or a <see cref="Type"/> or other reflection object.
/// (A written <c>typeof</c> is <c>LockOnPublicObject</c>'s.)
/// Source: "Managed threading best practices", learn.microsoft.com/dotnet/standard/threading.
/// </summary>
public sealed class LockOnString() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR4002", since: "1.0", Category.Locks, DiagnosticSeverity.Warning,
        title: "A lock should not be taken on a string or a reflection object",
        message: "'{0}' is a {1}, which unrelated code can lock too: lock a private object",
        why: "Equal strings are often one and the same object, and the runtime hands the same Type and MemberInfo objects to everybody. Code that knows nothing of yours can hold the lock, and then yours waits for it, or both wait for each other.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) =>
        MonitorLocks.Watch(context, types, (action, locked) =>
        {
            if (SharedKind(locked.Source(), locked, types) is { } kind)
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, locked.Syntax.GetLocation(), locked.Syntax, kind));
        });

    private static string? SharedKind(IOperation source, IOperation locked, KnownTypes types) => source switch
    {
        ITypeOfOperation => null,
        IPropertyReferenceOperation { Property: var property } when property.OnlyResult() is TypeOfExpressionSyntax => null,
        _ when IsString(source) || IsString(locked) => "string",
        _ when Answers.OnlyOf(source) is { } answer && IsString(answer) => "string",
        _ when IsReflection(source.Type, types) || IsReflection(locked.Type, types) => "reflection object",
        _ => null,
    };

    private static bool IsString(IOperation value) => value.Type is { SpecialType: SpecialType.System_String };

    private static bool IsReflection(ITypeSymbol? type, KnownTypes types) => types.Is(type, KnownType.MemberInfo) || types.Is(type, KnownType.ParameterInfo);
}
