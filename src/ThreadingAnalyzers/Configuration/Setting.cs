using Microsoft.CodeAnalysis.Text;

namespace ThreadingAnalyzers.Configuration;

/// <summary>A key and its value in an options file.</summary>
/// <param name="Key">The key as written.</param>
/// <param name="Value">The value, without comment and blanks around it.</param>
internal sealed record Setting(string Key, string Value)
{
    /// <summary>The settings of an <c>.editorconfig</c> or <c>.globalconfig</c> text, with the span of each from key to value.</summary>
    public static IEnumerable<(Setting Setting, TextSpan Span)> Read(SourceText text)
    {
        foreach (var line in text.Lines)
        {
            var words = line.ToString();
            var equals = words.IndexOf('=');
            var start = words.TakeWhile(char.IsWhiteSpace).Count();
            if (equals <= start || words[start] is '#' or ';' or '[')
                continue;
            // As the compiler reads it, a comment may follow the value.
            var comment = words.IndexOfAny(['#', ';'], equals);
            var end = (comment < 0 ? words : words.Substring(0, comment)).TrimEnd().Length;
            yield return (
                new Setting(words.Substring(start, equals - start).TrimEnd(), words.Substring(equals + 1, Math.Max(end - equals - 1, 0)).Trim()),
                TextSpan.FromBounds(line.Start + start, line.Start + end));
        }
    }

    /// <summary>Whether a key may be one of ours.</summary>
    public static bool IsOurs(string key) =>
        key.StartsWith(Option.Prefix, StringComparison.OrdinalIgnoreCase) || key.StartsWith(Option.RulePrefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a file of that path holds settings.</summary>
    public static bool IsFile(string path) =>
        path.EndsWith(".editorconfig", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".globalconfig", StringComparison.OrdinalIgnoreCase);

    /// <summary>What is wrong with the setting and what would be right, or null when it is right or not ours.</summary>
    public (string Written, string Fault, string Remedy)? Fault()
    {
        if (OptionName() is not { } name)
            return null;
        if (Option.All.FirstOrDefault(option => Same(option.Name, name)) is not { } option)
            return (Key, "is no option of ThreadingAnalyzers", Listed(Option.All.Select(known => known.Name), name));
        // An empty value unsets an option that a file of a higher folder sets.
        return option.Values.Count == 0 || Value.Length == 0 || option.Values.Any(value => Same(value, Value))
            ? null
            : (Value, $"is no value of '{Key}'", Listed(option.Values, Value));
    }

    /// <summary>The part of the key that names the option, or null where the key is not ours.</summary>
    private string? OptionName()
    {
        if (Key.StartsWith(Option.Prefix, StringComparison.OrdinalIgnoreCase))
            return Key.Substring(Option.Prefix.Length);
        var parts = Key.Split(['.'], 3);
        return parts.Length == 3 && Same(parts[0] + ".", Option.RulePrefix) && IsRule(parts[1]) ? parts[2] : null;
    }

    private static bool IsRule(string id) => id.Length == 7 && id.StartsWith("THR", StringComparison.OrdinalIgnoreCase) && id.Skip(3).All(char.IsDigit);

    /// <summary>The valid words, the nearest to the written one first.</summary>
    private static string Listed(IEnumerable<string> valid, string written)
    {
        var words = valid.OrderBy(word => Distance(word, written.ToLowerInvariant())).Select(word => $"'{word}'").ToList();
        return $"{string.Join(", ", words.Take(words.Count - 1))} or {words[words.Count - 1]}";
    }

    /// <summary>The edits that make one word of the other (Levenshtein).</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substituted = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[right.Length];
    }

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
