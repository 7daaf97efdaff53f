using System.Collections.Immutable;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>
/// Reads without the guard that need none: of memory that is filled once, by who has found that it is filled; and by the one who
/// alone changes it, for whom nobody else's lock is.
/// </summary>
/// <param name="guard">The lock.</param>
/// <param name="all">All uses of the type's memory, and the entries by which they are reached.</param>
/// <param name="uses">Those of the memory at hand.</param>
/// <param name="callers">Who calls the entries.</param>
/// <param name="bodies">The bodies of the program by their ids.</param>
internal sealed class Excuses(Path guard, List<(BodyFacts Entry, Access Use)> all, List<(BodyFacts Entry, Access Use)> uses, Callers callers, Func<string, BodyFacts?> bodies)
{
    private readonly List<(BodyFacts Entry, Access Use)> changes = uses.FindAll(entry => entry.Use.IsWrite);

    /// <summary>Whether the read has one of them.</summary>
    public bool Has(Access read) => !read.IsWrite && changes.Count > 0 && changes.TrueForAll(change => Guards.Holds(change.Use, guard)) && (IsFilledOnce(read) || IsOwners(read));

    /// <summary>
    /// All changes stand in one body, between the test of a member that is still empty and the lazy write of it, both under the
    /// guard; and before the read the same entry tests something that is written there behind them.
    /// </summary>
    private bool IsFilledOnce(Access read)
    {
        var body = changes[0].Use.Body;
        if (changes.Exists(change => change.Use.Body != body))
            return false;
        var there = all.Where(entry => entry.Use.Body == body && Guards.Holds(entry.Use, guard)).Select(entry => entry.Use).ToList();
        var behind = there.FindAll(use => use.IsWrite && changes.TrueForAll(change => change.Use.Body == body && IsBehind(use, change.Use)));
        if (!behind.Exists(made => made.Has(AccessKind.Lazy) && there.Exists(test => test.Has(AccessKind.Test) && test.Path.Equals(made.Path) && changes.TrueForAll(change => IsBehind(change.Use, test)))))
            return false;
        var entries = all.Where(entry => entry.Use.Site == read.Site).ToList();
        return entries.TrueForAll(reading => all.Exists(test => test.Entry == reading.Entry && test.Use.Has(AccessKind.Test) && test.Use.IsBefore(reading.Use) && behind.Exists(written => written.Path.Equals(test.Use.Path))));
    }

    /// <summary>The order within one body, whoever calls it.</summary>
    private static bool IsBehind(Access later, Access earlier) => later.Site.Text == earlier.Site.Text && later.Site.Start > earlier.Site.Start;

    /// <summary>All changes and the read come by one entry, which the program calls in one place; others only look, under the guard.</summary>
    private bool IsOwners(Access read)
    {
        var entry = changes[0].Entry;
        if (!changes.TrueForAll(change => change.Entry == entry) || !uses.TrueForAll(use => use.Use.Site != read.Site || use.Entry == entry))
            return false;
        // What the type of a static member does with it is judged there, by all ways that lead into that type.
        return read.Path.Root == Root.Static && bodies(read.Body) is { } body && body.Type != entry.Type && body.Type.EndsWith(Conflict.DeclaringType(read.Path).Substring(1), StringComparison.Ordinal)
            || uses.Exists(use => use.Entry != entry && Guards.Holds(use.Use, guard)) && callers.IsCalledOnce(entry);
    }
}
