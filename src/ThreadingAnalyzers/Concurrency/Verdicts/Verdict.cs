using System.Collections.Immutable;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>From facts to findings: summaries bottom-up, races frame by frame and type by type, one finding a memory.</summary>
internal static class Verdict
{
    /// <summary>One thread that collides with its surroundings on more memories than this: an order that we do not see, or one design issue.</summary>
    private const int Storm = 5;

    /// <summary>All findings of a program, in an order that does not depend on the order of its texts.</summary>
    public static ImmutableArray<Finding> Of(ProgramFacts program, CancellationToken cancellation)
    {
        var summaries = new Dictionary<string, Summary>(StringComparer.Ordinal);
        // Of a body that is not known: it does nothing that we can tell.
        var unknown = new Summary();
        Summary SummaryOf(string id) => summaries.TryGetValue(id, out var summary) ? summary : unknown;

        var found = new List<Finding>();
        var publications = new Publications(program, SummaryOf);
        var stated = new List<Finding>();
        var breaches = new Breaches(program);
        var callees = CallGraph.Callees(program);
        var relevance = new Relevance(program, callees);
        foreach (var component in CallGraph.BottomUp(program, callees, relevance, cancellation))
        {
            // The members of a cycle see each other's first summary in the second round; more rounds only lengthen chains.
            for (var round = component.Count > 1 ? 0 : 1; round < 2; round++)
            {
                foreach (var body in component)
                {
                    cancellation.ThrowIfCancellationRequested();
                    var (frame, summary) = Composer.Compose(program, relevance, body, SummaryOf);
                    summaries[body.Id] = summary;
                    if (round == 0)
                        continue;
                    found.AddRange(FrameRaces.Of(frame).Select(finding => finding with { Frame = body.Id }));
                    publications.Note(frame);
                    stated.AddRange(RereadRaces.Events(frame));
                    stated.AddRange(Strays.Of(frame));
                    stated.AddRange(Limits.Of(frame, summary));
                    breaches.Look(frame, summary);
                }
            }
        }
        found.AddRange(new Requests(program, SummaryOf).All());
        var races = new TypeRaces(program, SummaryOf);
        var callers = new Callers(program);
        // A frame of a private member knows the locks of its callers not.
        found.RemoveAll(finding => finding.Guard is { } guard && finding.Primary.Locks.IsEmpty && program.Body(finding.Frame) is { } frame && callers.AllHold(frame, guard.Name));
        var guards = new Guards(program, callers, SummaryOf);
        var lazy = new LazyInits(program, SummaryOf);
        var escapes = new Escapes(program, SummaryOf);
        var rereads = new RereadRaces(program, SummaryOf);
        foreach (var type in program.ByType.Select(group => group.Key).OrderBy(id => id, StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            found.AddRange(races.Of(type));
            found.AddRange(guards.Of(type));
            found.AddRange(publications.Of(type));
            found.AddRange(lazy.Of(type));
            found.AddRange(escapes.Of(type));
            found.AddRange(rereads.Of(type));
        }
        stated.AddRange(breaches.Found());
        stated.AddRange(Limits.Opaque(program));
        return Distinct(found).AddRange(EachPlace(stated));
    }

    /// <summary>One finding a memory, the surest; a storm becomes medium.</summary>
    private static ImmutableArray<Finding> Distinct(List<Finding> found)
    {
        var single = found
            .GroupBy(finding => Key(finding))
            .Select(memory => memory
                .OrderByDescending(finding => finding.Confidence)
                .ThenBy(finding => finding.Defect)
                .ThenBy(finding => finding.Primary.Site.Text.Path, StringComparer.Ordinal)
                .ThenBy(finding => finding.Primary.Site.Start)
                .ThenBy(finding => finding.Other.Site.Start)
                .First())
            .ToList();
        var storms = single.Where(finding => Thread(finding) is not null).GroupBy(finding => Thread(finding)!.Site).Where(group => group.Count() > Storm).Select(group => group.Key).ToImmutableHashSet();
        return single.Select(finding => Thread(finding) is { } thread && storms.Contains(thread.Site) && finding.Confidence == Confidence.High ? finding with { Confidence = Confidence.Medium } : finding)
            .OrderBy(finding => finding.Primary.Site.Text.Path, StringComparer.Ordinal).ThenBy(finding => finding.Primary.Site.Start).ToImmutableArray();
    }

    /// <summary>One finding a place, of those that are about the place and no pair of uses.</summary>
    private static IEnumerable<Finding> EachPlace(List<Finding> stated) => stated
        .GroupBy(finding => (finding.Defect, finding.Primary.Site))
        .Select(place => place.OrderByDescending(finding => finding.Confidence).First())
        .OrderBy(finding => finding.Primary.Site.Text.Path, StringComparer.Ordinal).ThenBy(finding => finding.Primary.Site.Start);

    private static Spawned? Thread(Finding finding) => finding.PrimaryThread ?? finding.OtherThread;

    /// <summary>What counts as one memory for the user: the member, whichever object it is of, or a variable of one body.</summary>
    private static string Key(Finding finding)
    {
        var memory = finding.Memory;
        // Each place that gives it away is to be mended.
        if (finding.Defect == Defect.EscapingGuardedState)
            return finding.Primary.Site.ToString() + finding.Primary.Site.Text.Path;
        while (memory is { IsRoot: false, Name: Flow.Path.Element })
            memory = memory.Parent!;
        return memory.IsRoot ? $"{finding.Primary.Site.Text.Path}:{finding.Frame}:{memory.Name}" : memory.Name;
    }
}
