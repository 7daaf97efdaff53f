namespace ThreadingAnalyzers.Api;

/// <summary>
/// What is counted only to be shown: by its name, or that of its type or owner, a part of statistics. That one of a thousand is lost
/// may hurt nobody.
/// </summary>
internal static class Statistics
{
    /// <summary>Whether the member is a part of statistics.</summary>
    /// <param name="member">The documentation id of the member.</param>
    /// <param name="owner">That of the member that holds its object, or null.</param>
    public static bool Holds(string member, string? owner) => IsNamedSo(member) || owner is not null && IsNamedSo(owner);

    private static bool IsNamedSo(string name)
    {
        var last = name.LastIndexOf('.');
        var type = last < 0 ? -1 : name.LastIndexOf('.', Math.Max(last - 1, 0));
        return name.IndexOf("Statistic", type + 1, StringComparison.OrdinalIgnoreCase) >= 0;
    }
}
