using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Program;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>
/// What one place tells that changes memory under a lock which is there for that memory: it takes two to need a lock, so the
/// other members that use the memory need it too. Less than a habit, so more is asked of them, and more places without the lock
/// than with it are a habit of their own.
/// </summary>
/// <param name="guard">The lock.</param>
/// <param name="uses">All uses of the memory and the entries of the type by which they are reached.</param>
/// <param name="guarded">Those under the lock, one a place.</param>
/// <param name="guardsOthers">Whether all members that use some other collections of the type hold the lock for them.</param>
internal sealed class Intent(Path guard, List<(BodyFacts Entry, Access Use)> uses, List<Access> guarded, bool guardsOthers)
{
    /// <summary>How many members the uses are in.</summary>
    public static int Members(IEnumerable<Access> uses) => uses.Select(use => use.Body).Distinct(StringComparer.Ordinal).Count();

    /// <summary>The uses that miss the lock.</summary>
    /// <param name="bare">Those without it, one a place.</param>
    public List<Access> Missed(List<Access> bare)
    {
        var changes = guarded.FindAll(use => use.IsWrite && !use.Has(AccessKind.Lazy) && use.Has(AccessKind.Content | AccessKind.Update | AccessKind.Wide));
        if (changes.Count == 0 || Members(bare) > guarded.Count)
            return [];
        return bare.FindAll(use => !use.Locks.Guards && Needs(use, changes) && !IsFilledBefore(use, changes));
    }

    /// <summary>
    /// Whether it takes the lock to do this: to change the memory, to look something up in it where the same code adds it under
    /// the lock, beside a lock that is the memory itself, or beside one that the type holds for other collections each time. Who
    /// goes through all of it may do so when nobody changes it any more. Of a number, only where it is counted everywhere, and
    /// elsewhere than under the lock: what is also set, or counted on in the same body, may be a position that is the business of
    /// one user. A value of several words is read in halves.
    /// </summary>
    private bool Needs(Access use, List<Access> changes) => use.Has(AccessKind.Wide) || (!use.Has(AccessKind.Content) ? use.Has(AccessKind.Update) && !guard.IsRoot && uses.TrueForAll(entry => !entry.Use.IsWrite || entry.Use.Has(AccessKind.Update)) && !changes.Exists(change => change.Body == use.Body && change.Site != use.Site)
        : use.IsWrite || !use.Has(AccessKind.Enumeration | AccessKind.Sized) && (guard.Equals(use.Path) || guardsOthers || changes.Exists(change => change.Body == use.Body)));

    /// <summary>Whether each entry that comes to the place has come by all changes before: the memory is filled once and then read.</summary>
    private bool IsFilledBefore(Access use, List<Access> changes)
    {
        var entries = uses.Where(entry => entry.Use.Site == use.Site).ToList();
        return !use.IsWrite && entries.TrueForAll(entry => changes.TrueForAll(change => uses.Exists(other => other.Entry == entry.Entry && other.Use.Site == change.Site && other.Use.IsBefore(entry.Use))));
    }
}
