using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>Who calls a body that only the program itself can call: under which locks, and in which phase of an object's life.</summary>
internal sealed class Callers(ProgramFacts program)
{
    /// <summary>Callers further up are not looked at.</summary>
    private const int Levels = 3;

    /// <summary>Where more bodies lead to one, it is not asked which thread runs them.</summary>
    private const int MaxBodies = 32;

    /// <summary>What was asked so far, and the answers.</summary>
    public List<Answer> Answers { get; } = [];

    /// <summary>Whether a question has the same answer in this program.</summary>
    public bool StillAnswer(Answer answer) => program.Body(answer.Body) is { } body && Ask(body, answer.Question) == answer.IsYes;

    /// <summary>Whether every call of the body, or of the one around it, is made under a lock of that name, or under one that a call gave.</summary>
    /// <param name="guard">The member that holds the lock; null for any lock at all.</param>
    public bool AllHold(BodyFacts body, string? guard) => Answered(body, new Question(guard, OfPhase: false, Before: null));

    /// <summary>Whether every call of the body is made where an object begins or ends, by constructors or members named so.</summary>
    public bool AllBegin(BodyFacts body) => Answered(body, new Question(null, OfPhase: true, Before: null));

    /// <summary>Whether every call of the body is followed by one of another member of the same object, in the same body.</summary>
    /// <param name="later">The id of the other member.</param>
    public bool AllPrecede(BodyFacts body, string later) => Answered(body, new Question(null, OfPhase: false, later));

    /// <summary>Whether all who are known to call the body, which others may call too, do so where its object begins or before another member of it.</summary>
    /// <param name="later">The id of the other member.</param>
    public bool KnownPrecede(BodyFacts body, string later) => Answered(body, new Question(null, OfPhase: false, later, Known: true));

    /// <summary>Whether all who call the body are run by the thread, which is known to call it.</summary>
    /// <param name="starter">The body that starts the thread.</param>
    /// <param name="target">The name of what the thread runs.</param>
    public bool AllRunBy(BodyFacts body, BodyFacts starter, string target) => Answered(body, new Question(null, OfPhase: false, Before: null, Starter: starter.Id, Target: target));

    /// <summary>Whether the program calls the body in one place, and gives it to nobody.</summary>
    public bool IsCalledOnce(BodyFacts body) => Answered(body, new Question(null, OfPhase: false, Before: null, Once: true));

    private bool Answered(BodyFacts body, Question question)
    {
        var answer = Ask(body, question);
        Answers.Add(new Answer(body.Id, question, answer));
        return answer;
    }

    private bool Ask(BodyFacts body, Question question) => question is { Starter: { } starter, Target: { } target } ? program.Body(starter) is { } starting && IsRunBy(body, starting, target, new(StringComparer.Ordinal))
        : question is { Known: true, Before: { } begin } ? body.Overrides.Prepend(body.Id).SelectMany(Calls).ToList() is { Count: > 0 } known && known.TrueForAll(call => call.Caller.Kind is BodyKind.Constructor || call.Caller.Type == body.Type && call.Caller.Name == body.Name || Precedes(call, begin))
        : question.Once ? body.Overrides.IsEmpty && Calls(body.Id).Select(call => call.Call.Site).Distinct().Count() == 1 : All(body, call => question.OfPhase
        ? call.Caller.Kind is BodyKind.Constructor or BodyKind.StaticConstructor || Phases.IsStep(call.Caller)
        : question.Before is { } later ? Precedes(call, later)
        : call.Call.Locks.Locks.Any(held => question.Guard is null || held.Lock is null or { Root: Root.Result } || held.Lock.Name == question.Guard), Levels);

    private static bool Precedes((BodyFacts Caller, Call Call) call, string later) => call.Caller.Events.Any(@event =>
        @event is Call { Receiver: { } receiver } next && next.Number > call.Call.Number && next.Method == later && receiver.Equals(call.Call.Receiver));

    private bool All(BodyFacts body, Func<(BodyFacts Caller, Call Call), bool> holds, int levels)
    {
        if (body.IsCallable && !body.IsInternal || levels == 0)
            return false;
        var known = body.Overrides.Prepend(body.Id).SelectMany(Calls).ToList();
        return known.Count > 0 && known.All(call => holds(call) || All(call.Caller, holds, levels - 1));
    }

    private bool IsRunBy(BodyFacts body, BodyFacts starter, string target, HashSet<string> seen)
    {
        if (!seen.Add(body.Id))
            return true;
        if (seen.Count > MaxBodies || program.HandlesEvents(body))
            return false;
        var known = body.Overrides.Prepend(body.Id).SelectMany(Calls).ToList();
        return known.Count == 0 ? IsEntry(body) : known.TrueForAll(call => IsEntry(call.Caller) || IsRunBy(call.Caller, starter, target, seen));

        bool IsEntry(BodyFacts candidate) => candidate.Outer == starter.Id || candidate.Type == starter.Type && candidate.Name == target;
    }

    /// <summary>What is asked of all callers: to hold the guard, or any lock where it is null; to be a phase; to call another member later; that there is one; to be run by a thread; or, of those that are known only, to begin or to call another member later.</summary>
    internal readonly record struct Question(string? Guard, bool OfPhase, string? Before, bool Once = false, string? Starter = null, string? Target = null, bool Known = false);

    /// <summary>What was asked of the callers of a body, and whether all of them are so.</summary>
    internal readonly record struct Answer(string Body, Question Question, bool IsYes);

    /// <summary>The calls of what the id names.</summary>
    private IEnumerable<(BodyFacts Caller, Call Call)> Calls(string id)
    {
        foreach (var caller in program.CallersOf(id))
            foreach (var @event in caller.Events)
                if (@event is Call call && call.Method == id)
                    yield return (caller, call);
    }
}
