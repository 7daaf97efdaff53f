using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Background;

/// <summary>What becomes of a task that was made and not started: who starts it and who waits for it, as far as the source shows.</summary>
internal sealed class ColdLife : Trace
{
    private readonly ITypeSymbol type;

    private ColdLife(ITypeSymbol type, KnownTypes types, Compilation compilation, CancellationToken cancellation) : base(types, compilation, cancellation) => this.type = type;

    /// <summary>The places that wait for it.</summary>
    public List<IOperation> Waits { get; } = [];

    /// <summary>Whether somebody starts it, or may do so.</summary>
    public bool MayStart => Leaves;

    /// <summary>The life of the task that an expression makes.</summary>
    public static ColdLife Of(IObjectCreationOperation creation, KnownTypes types, Compilation compilation, CancellationToken cancellation)
    {
        var life = new ColdLife(creation.Type!, types, compilation, cancellation);
        life.Follow([creation]);
        return life;
    }

    /// <inheritdoc/>
    protected override bool IsOne(ITypeSymbol type) => Types.Is(type, KnownType.Task) || this.type.AllInterfaces.Contains(type, SymbolEqualityComparer.Default);

    /// <inheritdoc/>
    protected override IOperation? Read(IPropertyReferenceOperation property)
    {
        if (Waiting.IsResult(property.Property, Types))
            Waits.Add(property);
        return Carries(property.Type) ? property : null;
    }

    /// <inheritdoc/>
    protected override IOperation? Called(IInvocationOperation call)
    {
        var use = Handles.UseOf(call.TargetMethod, Types);
        if (use == HandleUse.Prepares || ColdTasks.RunsNow(call.TargetMethod))
            return Leave();
        if (use == HandleUse.Waits)
            Waits.Add(call);
        return use == HandleUse.Wraps ? call : null;
    }

    /// <inheritdoc/>
    protected override IOperation? Used(IOperation user)
    {
        if (user is IAwaitOperation)
            Waits.Add(user);
        return user is IAwaitOperation or IUsingOperation or IUsingDeclarationOperation ? null : Leave();
    }

    /// <inheritdoc/>
    protected override bool IsBorrowed(ISymbol taker, IOperation borrower)
    {
        // A task that is never started but has a token is a way to wait for the token beside others.
        if (borrower is not IInvocationOperation call || !Sequential.IsCombination(call.TargetMethod, Types) || Sequential.IsFirst(call.TargetMethod))
            return false;
        Waits.Add(call);
        return true;
    }

    /// <inheritdoc/>
    protected override IOperation? Returned(IReturnOperation returned) => Callers(returned) is { } callers ? GoOn(callers) : Leave();
}
