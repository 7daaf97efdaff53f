using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>An expression by which code gets a new thread: its creation, or the call of a method of the source that makes it for its caller.</summary>
/// <param name="Expression">The creation or the call.</param>
/// <param name="Work">What the thread runs, and the creation itself.</param>
/// <param name="Life">What becomes of the thread, from the expression on, and before it in the method that makes it.</param>
internal sealed record ThreadOrigin(IOperation Expression, ThreadWork Work, ThreadLife Life)
{
    /// <summary>Whether the process waits for the thread, and no code says so.</summary>
    public bool IsForeground(KnownTypes types) => Work.IsBackground(types) is null && !Life.IsDecided;

    /// <summary>Whether code makes it a background thread.</summary>
    public bool IsBackground(KnownTypes types) => Work.IsBackground(types) == true || Life.IsBackground;

    /// <summary>The words to underline.</summary>
    public Location Place => Expression == Work.Creation ? Work.Place : Expression.Syntax.GetLocation();

    /// <summary>The origin that an expression is; null where it makes no thread, makes it for its caller, or where it is not known which.</summary>
    public static ThreadOrigin? Of(IOperation expression, KnownTypes types) => expression switch
    {
        IObjectCreationOperation creation when ThreadWork.Of(creation, types) is { } work && LifeOf(creation, types) is { } life => new ThreadOrigin(creation, work, life),
        IInvocationOperation { TargetMethod: { IsVirtual: false, IsOverride: false, IsAbstract: false, IsAsync: false, DeclaringSyntaxReferences.IsEmpty: false } method } call
            when ThreadMembers.Carries(call.Type, types) && call.SemanticModel is { } model && Flow.Work.BodyOf(method, model) is { } body && Made(body, types) is var (work, made) => new ThreadOrigin(call, work, ThreadLife.Of(call, types).After(made)),
        _ => null,
    };

    /// <summary>The life of a thread that is not made for the method's callers; of several that are, so that no call stands for one, the life that they have there.</summary>
    private static ThreadLife? LifeOf(IObjectCreationOperation creation, KnownTypes types)
    {
        var life = ThreadLife.Of(creation, types);
        if (!(life.IsReturned && life.Owners.Count == 0))
            return life;
        return creation.Root().Descendants().Count(other => other is IObjectCreationOperation && types[other.Type] == KnownType.Thread) > 1 && ThreadLife.Of(creation, types, toCallers: true) is { IsReturned: false } whole ? whole : null;
    }

    /// <summary>The origins of the threads that a creation makes: itself, or the calls of the method that makes them for its callers.</summary>
    public static IEnumerable<ThreadOrigin> Of(IObjectCreationOperation creation, KnownTypes types, CancellationToken cancellation)
    {
        if (Of(creation, types) is { } origin)
            return [origin];
        return ThreadWork.Of(creation, types) is not null && creation.Method() is { } method && creation.SemanticModel is { } model
            ? MemberUses.InSource(method, model.Compilation, cancellation).Select(use => Of(use, types)).OfType<ThreadOrigin>()
            : [];
    }

    /// <summary>The one creation of a method that does nothing with the thread but describe, start and return it; null for other methods.</summary>
    private static (ThreadWork Work, ThreadLife Life)? Made(IOperation body, KnownTypes types)
    {
        if (body.Descendants().OfType<IObjectCreationOperation>().Where(creation => types[creation.Type] == KnownType.Thread).ToList() is not [{ } only] || ThreadWork.Of(only, types) is not { } work)
            return null;
        var life = ThreadLife.Of(only, types);
        return life is { IsReturned: true, Leaves: false, Owners: [], Joins: [] }
            && body.OwnOperations().OfType<IReturnOperation>().All(returned => returned.ReturnedValue?.Unconverted() is { } value && (value.ConstantValue is { HasValue: true, Value: null } || value.Syntax.Span.Contains(only.Syntax.Span) || value.Variable() is { } local && life.Holders.Contains(local)))
            ? (work, life)
            : null;
    }
}
