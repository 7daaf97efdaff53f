using System.Text;
using System.Text.RegularExpressions;

namespace ThreadingAnalyzers.Workbench.Corpus;

/// <summary>The file patterns of project items: <c>*</c>, <c>?</c> and <c>**</c>, either slash, several parted by semicolons.</summary>
internal static class Globs
{
    /// <summary>The C# files that the patterns name, absolute; what does not exist is not among them.</summary>
    /// <param name="folder">What the patterns are relative to.</param>
    /// <param name="patterns">Patterns, parted by semicolons.</param>
    public static IEnumerable<string> Files(string folder, string patterns)
    {
        foreach (var pattern in Parts(patterns))
        {
            var path = Path.GetFullPath(Path.Combine(folder, pattern));
            var wild = path.IndexOfAny(['*', '?']);
            if (wild < 0)
            {
                if (File.Exists(path))
                    yield return path;
                continue;
            }
            var root = path[..(path.LastIndexOf('/', wild) + 1)];
            if (!Directory.Exists(root))
                continue;
            var matches = Matcher(path);
            var search = path.Contains("**") || path.AsSpan(wild).Contains('/') ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly;
            foreach (var file in Directory.EnumerateFiles(root, "*.cs", search))
                if (matches.IsMatch(file))
                    yield return file;
        }
    }

    /// <summary>Whether a file, given absolutely, is named by one of the patterns.</summary>
    public static Func<string, bool> Matching(string folder, string patterns)
    {
        var matchers = Parts(patterns).Select(pattern => Matcher(Path.GetFullPath(Path.Combine(folder, pattern)))).ToList();
        return file => matchers.Any(matcher => matcher.IsMatch(file));
    }

    private static IEnumerable<string> Parts(string patterns) => patterns
        .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(pattern => pattern.Replace('\\', '/'));

    private static Regex Matcher(string path)
    {
        var regex = new StringBuilder("^");
        for (var i = 0; i < path.Length; i++)
        {
            if (string.CompareOrdinal(path, i, "**/", 0, 3) == 0)
                (_, i) = (regex.Append("(.*/)?"), i + 2);
            else if (string.CompareOrdinal(path, i, "**", 0, 2) == 0)
                (_, i) = (regex.Append(".*"), i + 1);
            else
                regex.Append(path[i] switch { '*' => "[^/]*", '?' => "[^/]", var other => Regex.Escape(other.ToString()) });
        }
        return new Regex(regex.Append('$').ToString(), RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);
    }
}
