using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>
/// What is wrong with the types of a program as modules. A verdict follows from the summaries of the members of the type and
/// of its bases alone; it is kept with the type's facts and holds in the next compilation while these are the same.
/// </summary>
internal sealed class TypeVerdicts(ProgramFacts program, Compositions compositions)
{
    private static readonly ConditionalWeakTable<TypeFacts, Slot> Kept = new();

    private readonly TypeRaces races = new(program, compositions.Of);
    private readonly Guards guards = new(program, compositions.Of);

    /// <summary>The findings of a type, one a memory.</summary>
    public IEnumerable<Finding> Of(string type)
    {
        if (!program.Types.TryGetValue(type, out var facts))
            return Judge(type);
        var summaries = facts.Bases.Where(program.ByType.Contains).Prepend(type).SelectMany(module => program.ByType[module]).Select(member => compositions.Known(member.Id)).ToList();
        var slot = Kept.GetOrCreateValue(facts);
        if (slot.Judged is not { } judged || !judged.IsOf(summaries))
            slot.Judged = judged = new Judged(summaries, Judge(type).ToImmutableArray());
        return judged.Findings;
    }

    private IReadOnlyCollection<Finding> Judge(string type)
    {
        var found = new Findings();
        foreach (var finding in races.Of(type).Concat(guards.Of(type)))
            found.Add(finding);
        return found.Found;
    }

    private sealed record Judged(List<Summary?> Summaries, ImmutableArray<Finding> Findings)
    {
        public bool IsOf(List<Summary?> summaries)
        {
            if (Summaries.Count != summaries.Count)
                return false;
            for (var i = 0; i < summaries.Count; i++)
                if (!ReferenceEquals(Summaries[i], summaries[i]))
                    return false;
            return true;
        }
    }

    /// <summary>Where the last verdict on a type is kept; compilations may be analysed side by side.</summary>
    private sealed class Slot
    {
        private Judged? judged;

        public Judged? Judged
        {
            get => Volatile.Read(ref judged);
            set => Volatile.Write(ref judged, value);
        }
    }
}
