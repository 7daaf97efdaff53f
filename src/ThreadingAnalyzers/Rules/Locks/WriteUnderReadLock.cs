using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>
/// Memory that a reader-writer lock guards, changed by a thread that has the lock for reading only.
/// Source: the .NET reference, ReaderWriterLockSlim, "multiple threads for reading or exclusive access for writing".
/// </summary>
public sealed class WriteUnderReadLock() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR4011", since: "1.0", Category.Locks, DiagnosticSeverity.Warning,
        title: "What a reader-writer lock guards should be changed under the write lock",
        message: "'{0}' is {1} under the read lock of '{2}', taken at line {3}, which other readers have at the same time, and the write lock guards it at line {4}: take the write lock there",
        why: "The read lock lets in any number of threads. What one of them changes, the others read half done or change too.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => Holding.WatchBodies(context, types,
        call => Effects.Of(call.TargetMethod, call.Instance?.Type, types).Mode == LockMode.Read,
        (action, holding, after) =>
        {
            if (IsUnderWrite(holding, types))
                return;
            foreach (var (use, isContent, place) in holding.Guarded(after, operation => IsExclusive(operation, holding.Lock, types)).SelectMany(operation => Changes(operation, holding, types)))
            {
                if (GuardedAt(use, holding, action, types) is not { } guarded)
                    continue;
                // Said once for each acquisition, which is what there is to mend.
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, place.Syntax.GetLocation(), [holding.Taking.Syntax.GetLocation(), guarded.Syntax.GetLocation()],
                    use.Syntax, isContent ? "changed" : "written", holding.Lock.Syntax, holding.Taking.Syntax.Line(), guarded.Syntax.Line()));
                return;
            }
        });

    private static bool IsUnderWrite(Holding holding, KnownTypes types) => holding.Function.OwnOperations()
        .Any(operation => operation.Syntax.SpanStart < holding.Taking.Syntax.SpanStart && IsExclusive(operation, holding.Lock, types));

    /// <summary>What the operation, or the private method that it calls, changes of this object or of its type.</summary>
    private static IEnumerable<(IOperation Use, bool IsContent, IOperation Place)> Changes(IOperation operation, Holding holding, KnownTypes types)
    {
        if (Change(operation, types) is { } change && !IsApart(operation, holding, types))
            return [(change.Use, change.IsContent, change.Use)];
        if (operation is IInvocationOperation { IsImplicit: false, Instance: null or IInstanceReferenceOperation, TargetMethod: { DeclaredAccessibility: Accessibility.Private } method }
            && SymbolEqualityComparer.Default.Equals(method.ContainingType, (holding.Lock as IMemberReferenceOperation)?.Member.ContainingType)
            && holding.Taking.SemanticModel is { } model && Work.BodyOf(method, model) is { } body && !body.OwnOperations().Any(inner => inner is ILockOperation || inner is IInvocationOperation call && Holding.TakenBy(call, types) is not null))
            return body.OwnOperations().Select(inner => Change(inner, types)).OfType<(IOperation Use, bool IsContent)>().Select(inner => (inner.Use, inner.IsContent, operation));
        return [];
    }

    /// <summary>The field or property of this object, or of its type, that the operation gives a value, or the content of that it changes.</summary>
    private static (IOperation Use, bool IsContent)? Change(IOperation operation, KnownTypes types) => operation switch
    {
        // Of a value that is filled in where it is missing, any will do.
        ICoalesceAssignmentOperation => null,
        IAssignmentOperation { Target: var target } assignment when Own(target) is { } member && !(assignment is ISimpleAssignmentOperation && IsWhereMissing(assignment, member)) => (member, false),
        IAssignmentOperation { Target: IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } collection } } when Own(collection) is { } member && (types.Is(member.Type, KnownType.Collection) || types.Is(member.Type, KnownType.List)) => (member, true),
        IIncrementOrDecrementOperation { Target: var target } when Own(target) is { } member => (member, false),
        IInvocationOperation { TargetMethod: var method, Instance: { } collection } when Containers.Mutates(method) && Own(collection) is { } member && (types.Is(member.Type, KnownType.Collection) || types.Is(member.Type, KnownType.List)) => (member, true),
        _ => null,
    };

    private static IMemberReferenceOperation? Own(IOperation target) => target.Unconverted() is IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation } member and (IFieldReferenceOperation or IPropertyReferenceOperation { Arguments.IsEmpty: true })
        && member.Member is not IFieldSymbol { IsVolatile: true } ? member : null;

    private static bool IsWhereMissing(IOperation write, IOperation member)
    {
        for (var outer = write.Parent; outer is not null; outer = outer.Parent)
            if (outer is IConditionalOperation { Condition: var condition } && condition.DescendantsAndSelf().Any(part => part.IsSameAs(member)))
                return true;
        return false;
    }

    /// <summary>Whether a lock of its own keeps other readers from what is done here.</summary>
    private static bool IsApart(IOperation operation, Holding holding, KnownTypes types) =>
        holding.Function.OwnOperations().Any(other => other is ILockOperation @lock && @lock.Body.Syntax.Span.Contains(operation.Syntax.Span)
            || other is IInvocationOperation call && call.Syntax.SpanStart < operation.Syntax.SpanStart && IsOtherLock(call, holding.Lock, types));

    private static bool IsOtherLock(IInvocationOperation call, IOperation @lock, KnownTypes types) => Holding.TakenBy(call, types) is { } taken && !taken.IsSameAs(@lock);

    private static bool IsExclusive(IOperation operation, IOperation @lock, KnownTypes types) => operation is IInvocationOperation call
        && (LockMembers.ChangesMode(call.TargetMethod) || Holding.TakenBy(call, types) is { } taken && taken.IsSameAs(@lock) && Effects.Of(call.TargetMethod, call.Instance?.Type, types).Mode == LockMode.Exclusive);

    /// <summary>Where the member is used under the write lock of the same lock, which shows what it guards; null where nowhere.</summary>
    private static IOperation? GuardedAt(IOperation use, Holding holding, OperationBlockAnalysisContext action, KnownTypes types) =>
        MemberUses.InSource(((IMemberReferenceOperation)use).Member, action.Compilation, action.CancellationToken).FirstOrDefault(other => other is IMemberReferenceOperation
            && (IsAfterWrite(other, holding, types) || IsCalledUnderWrite(other, holding, action, types)));

    private static bool IsAfterWrite(IOperation operation, Holding holding, KnownTypes types) =>
        operation.Function().OwnOperations().Any(before => before.Syntax.SpanStart < operation.Syntax.SpanStart && IsExclusive(before, holding.Lock, types));

    /// <summary>Whether the operation is in a private method that some other one calls under the write lock.</summary>
    private static bool IsCalledUnderWrite(IOperation operation, Holding holding, OperationBlockAnalysisContext action, KnownTypes types) =>
        operation.Method() is { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Private } method
        && MemberUses.InSource(method, action.Compilation, action.CancellationToken).Any(call => call is IInvocationOperation && IsAfterWrite(call, holding, types));
}
