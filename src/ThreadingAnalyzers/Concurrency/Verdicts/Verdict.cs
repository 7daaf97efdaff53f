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
        var calls = new CallGraph(program);
        var relevance = new Relevance(program, calls);
        var compositions = new Compositions(program, relevance);
        foreach (var component in calls.BottomUp(relevance, cancellation))
            compositions.Compose(component, cancellation);

        var found = new Findings();
        var stated = new List<Finding>();
        var callers = new Callers(program);
        var breaches = new Breaches(program);
        foreach (var body in relevance.Bodies)
        {
            if (compositions.Found(body) is not { } frame)
                continue;
            stated.AddRange(frame.Stated);
            foreach (var (use, thread) in frame.Required)
                breaches.Look(use, body, thread);
            foreach (var race in frame.Races)
                // A frame of a private member knows the locks of its callers not.
                if (race.Guard is not { } guard || !race.Primary.Locks.IsEmpty || !callers.AllHold(body, guard.Name))
                    found.Add(race);
        }
        foreach (var finding in new Requests(program, compositions.Of).All())
            found.Add(finding);
        foreach (var finding in new Spinners(program, relevance, compositions.Of).All())
            found.Add(finding);
        var types = new TypeVerdicts(program, callers, compositions);
        foreach (var type in relevance.Bodies.Select(body => body.Type).Distinct(StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var finding in types.Of(type))
                found.Add(finding);
        }
        stated.AddRange(breaches.Found());
        stated.AddRange(Limits.Opaque(program));
        return Storms(program.NamesSchedulers ? found.Found.Select(Loosened).ToList() : found.Found).AddRange(EachPlace(stated));
    }

    /// <summary>In a program with schedulers of its own, a task on that of its starter may well run before or after it.</summary>
    private static Finding Loosened(Finding finding) => finding.Confidence == Confidence.High && (IsAmbient(finding.PrimaryThread) || IsAmbient(finding.OtherThread))
        ? finding with { Confidence = Confidence.Medium } : finding;

    private static bool IsAmbient(Spawned? thread) => thread is not null && (thread.Bond & Bond.Ambient) != 0;

    /// <summary>A storm becomes medium.</summary>
    private static ImmutableArray<Finding> Storms(IReadOnlyCollection<Finding> found)
    {
        var storms = found.Where(finding => Thread(finding) is not null).GroupBy(finding => Thread(finding)!.Site).Where(group => group.Count() > Storm).Select(group => group.Key).ToImmutableHashSet();
        return found.Select(finding => Thread(finding) is { } thread && storms.Contains(thread.Site) && finding.Confidence == Confidence.High ? finding with { Confidence = Confidence.Medium } : finding)
            .OrderBy(finding => finding.Primary.Site.Text.Path, StringComparer.Ordinal).ThenBy(finding => finding.Primary.Site.Start).ToImmutableArray();
    }

    /// <summary>One finding a place, of those that are about the place and no pair of uses.</summary>
    private static IEnumerable<Finding> EachPlace(List<Finding> stated) => stated
        .GroupBy(finding => (finding.Defect, finding.Primary.Site))
        .Select(place => place.OrderByDescending(finding => finding.Confidence).First())
        .OrderBy(finding => finding.Primary.Site.Text.Path, StringComparer.Ordinal).ThenBy(finding => finding.Primary.Site.Start);

    private static Spawned? Thread(Finding finding) => finding.PrimaryThread ?? finding.OtherThread;
}
