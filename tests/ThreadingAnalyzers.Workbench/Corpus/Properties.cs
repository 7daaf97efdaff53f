using System.Text.RegularExpressions;

namespace ThreadingAnalyzers.Workbench.Corpus;

/// <summary>The properties of a project while it is read, and what texts with <c>$(…)</c> in them say. What cannot be said is empty.</summary>
internal sealed class Properties
{
    private static readonly Regex Call = new(@"^\[MSBuild\]::(?<name>\w+)\((?<arguments>.*)\)$", RegexOptions.Singleline);
    private static readonly Regex Member = new(@"^(?<property>\w+)\.(?<name>Contains|StartsWith|EndsWith)\((?<argument>.*)\)$");

    private readonly Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A property; empty when it is not set.</summary>
    public string this[string name]
    {
        get => values.GetValueOrDefault(name, "");
        set => values[name] = value;
    }

    /// <summary>Whether the property says true.</summary>
    public bool Is(string name) => this[name].Equals("true", StringComparison.OrdinalIgnoreCase) || this[name].Equals("enable", StringComparison.OrdinalIgnoreCase);

    /// <summary>The text with every <c>$(…)</c> replaced by what it says.</summary>
    public string Expand(string text)
    {
        for (var start = text.LastIndexOf("$(", StringComparison.Ordinal); start >= 0; start = start == 0 ? -1 : text.LastIndexOf("$(", start - 1, StringComparison.Ordinal))
        {
            // From the last to the first: what lies within is expanded before what it lies in.
            var depth = 0;
            var end = start + 1;
            while (end < text.Length && (depth += text[end] switch { '(' => 1, ')' => -1, _ => 0 }) > 0)
                end++;
            if (end < text.Length)
                text = text[..start] + Value(text[(start + 2)..end].Trim()) + text[(end + 1)..];
        }
        return text;
    }

    private string Value(string inner)
    {
        if (Call.Match(inner) is { Success: true } call)
            return Function(call.Groups["name"].Value, [.. call.Groups["arguments"].Value.Split(',').Select(argument => argument.Trim().Trim('\'', '"'))]);
        if (Member.Match(inner) is not { Success: true } member)
            return this[inner];
        var (value, argument) = (this[member.Groups["property"].Value], member.Groups["argument"].Value.Trim().Trim('\'', '"', '`'));
        return (member.Groups["name"].Value switch
        {
            "Contains" => value.Contains(argument, StringComparison.Ordinal),
            "StartsWith" => value.StartsWith(argument, StringComparison.Ordinal),
            _ => value.EndsWith(argument, StringComparison.Ordinal),
        }).ToString();
    }

    private string Function(string name, string[] arguments) => (name, arguments) switch
    {
        ("IsTargetFrameworkCompatible", [var target, var candidate]) when Moniker.Parse(target) is { } mine && Moniker.Parse(candidate) is { } other => mine.CanUse(other).ToString(),
        ("IsTargetFrameworkCompatible", _) => "False",
        ("IsOSPlatform", [var platform]) => platform.Equals("linux", StringComparison.OrdinalIgnoreCase).ToString(),
        ("GetPathOfFileAbove", [var file]) => Above(file, this["MSBuildThisFileDirectory"]) ?? "",
        ("GetPathOfFileAbove", [var file, var folder]) => Above(file, folder) ?? "",
        _ => "",
    };

    /// <summary>The nearest file of that name in the folder or one above it.</summary>
    public static string? Above(string file, string folder)
    {
        for (var current = Path.GetFullPath(folder.Replace('\\', '/')); current is not null; current = Path.GetDirectoryName(current))
            if (Path.Combine(current, file) is var path && File.Exists(path))
                return path;
        return null;
    }
}
