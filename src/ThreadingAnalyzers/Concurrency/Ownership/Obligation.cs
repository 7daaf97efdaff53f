using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Concurrency.Ownership;

/// <summary>What who makes an object owes it: that somebody brings it to its end.</summary>
/// <param name="Type">The type of the object, as made.</param>
/// <param name="IsEnd">Whether a use of the object ends it: a call on it, a property of it that is written, a <c>using</c> of it.</param>
/// <param name="IsPart">Whether what the property holds stands for the object: the writer of a channel.</param>
internal sealed record Obligation(ITypeSymbol Type, Func<IOperation, bool> IsEnd, Func<IPropertySymbol, bool> IsPart)
{
    /// <summary>That of a pool: to be shut down.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="made">Its type as the code that makes it sees it.</param>
    public static Obligation Of(Pool pool, ITypeSymbol made) => new(made.TypeKind == TypeKind.Interface ? pool.Type : made, use => use is IUsingOperation or IUsingDeclarationOperation || use is IInvocationOperation call && pool.IsEndedBy(call.TargetMethod), static _ => false);

    /// <summary>That of a timer: to be disposed, or stopped.</summary>
    public static Obligation OfTimer(ITypeSymbol made) => new(made, PoolMembers.EndsTimer, static _ => false);

    /// <summary>That of a queue: to be completed.</summary>
    public static Obligation OfQueue(ITypeSymbol made, KnownTypes types) => new(made, use => use is IInvocationOperation call && Queues.Completes(call.TargetMethod, types), Queues.IsEnd);

    /// <summary>Whether a value of the type may be the object: it is its type, one of its bases or interfaces.</summary>
    public bool Fits(ITypeSymbol type) => Type.AllInterfaces.Contains(type, SymbolEqualityComparer.Default) || IsBase(type);

    /// <summary>Whether the type is the object's own or one of its base classes.</summary>
    public bool IsBase(ITypeSymbol type)
    {
        for (var current = Type; current is not null; current = current.BaseType)
            if (SymbolEqualityComparer.Default.Equals(current.OriginalDefinition, type.OriginalDefinition))
                return true;
        return false;
    }
}
