using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>What members of a body's own objects hold: their paths are other names for that.</summary>
/// <param name="body">The body.</param>
internal sealed class Aliases(BodyFacts body)
{
    /// <summary>Elements are followed back through so many copies of their collection, and as long as so many were put there.</summary>
    private const int MaxCopies = 4, MaxElements = 32;

    private readonly Dictionary<Path, Path?> held = [];
    private readonly Dictionary<Path, HashSet<Path>> elements = [];

    /// <summary>A member is given a value, or an element is put into a collection.</summary>
    public void Store(Path target, Path value)
    {
        if (target.Name == Path.Element)
            (elements.TryGetValue(target, out var all) ? all : elements[target] = []).Add(value);
        else if (target is { IsRoot: false, Root: Root.Allocation })
            held[target] = held.TryGetValue(target, out var known) && !Equals(known, value) ? null : value;
    }

    /// <summary>The path of used memory without names that are only aliases: of a member it is the object that has other names, not what the member holds.</summary>
    public Path? Followed(Path path, Access access) => path.IsRoot || !access.IsOfMember ? Followed(path)
        : Followed(path.Parent!) is { } owner ? ReferenceEquals(owner, path.Parent) ? path : owner.Then(path.Name) : null;

    /// <summary>The path without names that are only aliases: members that were filled with one known object.</summary>
    public Path? Followed(Path path)
    {
        if (path.Root != Root.Allocation || path.IsRoot)
            return path;
        if (held.TryGetValue(path, out var same) || path.Parent is { Name: Path.Element } element && (same = HeldByAll(element, path.Name, depth: 0)) is not null)
            return same ?? path;
        return Followed(path.Parent!) is { } parent ? ReferenceEquals(parent, path.Parent) ? path : parent.Then(path.Name) : null;
    }

    /// <summary>What a member holds in all elements of a collection, where each was filled with the same; null where that is not known.</summary>
    private Path? HeldByAll(Path element, string member, int depth)
    {
        if (depth > MaxCopies || !elements.TryGetValue(element, out var all) || all.Count > MaxElements)
            return null;
        Path? shared = null;
        foreach (var value in all)
        {
            var own = value.Name == Path.Element ? HeldByAll(value, member, depth + 1)
                : value is { IsRoot: true, Root: Root.Allocation } && value.Then(member) is { } path && held.TryGetValue(path, out var alias) ? alias : null;
            if (own is null || !IsOne(own) || shared is not null && !shared.Equals(own))
                return null;
            shared = own;
        }
        return shared;
    }

    /// <summary>Whether the path means one object: one that is made in a loop is another in each round.</summary>
    private bool IsOne(Path path) => path.Root is Root.This or Root.Static or Root.Parameter or Root.Local
        || path.Root == Root.Allocation && body.Allocations.TryGetValue(path.Base.Name, out var made) && !made.Region.SelfAndOuter().Any(region => region.Kind == RegionKind.Loop);
}
