using ThreadingAnalyzers.Concurrency.Domain;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>Who calls a body that only the program itself can call, and under which locks.</summary>
internal sealed class Callers(ProgramFacts program)
{
    /// <summary>Callers further up are not looked at.</summary>
    private const int Levels = 3;

    private ILookup<string, (BodyFacts Caller, Call Call)>? calls;

    /// <summary>What was asked so far, and the answers.</summary>
    public List<Answer> Answers { get; } = [];

    /// <summary>Whether a question has the same answer in this program.</summary>
    public bool StillAnswer(Answer answer) => program.Body(answer.Body) is { } body && AllHold(body, answer.Guard, Levels) == answer.Held;

    /// <summary>Whether every call of the body, or of the one around it, is made under a lock of that name.</summary>
    /// <param name="guard">The member that holds the lock; null for any lock at all.</param>
    public bool AllHold(BodyFacts body, string? guard)
    {
        var held = AllHold(body, guard, Levels);
        Answers.Add(new Answer(body.Id, guard, held));
        return held;
    }

    private bool AllHold(BodyFacts body, string? guard, int levels)
    {
        if (body.IsCallable && !body.IsInternal || levels == 0)
            return false;
        var known = body.Overrides.Prepend(body.Id).SelectMany(id => Calls[id]).ToList();
        return known.Count > 0 && known.All(call => call.Call.Locks.Locks.Any(held => guard is null || held.Lock?.Name == guard) || AllHold(call.Caller, guard, levels - 1));
    }

    /// <summary>Whether the callers of a body hold a guard.</summary>
    internal readonly record struct Answer(string Body, string? Guard, bool Held);

    private ILookup<string, (BodyFacts Caller, Call Call)> Calls => calls ??= program.Bodies
        .SelectMany(body => body.Events.OfType<Call>().Where(call => call.Method is not null).Select(call => (Caller: body, Call: call)))
        .ToLookup(call => call.Call.Method!, StringComparer.Ordinal);
}
