using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>
/// What is wrong with the types of a program as modules. A verdict follows from the summaries of the members of the type and
/// of its bases, and from the locks that callers of its private parts hold; it is kept with the type's facts and holds in the
/// next compilation while these are the same.
/// </summary>
internal sealed class TypeVerdicts(ProgramFacts program, Callers callers, Compositions compositions)
{
    private static readonly ConditionalWeakTable<TypeFacts, Slot<Judged>> Kept = new();

    private readonly ulong stamp = program.Stamp;
    private readonly TypeRaces races = new(program, callers, compositions.Of);
    private readonly Guards guards = new(program, callers, compositions.Of);
    private readonly Publications publications = new(program, callers, compositions.Of);
    private readonly LazyInits lazy = new(program, compositions.Of);
    private readonly Escapes escapes = new(program, callers, compositions.Of);
    private readonly RereadRaces rereads = new(program, callers, compositions.Of);
    private readonly Twins twins = new(program, compositions.Of);

    /// <summary>The findings of a type, one a memory.</summary>
    public IEnumerable<Finding> Of(string type)
    {
        if (!program.Types.TryGetValue(type, out var facts))
            return Judge(type);
        var slot = Kept.GetOrCreateValue(facts);
        if (slot.Value is { } judged && judged.Stamp == stamp && judged.Summaries.SequenceEqual(Summaries(facts)) && judged.Answers.All(callers.StillAnswer))
            return judged.Findings;
        var before = callers.Answers.Count;
        var found = Judge(type).ToImmutableArray();
        slot.Value = new Judged(stamp, Summaries(facts).ToImmutableArray(), callers.Answers.Skip(before).ToImmutableArray(), found);
        return found;
    }

    /// <summary>What calls of the members of a type and of its bases do.</summary>
    private IEnumerable<Summary?> Summaries(TypeFacts type)
    {
        foreach (var member in program.ByType[type.Id])
            yield return compositions.Known(member);
        foreach (var module in type.Bases)
            foreach (var member in program.ByType[module])
                yield return compositions.Known(member);
    }

    private IReadOnlyCollection<Finding> Judge(string type)
    {
        var early = program.ByType[type].SelectMany(body => compositions.Found(body)?.Early ?? ImmutableArray<Early>.Empty).ToList();
        var found = new Findings();
        foreach (var finding in races.Of(type).Concat(guards.Of(type)).Concat(publications.Of(type, early)).Concat(lazy.Of(type)).Concat(escapes.Of(type)).Concat(rereads.Of(type)).Concat(twins.Of(type)))
            found.Add(finding);
        return found.Found;
    }

    /// <summary>A verdict and all that it follows from.</summary>
    private sealed record Judged(ulong Stamp, ImmutableArray<Summary?> Summaries, ImmutableArray<Callers.Answer> Answers, ImmutableArray<Finding> Findings);
}
