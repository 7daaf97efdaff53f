using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>Second reads of memory that a test found to be there, where the code needs what it then finds.</summary>
internal sealed class Rereads(BodyWalk walk)
{
    /// <summary>Notes a read that relies on an earlier test of the same memory.</summary>
    public void Note(Path? path, ISymbol? member, IOperation read)
    {
        var state = walk.Recorder.State;
        if (path is null || state.Tested.IsEmpty || !state.Tested.TryGetValue(path, out var test))
            return;
        // Who may not remove a handler cannot make the event empty.
        if (member is IEventSymbol { DeclaredAccessibility: Accessibility.Private })
            return;
        if (test.IsSized ? IsElement(read) : IsRelied(read))
            walk.Recorder.Note(path, AccessKind.Read | AccessKind.Reread | (test.IsSized ? AccessKind.Sized : 0), state.Locks.Kept(test.Locks), read.Syntax);
    }

    /// <summary>Whether the value is null, or a nullable value that is not there, on one of its ways at least.</summary>
    public static bool IsNull(IOperation value) => value.Unconverted() switch
    {
        { ConstantValue: { HasValue: true, Value: null } } => true,
        IDefaultValueOperation { Type: { IsReferenceType: true } or { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } } => true,
        IConditionalOperation { WhenTrue: var first, WhenFalse: { } second } => IsNull(first) || IsNull(second),
        ISwitchExpressionOperation { Arms: var arms } => arms.Any(arm => IsNull(arm.Value)),
        ICoalesceOperation { WhenNull: var last } => IsNull(last),
        _ => false,
    };

    /// <summary>Whether null is an exception here.</summary>
    public static bool IsRelied(IOperation read)
    {
        var (value, user) = Used(read);
        return user switch
        {
            IInvocationOperation invocation => invocation.Instance == value && !Values.AllowsNull(invocation.TargetMethod),
            IPropertyReferenceOperation property => property.Instance == value && !Values.AllowsNull(property.Property),
            IFieldReferenceOperation field => field.Instance == value,
            IArrayElementReferenceOperation element => element.ArrayReference == value,
            IForEachLoopOperation loop => loop.Collection == value,
            ILockOperation or IAwaitOperation => true,
            _ => false,
        };
    }

    private static bool IsElement(IOperation read)
    {
        var (value, user) = Used(read);
        return user is IArrayElementReferenceOperation element && element.ArrayReference == value
            || user is IPropertyReferenceOperation { Property.IsIndexer: true } indexer && indexer.Instance == value;
    }

    private static (IOperation Value, IOperation? User) Used(IOperation read)
    {
        var value = read;
        while (value.Parent is IConversionOperation { OperatorMethod: null } or IParenthesizedOperation)
            value = value.Parent;
        return (value, value.Parent);
    }
}
