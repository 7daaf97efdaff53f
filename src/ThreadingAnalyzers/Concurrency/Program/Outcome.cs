using System.Collections.Immutable;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>
/// What of a frame outlives the body, in names that its callers have too: its summary. A caller needs a few witnesses of each
/// kind of use, not all; so a summary of anything is small.
/// </summary>
internal sealed class Outcome(Frame frame)
{
    private readonly BodyFacts body = frame.Body;

    /// <summary>What a bound cut off.</summary>
    public Cut Cut { get; private set; }

    /// <summary>What callers see of the frame's uses.</summary>
    public ImmutableArray<Access> Uses()
    {
        if (body.Kind == BodyKind.StaticConstructor)
            return ImmutableArray<Access>.Empty;
        var uses = new Witnesses(Summary.MaxUses);
        foreach (var placed in frame.Uses)
            // Nobody else can see an object that is being constructed; its fields are nobody's yet.
            if (IsVisible(placed.Access.Path) && !(body.Kind == BodyKind.Constructor && placed.Access.Path.Root == Root.This))
                uses.Add(Outside(placed.Access));
        Note(uses);
        return uses.ToImmutable();
    }

    /// <summary>What still runs when the body returns.</summary>
    public ImmutableArray<Spawned> Live(Path? returned) => Threads(static thread => thread.IsLive, returned);

    /// <summary>What has ended, but only its caller knows what it ran.</summary>
    public ImmutableArray<Spawned> Ended() => Threads(static thread => !thread.IsLive && thread.Spawned.Unresolved is not null, null);

    private ImmutableArray<Spawned> Threads(Func<Lived, bool> counts, Path? returned)
    {
        var live = ImmutableArray.CreateBuilder<Spawned>();
        foreach (var thread in frame.Threads)
        {
            if (!counts(thread) || thread.Spawned.Height >= Summary.MaxHeight)
                continue;
            if (live.Count == Summary.MaxSpawned)
            {
                Cut |= Cut.Threads;
                break;
            }
            var spawned = thread.Spawned;
            var uses = new Witnesses(Summary.MaxUses);
            foreach (var use in spawned.Uses)
                if (IsVisible(use.Path) && !frame.IsFresh(use.Path, thread))
                    uses.Add(Outside(use));
            Note(uses);
            if (uses.Count == 0 && spawned.Unresolved is null)
                continue;
            live.Add(spawned with
            {
                Many = thread.Many,
                Beside = thread.IsLive || spawned.Height > 0 ? spawned.Beside : frame.Threads.Where(other => other != thread && frame.Parallel(thread, other)).Select(other => other.Spawned.Site).ToImmutableHashSet(),
                Uses = uses.ToImmutable(),
                Handles = spawned.Handles.All(IsKnown) ? spawned.Handles : spawned.Handles.Where(IsKnown).ToImmutableHashSet(),
                IsHandedOut = returned is not null && (spawned.Handles.Contains(returned) || returned.Then(Path.Element) is { } each && spawned.Handles.Contains(each)),
            });
        }
        return live.ToImmutable();

        // Its elements too: a task that is returned may stand for several.
        bool IsKnown(Path handle) => IsVisible(handle) || returned is not null && handle.StartsWith(returned);
    }

    private void Note(Witnesses uses) => Cut |= uses.IsCut ? Cut.Uses : Cut.None;

    /// <summary>Whether callers have a name for the path's root.</summary>
    public bool IsVisible(Path path) => path.Root switch
    {
        Root.This or Root.Parameter or Root.Static => true,
        Root.Local => !body.Declared.ContainsKey(path.Base),
        _ => false,
    };

    /// <summary>The use without locks on objects of the body's own, which exclude nobody outside.</summary>
    private Access Outside(Access use)
    {
        if (use.Locks.IsEmpty)
            return use;
        var (locks, kind) = (use.Locks, use.Kind);
        foreach (var held in use.Locks.Locks)
        {
            if (held.Lock is not { } path || IsVisible(path))
                continue;
            locks = locks.Without(path);
            if (!path.IsRoot && held.Mode != LockMode.Confined)
                kind |= AccessKind.OwnLock;
        }
        return ReferenceEquals(locks, use.Locks) ? use : use with { Locks = locks, Kind = kind };
    }
}
