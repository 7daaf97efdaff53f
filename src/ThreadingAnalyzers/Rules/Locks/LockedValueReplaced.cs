using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>
/// A lock on the value of a field that the guarded code replaces: who comes next locks the new value, beside the holder of the old one.
/// Source: the documentation of the <c>lock</c> statement, "Guidelines"; CWE-412.
/// </summary>
public sealed class LockedValueReplaced() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR4017", since: "1.0", Category.Locks, DiagnosticSeverity.Warning,
        title: "What is locked should not be replaced under its own lock",
        message: "'{0}' is replaced at line {1} under its own lock: the next thread locks the new object and runs beside this one, while others still wait for the old one; lock a separate readonly object",
        why: "A lock is taken on an object, not on a field. Once the field has another object, the threads that waited for the old one and those that come for the new one no longer exclude each other.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        MonitorLocks.Watch(context, types, (action, locked) =>
        {
            if (action.Operation is ILockOperation @lock && Replaceable(locked, types) is { } member && !IsUnderAnother(@lock)
                && Replacement(@lock.Body, member) is { } write && !(locked is ILocalReferenceOperation && IsCompared(@lock.Body, member)))
                Report(action, locked, write);
        });
        Holding.Watch(context, types, call => MonitorLocks.LockedValue(call, types) is not null, (action, holding, after) =>
        {
            if (holding.Lock is not ILocalReferenceOperation && Replaceable(holding.Lock, types) is { } member
                && holding.Guarded(after).FirstOrDefault(operation => IsReplacement(operation, member)) is { } write)
                Report(action, holding.Lock, write);
        });
    }

    private static void Report(OperationAnalysisContext action, IOperation locked, IOperation write) =>
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, locked.Syntax.GetLocation(), [write.Syntax.GetLocation()], locked.Syntax, write.Syntax.Line()));

    /// <summary>The field or property whose value is locked, where that can be replaced; strings, locks of their own and objects that are nothing but a lock are other rules' findings.</summary>
    private static IMemberReferenceOperation? Replaceable(IOperation locked, KnownTypes types)
    {
        var member = locked is ILocalReferenceOperation local ? local.OnlyValue()?.Unconverted() : locked;
        return locked.Type is { SpecialType: SpecialType.System_String } or { IsValueType: true } || SyncObject.Of(locked.Type, types) is not null || LockMembers.IsDedicated(locked.Type, types) ? null : member switch
        {
            IFieldReferenceOperation { Field: { IsReadOnly: false, IsConst: false } } field => field,
            IPropertyReferenceOperation { Property.SetMethod: not null, Arguments.IsEmpty: true } property => property,
            _ => null,
        };
    }

    /// <summary>Where the guarded code, or a method of the type that it calls, replaces the value.</summary>
    private static IOperation? Replacement(IOperation body, IMemberReferenceOperation member)
    {
        foreach (var operation in body.OwnOperations())
        {
            if (IsReplacement(operation, member))
                return operation;
            if (operation is IInvocationOperation { TargetMethod: { IsVirtual: false, IsAbstract: false, IsOverride: false } method, Instance: null or IInstanceReferenceOperation } call
                && member.Instance is null or IInstanceReferenceOperation && SymbolEqualityComparer.Default.Equals(method.ContainingType, member.Member.ContainingType)
                && call.SemanticModel is { } model && Work.BodyOf(method, model) is { } callee && callee.OwnOperations().FirstOrDefault(inner => IsReplacement(inner, member)) is { } write)
                return write;
        }
        return null;
    }

    /// <summary>Whether the operation gives the member another object; to give it up at the end of its owner's life harms nobody.</summary>
    private static bool IsReplacement(IOperation operation, IMemberReferenceOperation member) => operation is IMemberReferenceOperation && operation.IsSameAs(member) && operation.IsWritten()
        && !(operation.Parent is ISimpleAssignmentOperation { Value: var value } && value.Unconverted() is { ConstantValue: { HasValue: true, Value: null } } && IsAtEnd(operation));

    private static bool IsAtEnd(IOperation operation) => operation.SemanticModel?.GetEnclosingSymbol(operation.Syntax.SpanStart) is IMethodSymbol method && StopMembers.IsStop(method);

    /// <summary>Whether the code looks, once it has the lock, if it still is the right one.</summary>
    private static bool IsCompared(IOperation body, IMemberReferenceOperation member) => body.OwnOperations().Any(operation =>
        operation is IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison
            && (comparison.LeftOperand.IsSameAs(member) || comparison.RightOperand.IsSameAs(member))
        || operation is IInvocationOperation call && Waiting.IsReferenceEquals(call.TargetMethod));

    /// <summary>Whether another lock around this one may keep others away.</summary>
    private static bool IsUnderAnother(IOperation @lock)
    {
        for (var outer = @lock.Parent; outer is not null && outer is not (IAnonymousFunctionOperation or ILocalFunctionOperation); outer = outer.Parent)
            if (outer is ILockOperation)
                return true;
        return false;
    }
}
