namespace ThreadingAnalyzers.Flow;

/// <summary>What a region of a body is.</summary>
internal enum RegionKind : byte
{
    /// <summary>The whole body.</summary>
    Body,
    /// <summary>What a loop repeats, its condition included.</summary>
    Loop,
    /// <summary>One of several alternatives: an arm of an <c>if</c>, a <c>switch</c> section, the right side of <c>&amp;&amp;</c>, a <c>catch</c>.</summary>
    Arm,
}

/// <summary>
/// A node of the tree of nested regions of a body. Events are numbered in the order of the walk, so a region is also an
/// interval of event numbers: "A can run before B" is a comparison of two numbers and a look at the regions between.
/// </summary>
/// <param name="parent">The region around, null for the body.</param>
/// <param name="kind">What it is.</param>
/// <param name="choice">For an arm, the number of the statement that it is an alternative of; arms of one choice exclude each other.</param>
/// <param name="from">The number of its first event.</param>
internal sealed class Region(Region? parent, RegionKind kind, int choice, int from)
{
    public Region? Parent { get; } = parent;

    public RegionKind Kind { get; } = kind;

    public int Choice { get; } = choice;

    /// <summary>The number of its first event.</summary>
    public int From { get; } = from;

    /// <summary>The number after its last event.</summary>
    public int To { get; set; } = int.MaxValue;

    /// <summary>Whether control never goes on behind this arm: it returns or throws on every path.</summary>
    public bool Exits { get; set; }

    /// <summary>Of a <c>catch</c>: the number of the first event of the last statement that its <c>try</c> runs, where that is a plain one.</summary>
    public int? Failed { get; set; }

    /// <summary>Whether what begins at that number has failed to begin where this region runs: it is the last thing that a <c>try</c> around does, and this is the <c>catch</c>.</summary>
    /// <param name="number">The number of the event.</param>
    public bool IsForFailureOf(int number)
    {
        for (var region = this; region is not null; region = region.Parent)
            if (region.Failed <= number && number < region.From)
                return true;
        return false;
    }

    /// <summary>Whether control can pass this region by.</summary>
    public bool IsInArm
    {
        get
        {
            for (var region = this; region is not null; region = region.Parent)
                if (region.Kind == RegionKind.Arm)
                    return true;
            return false;
        }
    }

    /// <summary>Whether one round of the loop around comes here: where the loop's variable has one value.</summary>
    public bool IsOnce { get; set; }

    /// <summary>This region and those around it, from the inside out.</summary>
    public IEnumerable<Region> SelfAndOuter()
    {
        for (var region = this; region is not null; region = region.Parent)
            yield return region;
    }

    /// <summary>Whether the other region is this one or lies in it.</summary>
    public bool Contains(Region other)
    {
        for (var region = other; region is not null; region = region.Parent)
            if (region == this)
                return true;
        return false;
    }

    /// <summary>The outermost loop around this region that is not around the other one too, or null.</summary>
    public Region? OutermostLoopNotAround(Region? other)
    {
        Region? outermost = null;
        for (var region = this; region is not null; region = region.Parent)
            if (region.Kind == RegionKind.Loop && (other is null || !region.Contains(other)))
                outermost = region;
        return outermost;
    }

    /// <summary>Whether one run of the innermost loop common to both goes through one of the regions at most.</summary>
    public bool Excludes(Region other)
    {
        for (var mine = this; mine is not null; mine = mine.Parent)
            if (mine.Kind == RegionKind.Arm)
                for (var theirs = other; theirs is not null; theirs = theirs.Parent)
                    if (theirs.Kind == RegionKind.Arm && theirs != mine && theirs.Choice == mine.Choice)
                        return true;
        return false;
    }
}
