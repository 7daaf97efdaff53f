using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>What becomes of a thread: who starts and joins it, as far as the source shows.</summary>
internal sealed class ThreadLife : Trace
{
    private readonly bool toCallers;

    private ThreadLife(IOperation near, KnownTypes types, bool toCallers) : base(types, near.SemanticModel!.Compilation, CancellationToken.None) => this.toCallers = toCallers;

    /// <summary>The calls that start it.</summary>
    public List<IInvocationOperation> Starts { get; } = [];

    /// <summary>The calls that wait for its end, with a timeout or without.</summary>
    public List<IInvocationOperation> Joins { get; } = [];

    /// <summary>Whether code says if the process is to wait for it; to say so with <c>false</c> is a decision too.</summary>
    public bool IsDecided { get; private set; }

    /// <summary>Whether it is made a background thread, as far as constants say.</summary>
    public bool IsBackground { get; private set; }

    /// <summary>Whether the method that makes it gives it to its caller, who then holds it.</summary>
    public bool IsReturned { get; private set; }

    /// <summary>Whether code asks if it still runs.</summary>
    public bool IsAsked { get; private set; }

    /// <summary>Whether other calls set it up: an apartment, a culture, a priority or a name.</summary>
    public bool IsDescribed { get; private set; }

    /// <summary>The life of the thread that an expression makes.</summary>
    /// <param name="made">The expression.</param>
    /// <param name="types">The framework types.</param>
    /// <param name="toCallers">Whether to go on in the callers of the method that returns it, where all are seen.</param>
    public static ThreadLife Of(IOperation made, KnownTypes types, bool toCallers = false)
    {
        var life = new ThreadLife(made, types, toCallers);
        life.Follow([made]);
        return life;
    }

    /// <summary>The life of the threads that a field or property holds.</summary>
    /// <param name="owner">The field or property.</param>
    /// <param name="uses">All references to it, of which there is one.</param>
    /// <param name="types">The framework types.</param>
    public static ThreadLife Of(ISymbol owner, IReadOnlyList<IOperation> uses, KnownTypes types)
    {
        var life = new ThreadLife(uses[0], types, toCallers: false);
        life.Owners.Add(owner);
        life.Follow(uses);
        return life;
    }

    /// <summary>Adds what the method that makes the thread did with it before it gave it to its caller.</summary>
    public ThreadLife After(ThreadLife made)
    {
        Starts.AddRange(made.Starts);
        (IsDecided, IsBackground, IsDescribed) = (IsDecided || made.IsDecided, IsBackground || made.IsBackground, IsDescribed || made.IsDescribed);
        return this;
    }

    /// <inheritdoc/>
    protected override bool IsOne(ITypeSymbol type) => Types[type] == KnownType.Thread;

    /// <inheritdoc/>
    protected override IOperation? Read(IPropertyReferenceOperation property)
    {
        if (ThreadMembers.Observes(property.Property, Types))
        {
            IsAsked |= !(Endings.IsTold(property) && Owners.Count == 0);
            return null;
        }
        if (ThreadMembers.IsBackground(property.Property, Types) && property.IsWritten())
            (IsDecided, IsBackground) = (true, IsBackground || property.Parent is ISimpleAssignmentOperation { Value.ConstantValue: { HasValue: true, Value: true } });
        IsDescribed |= property.IsWritten();
        return null;
    }

    /// <inheritdoc/>
    protected override IOperation? Called(IInvocationOperation call)
    {
        if (ThreadMembers.Starts(call.TargetMethod, Types))
            AddOnce(Starts, call);
        else if (ThreadMembers.Joins(call.TargetMethod, Types))
            AddOnce(Joins, call);
        else if (Handles.UseOf(call.TargetMethod, Types) == HandleUse.Prepares && !ThreadMembers.Ends(call.TargetMethod, Types))
            (IsDescribed, IsDecided) = (true, IsDecided || ThreadMembers.SetsApartment(call.TargetMethod, Types));
        else if (Types[call.TargetMethod.ContainingType] == KnownType.Thread)
            Leave();
        return null;
    }

    /// <summary>The value goes back to the caller: of a property's getter, or a method, whose name all callers then stand for.</summary>
    protected override IOperation? Returned(IReturnOperation returned)
    {
        if (toCallers && Owners.Count == 0 && Callers(returned) is { Count: > 0 } callers)
            return GoOn(callers);
        IsReturned = true;
        // What an object owns may be joined by whoever can ask it for that.
        return Owners.Count == 0 ? null : Callers(returned) is { } users ? GoOn(users) : Leave();
    }

    private static void AddOnce(List<IInvocationOperation> calls, IInvocationOperation call)
    {
        if (!calls.Any(other => other.Syntax == call.Syntax))
            calls.Add(call);
    }
}
