using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>
/// A lock on an object that is made anew for each entry: created in place, boxed, returned by a member that creates, or
/// held by a local that nobody else gets to see. No two threads ever meet at it.
/// Source: C# specification, 13.13 "The lock statement"; documentation of <c>Monitor.Enter</c>, "boxing".
/// </summary>
public sealed class LockOnFreshObject() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR4003", since: "1.0", Category.Locks, DiagnosticSeverity.Warning,
        title: "A lock should be taken on an object that the threads share",
        message: "'{0}' is {1}, so no thread ever waits for another: lock an object that the threads share",
        why: "Threads exclude each other only when they lock the same object. An object that is created, or boxed, for each entry is locked by its one thread alone: the code reads as if it were guarded and is not.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) =>
        MonitorLocks.Watch(context, types, (action, locked) =>
        {
            if (Freshness(locked, types) is { } freshness)
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, locked.Syntax.GetLocation(), locked.Syntax, freshness));
        });

    /// <summary>In what way the object is new at each entry, or null when it is not certainly so.</summary>
    private static string? Freshness(IOperation locked, KnownTypes types) => locked switch
    {
        // What the object is, is worse than that it is new: those are other rules' findings.
        _ when locked.Type is { SpecialType: SpecialType.System_String } || SyncObject.Of(locked.Type, types) is not null => null,
        { Parent: IConversionOperation } when IsValue(locked) => "boxed into a new object each time",
        ILocalReferenceOperation local when local.OnlyValue() is { } value && IsOwn(local, types) && Creates(value.Unconverted(), types) => "a new object in each call",
        _ when Creates(locked, types) => "a new object each time",
        _ => null,
    };

    /// <summary>Whether nobody but this call can have the object: every use of the local gives it its value, or takes or releases its monitor.</summary>
    private static bool IsOwn(ILocalReferenceOperation local, KnownTypes types) => local.Uses().All(use => !use.IsCaptured() && (IsAssigned(use) || IsLocked(use, types)));

    private static bool IsAssigned(ILocalReferenceOperation use) =>
        use.Parent is ISimpleAssignmentOperation { Parent: IExpressionStatementOperation } assignment && assignment.Target == use;

    private static bool IsLocked(ILocalReferenceOperation use, KnownTypes types)
    {
        var user = use.Parent;
        while (user is IConversionOperation or IParenthesizedOperation or IArgumentOperation)
            user = user.Parent;
        return user is not null && MonitorLocks.ExcludedBy(user, types) == use;
    }

    private static bool Creates(IOperation value, KnownTypes types) => value switch
    {
        _ when IsValue(value) => true,
        IObjectCreationOperation or IAnonymousObjectCreationOperation or IArrayCreationOperation or ITypeParameterObjectCreationOperation or IWithOperation => true,
        IPropertyReferenceOperation { Property: var property } => Creates(property.OnlyResult()) || Hands(value),
        IInvocationOperation { TargetMethod: var method } => Creates(method.OriginalDefinition.OnlyResult()) || Copies.Returns(method, types) || Hands(value),
        _ => false,
    };

    /// <summary>Whether who is asked makes an object and does nothing with it but hand it out.</summary>
    private static bool Hands(IOperation asked) => Answers.Of(asked) is { IsEmpty: false } values && values.All(value => value is IObjectCreationOperation
        || value is ILocalReferenceOperation local && local.OnlyValue()?.Unconverted() is IObjectCreationOperation && local.Uses().All(use => IsAssigned(use) || IsReturned(use)));

    private static bool IsReturned(IOperation use) => use.Parent is IConversionOperation conversion ? IsReturned(conversion) : use.Parent is IReturnOperation { Kind: OperationKind.Return };

    /// <summary>Whether the type is a known value type; of an unknown <c>T?</c> the compiler makes a nullable value, which it need not be.</summary>
    private static bool IsValue(IOperation value) => value.Type is { IsValueType: true } type
        && type is not INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [{ TypeKind: TypeKind.Error }] };

    private static bool Creates(ExpressionSyntax? result) => result
        is BaseObjectCreationExpressionSyntax or AnonymousObjectCreationExpressionSyntax or ArrayCreationExpressionSyntax or ImplicitArrayCreationExpressionSyntax;
}
