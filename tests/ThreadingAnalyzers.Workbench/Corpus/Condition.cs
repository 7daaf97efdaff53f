using System.Globalization;
using System.Text.RegularExpressions;

namespace ThreadingAnalyzers.Workbench.Corpus;

/// <summary>A condition of a project file, by recursive descent: or, and, not, comparisons, <c>Exists</c>. One that cannot be read is false.</summary>
internal sealed class Condition
{
    private static readonly Regex Token = new(@"\G\s*(?<token>'[^']*'|==|!=|<=|>=|<|>|!|\(|\)|,|[^\s'=!<>(),]+)");

    private readonly List<string> tokens = [];
    private readonly string folder;
    private int next;

    private Condition(string text, string folder)
    {
        this.folder = folder;
        for (var match = Token.Match(text); match.Success; match = match.NextMatch())
            tokens.Add(match.Groups["token"].Value);
    }

    /// <summary>Whether the condition holds; no condition does.</summary>
    /// <param name="condition">The text, or null.</param>
    /// <param name="properties">What <c>$(…)</c> says.</param>
    public static bool Holds(string? condition, Properties properties)
    {
        if (string.IsNullOrWhiteSpace(condition))
            return true;
        var parser = new Condition(properties.Expand(condition), properties["MSBuildThisFileDirectory"]);
        return parser.Or() is true && parser.next == parser.tokens.Count;
    }

    private string? Peek => next < tokens.Count ? tokens[next] : null;

    private bool Take(string token)
    {
        if (Peek is not { } found || !found.Equals(token, StringComparison.OrdinalIgnoreCase))
            return false;
        next++;
        return true;
    }

    private bool? Or()
    {
        var left = And();
        while (Take("or"))
        {
            var right = And();
            left = left is true || right is true ? true : left is null || right is null ? null : false;
        }
        return left;
    }

    private bool? And()
    {
        var left = Not();
        while (Take("and"))
        {
            var right = Not();
            left = left is false || right is false ? false : left is null || right is null ? null : true;
        }
        return left;
    }

    private bool? Not()
    {
        if (Take("!"))
            return !Not();
        if (Take("("))
            return Or() is var inner && Take(")") ? inner : null;
        if (Take("Exists"))
            return Take("(") && Operand() is { } path && Take(")") ? Path.Combine(folder, path.Replace('\\', '/')) is var full && (File.Exists(full) || Directory.Exists(full)) : null;
        return Comparison();
    }

    private bool? Comparison()
    {
        if (Operand() is not { } left)
            return null;
        var symbol = Peek;
        if (symbol is not ("==" or "!=" or "<" or ">" or "<=" or ">="))
            return bool.TryParse(left, out var value) ? value : null;
        next++;
        if (Operand() is not { } right)
            return null;
        if (symbol is "==" or "!=")
            return left.Equals(right, StringComparison.OrdinalIgnoreCase) == (symbol == "==");
        if (!double.TryParse(left, CultureInfo.InvariantCulture, out var low) || !double.TryParse(right, CultureInfo.InvariantCulture, out var high))
            return null;
        return symbol switch { "<" => low < high, ">" => low > high, "<=" => low <= high, _ => low >= high };
    }

    private string? Operand() => next < tokens.Count && tokens[next] is not ("(" or ")" or "," or "!") ? tokens[next++].Trim('\'') : null;
}
