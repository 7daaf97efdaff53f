using System.Collections.Immutable;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>A callee's names in the names of the frame.</summary>
internal sealed class Mapping
{
    private readonly Composer frame;
    private readonly Path? receiver;
    private readonly IReadOnlyList<Path?> arguments;
    private readonly Summary summary;
    private readonly string result;
    // Most calls bring nothing to rename.
    private Dictionary<Path, Path?>? named, owned;
    private Dictionary<LockSet, LockSet>? locks;

    public Mapping(Composer frame, Path? receiver, IReadOnlyList<Path?> arguments, Summary summary, string result)
    {
        this.frame = frame;
        this.receiver = receiver;
        this.arguments = arguments;
        this.summary = summary;
        this.result = result;
        Rename = Rooted;
    }

    /// <summary>What a root of the callee is in the frame, or null.</summary>
    public Func<Path, Path?> Rename { get; }

    /// <summary>What the call gives back.</summary>
    public Path? Returned => summary.Returned is { IsRoot: true, Root: Root.Allocation } ? Made() : summary.Returned?.Rebase(Rename);

    /// <summary>A use of the callee as one of the frame, at a call or of a thread; null for what has no name here or is too far down.</summary>
    public Access? Map(Access access, LockSet outer, Call? call)
    {
        if (call is not null && access.Chain?.Length >= Chain.MaxLength || Named(access) is not { } path)
            return null;
        return access with
        {
            Path = path,
            Kind = access.Has(AccessKind.OnInterface | AccessKind.OffInterface) ? access.Kind : access.Kind | (call?.Side ?? AccessKind.None),
            Locks = Renamed(access.Locks).Under(outer),
            Chain = call is null ? access.Chain : new Chain(call.Site, access.Chain),
            AfterAwait = call?.AfterAwait == true,
            AfterPause = access.AfterPause || call?.AfterPause == true,
            After = Named(access.After),
            Before = Named(access.Before),
        };
    }

    /// <summary>A thread that the callee left running.</summary>
    public Spawned Map(Spawned thread) => thread with
    {
        Height = thread.Height + 1,
        Uses = Map(thread.Uses, static _ => true),
        Handles = Renamed(thread.Handles),
        Unresolved = thread.Unresolved?.Rebase(Rename),
        Arguments = thread.Arguments.Count == 0 ? thread.Arguments : thread.Arguments.Select(argument => argument?.Rebase(Rename)).ToArray(),
        Antecedents = Renamed(thread.Antecedents),
    };

    /// <summary>What a thread uses that runs the callee; what the code sends to the user interface's thread is not among it.</summary>
    public ImmutableArray<Access> OfThread(ImmutableArray<Access> uses, Event start) =>
        Map(uses, use => !use.Has(AccessKind.OnInterface) && !(use.Has(AccessKind.Affine) && start is Start { MayBeOfInterface: true }));

    /// <summary>The locks that the callee wants to be held, as uses of the caller.</summary>
    public IEnumerable<Access> Required(BodyFacts callee, LockSet held, Site call, string caller) => callee.Required.IsEmpty ? []
        : callee.Required.Select(required => required.Rebase(Rename)).OfType<Path>().Select(wanted => new Access(wanted, AccessKind.Required, held, call, caller));

    /// <summary>Uses of a thread, which holds no lock of the frame.</summary>
    private ImmutableArray<Access> Map(ImmutableArray<Access> uses, Func<Access, bool> counts)
    {
        var mapped = ImmutableArray.CreateBuilder<Access>(uses.Length);
        foreach (var use in uses)
            if (counts(use) && Map(use, LockSet.Empty, null) is { } known)
                mapped.Add(known);
        return mapped.Count == mapped.Capacity ? mapped.MoveToImmutable() : mapped.ToImmutable();
    }

    /// <summary>The callee's lock set in the names of the frame.</summary>
    public LockSet Renamed(LockSet set)
    {
        if (set.IsEmpty)
            return set;
        if (!(locks ??= []).TryGetValue(set, out var renamed))
            locks[set] = renamed = set.Rebase(Rename).Named(frame.Aliases.Followed);
        return renamed;
    }

    private ImmutableHashSet<Path> Renamed(ImmutableHashSet<Path> handles) =>
        handles.IsEmpty ? handles : handles.Select(handle => handle.Rebase(Rename)).OfType<Path>().ToImmutableHashSet();

    private Path? Rooted(Path root)
    {
        switch (root.Root)
        {
            case Root.This: return receiver;
            case Root.Parameter: return int.TryParse(root.Name, out var ordinal) && ordinal < arguments.Count ? arguments[ordinal] : null;
            case Root.Static: return root;
            case Root.Local: return frame.Rooted(root);
            case Root.Delegate: return Path.Delegate(root.Name, root.Bound?.Rebase(Rename));
            case Root.Allocation: return root.Equals(summary.Returned) ? Made() : null;
            default: return null;
        }
    }

    private Path? Named(Access access)
    {
        if (!access.IsOfMember)
            return Named(access.Path);
        if (!(owned ??= []).TryGetValue(access.Path, out var name))
            owned[access.Path] = name = access.Path.Rebase(Rename) is { } moved ? frame.Aliases.Followed(moved, access) : null;
        return name;
    }

    private Path? Named(Path path)
    {
        if (!(named ??= []).TryGetValue(path, out var name))
            named[path] = name = path.Rebase(Rename) is { } moved ? frame.Aliases.Followed(moved) : null;
        return name;
    }

    private ImmutableArray<Path> Named(ImmutableArray<Path> paths) => paths.IsEmpty ? paths : paths.Select(Named).OfType<Path>().ToImmutableArray();

    private Path Made() => frame.MadeByCallee(result, summary.ReturnedDelegate?.Rebase(Rename));
}
