using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ThreadingAnalyzers.Workbench.Pages;

/// <summary>
/// What the documents say about the rules and is written from the rules: the head of each page, the catalogue
/// <c>docs/rules/README.md</c> and the table in the <c>README.md</c>. Each text is a pure function of descriptors and pages.
/// </summary>
internal static class Census
{
    private static readonly Regex CatalogueRow = new(@"^\| \[(?<id>THR\d{4})\]\(.*\| (?<since>\d+\.\d+) \|$", RegexOptions.CultureInvariant | RegexOptions.Multiline);
    private static readonly Regex Quoted = new("'[^']*'", RegexOptions.CultureInvariant);

    /// <summary>The files that are written from the rules, as paths from the repository's top, with the text each should have.</summary>
    /// <exception cref="FormatException">A file lacks the marks that say where to write.</exception>
    public static ImmutableArray<(string Path, string Text)> Documents(ImmutableArray<Page> pages)
    {
        var heads = pages.Where(page => Catalogue.Rule(page.Id) is not null)
            .Select(page => ($"docs/rules/{page.Id}.md", Headed(Catalogue.Rule(page.Id)!, page)));
        return [.. heads, ("docs/rules/README.md", Rules(pages)), ("README.md", Replace("README.md", Read("README.md"), "rules", Table(pages, "docs/rules/")))];
    }

    /// <summary>A file's text with line ends of one character; empty where there is none.</summary>
    public static string Read(string path)
    {
        var full = Path.Combine(Workplace.RepositoryRoot, path);
        return File.Exists(full) ? File.ReadAllText(full).ReplaceLineEndings("\n") : "";
    }

    /// <summary>Writes a file so that nobody sees half of it.</summary>
    public static void Write(string path, string text)
    {
        var full = Path.Combine(Workplace.RepositoryRoot, path);
        File.WriteAllText(full + ".new", text);
        File.Move(full + ".new", full, overwrite: true);
    }

    /// <summary>Each rule of a catalogue's text with the version that brought it.</summary>
    public static ImmutableDictionary<string, string> Recorded(string catalogue) =>
        CatalogueRow.Matches(catalogue).ToImmutableDictionary(row => row.Groups["id"].Value, row => row.Groups["since"].Value);

    /// <summary>The version that brought the rule, or null where its descriptor does not say.</summary>
    public static string? Since(this DiagnosticDescriptor descriptor) => descriptor.CustomTags
        .FirstOrDefault(tag => tag.StartsWith(Rule.SinceTag, StringComparison.Ordinal))?[Rule.SinceTag.Length..];

    /// <summary>The titles of a page's fixes; of titles that differ only in a quoted name, the first.</summary>
    public static ImmutableArray<string> FixTitles(this Page page) =>
        [.. page.Cases.SelectMany(@case => @case.Fixes).Select(fix => fix.Title).DistinctBy(title => Quoted.Replace(title, "''"))];

    /// <summary>The page with the rule's title and head; a page that has none yet gets it below its title.</summary>
    private static string Headed(Rule rule, Page page)
    {
        var title = $"# {page.Id} {rule.GetType().Name}: {rule.Descriptor().Title}\n";
        var rest = page.Text.StartsWith("# ", StringComparison.Ordinal) ? page.Text[(page.Text.IndexOf('\n') + 1)..] : "\n" + page.Text;
        if (!rest.Contains("<!-- head -->"))
            rest = "\n<!-- head -->\n<!-- /head -->\n" + rest;
        return title + Replace(page.Id + ".md", rest, "head", Head(rule.Descriptor(), page));
    }

    private static string Head(DiagnosticDescriptor rule, Page page) => $"""
        | category | severity | enabled by default | since | fixes |
        |---|---|---|---|---|
        | {rule.Category} | {rule.DefaultSeverity} | {(rule.IsEnabledByDefault ? "yes" : "no")} | {rule.Since()} | {Fixes(page)} |

        {rule.Description}
        """.ReplaceLineEndings("\n");

    private static string Rules(ImmutableArray<Page> pages)
    {
        var text = new StringBuilder("# The rules\n\nEach links to its page: what goes wrong, what is reported, what is not, and how to mend it. (This file is written from the rules.)\n");
        foreach (var category in Enum.GetValues<Category>())
            if (Catalogue.Rules.Any(rule => IsOf(rule, category)))
                text.Append($"\n## Threading.{category} (THR{(int)category}xxx)\n\n").Append(Table(pages, "", category)).Append('\n');
        return text.ToString();
    }

    private static string Table(ImmutableArray<Page> pages, string folder, Category? category = null)
    {
        var rows = Catalogue.Rules.Where(rule => category is not { } wanted || IsOf(rule, wanted)).Select(rule => rule.Descriptor()).Select(rule =>
            $"| [{rule.Id}]({folder}{rule.Id}.md) | {Catalogue.Rule(rule.Id)!.GetType().Name} | {rule.Title} | {(rule.IsEnabledByDefault ? rule.DefaultSeverity : "off")} | {Fixes(pages.FirstOrDefault(page => page.Id == rule.Id))} | {rule.Since()} |");
        return "| id | rule | what should be | severity | fixes | since |\n|---|---|---|---|---|---|\n" + string.Join("\n", rows);
    }

    private static bool IsOf(Rule rule, Category category) => rule.Descriptor().Category == $"Threading.{category}";

    private static string Fixes(Page? page) => page?.FixTitles() is { IsEmpty: false } titles ? string.Join(" · ", titles) : "–";

    /// <summary>A text with other content between the lines <c>&lt;!-- mark --&gt;</c> and <c>&lt;!-- /mark --&gt;</c>.</summary>
    /// <exception cref="FormatException">The marks are not there.</exception>
    public static string Replace(string name, string text, string mark, string content)
    {
        var (start, end) = ($"<!-- {mark} -->", $"<!-- /{mark} -->");
        var from = text.IndexOf(start, StringComparison.Ordinal);
        var to = text.IndexOf(end, StringComparison.Ordinal);
        return 0 <= from && from < to
            ? $"{text[..(from + start.Length)]}\n{content}\n{text[to..]}"
            : throw new FormatException($"{name}: there is no '{start}' line followed by a '{end}' line to write between");
    }
}
