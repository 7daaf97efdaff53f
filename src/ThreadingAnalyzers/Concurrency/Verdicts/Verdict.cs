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
        var found = new Findings();
        var callees = CallGraph.Callees(program);
        var relevance = new Relevance(program, callees);
        var compositions = new Compositions(program, relevance);
        foreach (var component in CallGraph.BottomUp(program, callees, relevance, cancellation))
            foreach (var finding in compositions.Compose(component, cancellation))
                found.Add(finding);

        var types = new TypeVerdicts(program, compositions);
        foreach (var type in program.Bodies.Where(relevance.Matters).Select(body => body.Type).Distinct(StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var finding in types.Of(type))
                found.Add(finding);
        }
        return Storms(found.Found);
    }

    /// <summary>A storm becomes medium.</summary>
    private static ImmutableArray<Finding> Storms(IReadOnlyCollection<Finding> found)
    {
        var storms = found.Where(finding => Thread(finding) is not null).GroupBy(finding => Thread(finding)!.Site).Where(group => group.Count() > Storm).Select(group => group.Key).ToImmutableHashSet();
        return found.Select(finding => Thread(finding) is { } thread && storms.Contains(thread.Site) && finding.Confidence == Confidence.High ? finding with { Confidence = Confidence.Medium } : finding)
            .OrderBy(finding => finding.Primary.Site.Text.Path, StringComparer.Ordinal).ThenBy(finding => finding.Primary.Site.Start).ToImmutableArray();
    }

    private static Spawned? Thread(Finding finding) => finding.PrimaryThread ?? finding.OtherThread;
}
