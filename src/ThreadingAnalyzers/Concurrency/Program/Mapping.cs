using System.Collections.Immutable;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>A callee's names in the names of the frame.</summary>
internal sealed class Mapping(Composer frame, Path? receiver, IReadOnlyList<Path?> arguments, Summary summary, string result)
{
    private readonly Dictionary<Path, Path?> named = [];

    /// <summary>What the call gives back.</summary>
    public Path? Returned => summary.Returned is { IsRoot: true, Root: Root.Allocation } ? Made() : summary.Returned?.Rebase(Rooted);

    public Path? Rooted(Path root)
    {
        switch (root.Root)
        {
            case Root.This: return receiver;
            case Root.Parameter: return int.TryParse(root.Name, out var ordinal) && ordinal < arguments.Count ? arguments[ordinal] : null;
            case Root.Static: return root;
            case Root.Local: return frame.Rooted(root);
            case Root.Delegate: return Path.Delegate(root.Name, root.Bound?.Rebase(Rooted));
            case Root.Allocation: return root.Equals(summary.Returned) ? Made() : null;
            default: return null;
        }
    }

    public Access? Map(Access access, LockSet outer, Site? call, bool afterAwait, bool afterPause, AccessKind side = AccessKind.None) => call is not null && access.Chain?.Length >= Chain.MaxLength || Named(access.Path) is not { } path ? null : access with
    {
        Path = path,
        Kind = access.Has(AccessKind.OnInterface | AccessKind.OffInterface) ? access.Kind : access.Kind | side,
        Locks = access.Locks.Rebase(Named).Under(outer),
        Chain = call is { } site ? new Chain(site, access.Chain) : access.Chain,
        AfterAwait = afterAwait,
        After = Named(access.After),
        Before = Named(access.Before),
    };

    /// <summary>What a thread uses that runs the callee; what the code sends to the user interface's thread is not among it.</summary>
    public ImmutableArray<Access> OfThread(ImmutableArray<Access> uses, Event start) => uses
        .Select(use => use.Has(AccessKind.OnInterface) || use.Has(AccessKind.Affine) && start is Start { MayBeOfInterface: true } ? null : Map(use, LockSet.Empty, null, false, false))
        .OfType<Access>().ToImmutableArray();

    /// <summary>The locks that the callee wants to be held, as uses of the caller.</summary>
    public IEnumerable<Access> Required(BodyFacts callee, LockSet held, Site call, string caller) =>
        callee.Required.Select(required => required.Rebase(Rooted)).OfType<Path>().Select(wanted => new Access(wanted, AccessKind.Required, held, call, caller));

    public Spawned Map(Spawned thread) => thread with
    {
        Height = thread.Height + 1,
        Uses = thread.Uses.Select(use => Map(use, LockSet.Empty, null, false, false)).OfType<Access>().ToImmutableArray(),
        Handles = thread.Handles.Select(handle => handle.Rebase(Rooted)).OfType<Path>().ToImmutableHashSet(),
        Unresolved = thread.Unresolved?.Rebase(Rooted),
        Arguments = thread.Arguments.Select(argument => argument?.Rebase(Rooted)).ToArray(),
        Antecedents = thread.Antecedents.Select(handle => handle.Rebase(Rooted)).OfType<Path>().ToImmutableHashSet(),
    };

    private Path? Named(Path path)
    {
        if (!named.TryGetValue(path, out var name))
            named[path] = name = path.Rebase(Rooted) is { } moved ? frame.Followed(moved) : null;
        return name;
    }

    private ImmutableArray<Path> Named(ImmutableArray<Path> paths) => paths.IsEmpty ? paths : paths.Select(Named).OfType<Path>().ToImmutableArray();

    private Path Made() => frame.MadeByCallee(result, summary.ReturnedDelegate?.Rebase(Rooted));
}
