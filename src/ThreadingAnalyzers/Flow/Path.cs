namespace ThreadingAnalyzers.Flow;

/// <summary>What an access path begins at.</summary>
internal enum Root : byte
{
    /// <summary>The receiver of the body.</summary>
    This,
    /// <summary>A parameter; the name is its ordinal.</summary>
    Parameter,
    /// <summary>Static memory; the name is empty and the first segment is the static field.</summary>
    Static,
    /// <summary>A local or parameter as memory, since delegates capture it; the name is <c>name@position</c>.</summary>
    Local,
    /// <summary>An object made in this body; the name is the position of its creation.</summary>
    Allocation,
    /// <summary>What a call gave back; the name is the call's event number.</summary>
    Result,
    /// <summary>A delegate; the name is its body's id, <see cref="Path.Bound"/> the receiver it closes over.</summary>
    Delegate,
}

/// <summary>
/// An access path: a root and at most <see cref="MaxDepth"/> segments, <c>this._cache.[*]</c>. It stands for the memory
/// locations, or the objects in them, that the path reaches; an unknown path is null, and of the unknown nothing is said.
/// Paths hold names only, no symbols, so that facts can outlive a compilation. Compared by value.
/// </summary>
internal sealed class Path : IEquatable<Path>
{
    /// <summary>Longer paths are unknown: the heap is described finitely.</summary>
    public const int MaxDepth = 4;

    /// <summary>The segment that stands for any element of an array or collection.</summary>
    public const string Element = "[*]";

    private readonly int hash;

    private Path(Path? parent, Root root, string name, Path? bound)
    {
        Parent = parent;
        Root = root;
        Name = name;
        Bound = bound;
        Depth = parent is null ? 0 : parent.Depth + 1;
        hash = ((parent?.hash ?? (int)root) * 31 + StringComparer.Ordinal.GetHashCode(name)) * 31 + (bound?.hash ?? 0);
    }

    /// <summary>The receiver of the body.</summary>
    public static Path This { get; } = new(null, Root.This, "", null);

    /// <summary>The path without its last segment; null for a root.</summary>
    public Path? Parent { get; }

    /// <summary>What the path begins at.</summary>
    public Root Root { get; }

    /// <summary>The last segment: a member's documentation id or <see cref="Element"/>; of a root, what tells it from others of its kind.</summary>
    public string Name { get; }

    /// <summary>Of a delegate, the receiver that it closes over.</summary>
    public Path? Bound { get; }

    /// <summary>The number of segments.</summary>
    public int Depth { get; }

    /// <summary>Whether the path is a root alone.</summary>
    public bool IsRoot => Parent is null;

    /// <summary>The root, as a path.</summary>
    public Path Base
    {
        get
        {
            var path = this;
            while (path.Parent is { } parent)
                path = parent;
            return path;
        }
    }

    /// <summary>A root of that kind and name.</summary>
    public static Path Of(Root root, string name) => new(null, root, name, null);

    /// <summary>The i-th parameter.</summary>
    public static Path Parameter(int ordinal) => Of(Root.Parameter, ordinal.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>A static field.</summary>
    public static Path Static(string field) => new(Of(Root.Static, ""), Root.Static, field, null);

    /// <summary>A delegate to a body, closed over a receiver.</summary>
    public static Path Delegate(string body, Path? receiver) => new(null, Root.Delegate, body, receiver);

    /// <summary>One segment more, or null past <see cref="MaxDepth"/>.</summary>
    public Path? Then(string segment) => Depth == MaxDepth ? null : new Path(this, Root, segment, null);

    /// <summary>The same segments from what the root is elsewhere; null when that is unknown or the path becomes too long.</summary>
    public Path? Rebase(Func<Path, Path?> map)
    {
        if (Parent is null)
            return map(this);
        return Parent.Rebase(map)?.Then(Name) is { } moved ? moved : null;
    }

    /// <summary>Whether this path is the other or goes on from it.</summary>
    public bool StartsWith(Path other)
    {
        var path = this;
        while (path.Depth > other.Depth)
            path = path.Parent!;
        return path.Equals(other);
    }

    /// <inheritdoc/>
    public bool Equals(Path? other) =>
        ReferenceEquals(this, other)
        || (other is not null && hash == other.hash && Root == other.Root && Name == other.Name && Depth == other.Depth
            && Equals(Bound, other.Bound) && (Parent is null || Parent.Equals(other.Parent)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Path);

    /// <inheritdoc/>
    public override int GetHashCode() => hash;

    /// <summary>The path as engine tests and messages write it: <c>this.gate</c>, <c>Counter.total</c>, <c>list</c>, <c>list[*]</c>.</summary>
    public override string ToString() => this switch
    {
        { Parent: { Root: Root.Static, IsRoot: true } } => $"{Simple(Name, owner: true)}",
        { Parent: { } parent } => Name == Element ? $"{parent}{Name}" : $"{parent}.{Simple(Name, owner: false)}",
        { Root: Root.This } => "this",
        { Root: Root.Parameter } => $"#{Name}",
        { Root: Root.Local } => Name.Substring(0, Name.IndexOf('@')),
        { Root: Root.Allocation } => "new",
        _ => Root.ToString(),
    };

    /// <summary>A member's name out of its documentation id, with its type's name in front when asked for.</summary>
    public static string Simple(string id, bool owner)
    {
        var end = id.IndexOf('(');
        var name = end < 0 ? id : id.Substring(0, end);
        var dot = name.LastIndexOf('.');
        if (owner && dot > 0)
            dot = name.LastIndexOfAny(['.', ':'], dot - 1);
        return name.Substring(dot + 1);
    }
}
