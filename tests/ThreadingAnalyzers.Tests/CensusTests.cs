using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using ThreadingAnalyzers.Workbench;
using ThreadingAnalyzers.Workbench.Pages;

namespace ThreadingAnalyzers.Tests;

/// <summary>
/// Rule, page, fix, catalogue and README say the same, in the words that <c>docs/style.md</c> asks for. What is written from
/// the rules is written by <c>UPDATE=1 dotnet test --filter CensusTests</c>.
/// </summary>
public sealed class CensusTests
{
    /// <summary>How many cases a page has at least.</summary>
    private const int FewestCases = 10;

    /// <summary>The share of a page's cases that are not "Flagged", at least.</summary>
    private const double QuietShare = 0.45;

    private static readonly Regex Apostrophe = new(@"(?<=\w)'(?=\w)", RegexOptions.CultureInvariant);

    public static TheoryData<string> Ids => new(Catalogue.Rules.Select(rule => rule.Descriptor().Id));

    [Fact]
    public void Each_rule_has_its_page_and_each_page_its_rule() =>
        Assert.Equal(Catalogue.Rules.Select(rule => rule.Descriptor().Id), Cases.Pages.Select(page => page.Id));

    [Fact]
    public void Each_fix_mends_rules_that_exist() =>
        Assert.All(Catalogue.Fixes.SelectMany(fix => fix.FixableDiagnosticIds), id => Assert.NotNull(Catalogue.Rule(id)));

    [Theory, MemberData(nameof(Ids))]
    public void Id_folder_namespace_and_category_agree(string id)
    {
        var (rule, type) = (Descriptor(id), Catalogue.Rule(id)!.GetType());
        var category = Enum.Parse<Category>(rule.Category["Threading.".Length..]);
        Assert.Matches(@"^THR\d{4}$", id);
        Assert.Equal((int)category, id[3] - '0');
        Assert.Equal($"ThreadingAnalyzers.Rules.{category}", type.Namespace);
        Assert.Contains($"src/ThreadingAnalyzers/Rules/{category}/{type.Name}.cs", OwnSource.Files("src", "*.cs"));
        Assert.DoesNotMatch("Analyzer$|Rule$", type.Name);
        Assert.True(type.IsSealed, $"{type.Name} is sealed");
    }

    [Theory, MemberData(nameof(Ids))]
    public void The_descriptor_keeps_to_the_house_words(string id)
    {
        var rule = Descriptor(id);
        var (title, message, why) = (rule.Title.ToString(), rule.MessageFormat.ToString(), rule.Description.ToString());
        Assert.Matches(@"^[A-Z].*[^.!?\s]$", title);
        Assert.DoesNotMatch(@"[.!?] [A-Z]", title);
        Assert.Matches(@"^['A-Z].*[^.!?\s]$", message);
        Assert.Matches(@"^[A-Z].*\.$", why);
        foreach (var text in new[] { title, message, why })
        {
            Assert.DoesNotMatch(@"`|  |\n|’|‘|""", text);
            Assert.True(Apostrophe.Replace(text, "").Count(character => character == '\'') % 2 == 0, $"{id}: a single quote is not closed in: {text}");
        }
        Assert.InRange(rule.DefaultSeverity, DiagnosticSeverity.Info, DiagnosticSeverity.Warning);
        Assert.Matches(@"^\d+\.\d+$", rule.Since());
    }

    [Theory, MemberData(nameof(Ids))]
    public void The_help_link_leads_to_the_page(string id)
    {
        var link = Descriptor(id).HelpLinkUri;
        Assert.StartsWith("https://", link, StringComparison.Ordinal);
        Assert.True(Uri.TryCreate(link, UriKind.Absolute, out var uri));
        var path = uri.AbsolutePath[(uri.AbsolutePath.IndexOf("/blob/main/", StringComparison.Ordinal) + "/blob/main/".Length)..];
        Assert.True(File.Exists(Path.Combine(Workplace.RepositoryRoot, path)), $"{link} leads to no file of the repository");
    }

    [Theory, MemberData(nameof(Ids))]
    public void The_page_is_whole(string id)
    {
        var (rule, page) = (Descriptor(id), PageOf(id));
        Assert.StartsWith($"# {id} {Catalogue.Rule(id)!.GetType().Name}: {rule.Title}\n", page.Text, StringComparison.Ordinal);
        Assert.True(page.Cases.Length >= FewestCases, $"{id}.md has {page.Cases.Length} cases, not {FewestCases}");
        var quiet = page.Cases.Count(@case => @case.Claim is not Claim.Flagged);
        Assert.True(quiet >= QuietShare * page.Cases.Length, $"{id}.md: only {quiet} of {page.Cases.Length} cases are not 'Flagged'");
        var first = page.Cases.FirstOrDefault(@case => @case.Claim == Claim.Flagged);
        Assert.True(first is not null, $"{id}.md has no 'Flagged' case");
        Assert.True(first.Files.Any(file => file.Squiggles.Any(squiggle => squiggle.Id == id && squiggle.Words is not null)), $"{first.Name}: the first case shows the words of the message");
        Assert.Equal(page.Cases.Length, page.Cases.DistinctBy(@case => @case.Heading).Count());
        if (rule is { DefaultSeverity: DiagnosticSeverity.Warning, IsEnabledByDefault: true })
            Assert.True(page.Text.Contains("\n## On real code\n"), $"{id}.md: a warning has a section '## On real code'");
    }

    [Theory, MemberData(nameof(Ids))]
    public void The_page_shows_the_fixes_and_no_others(string id)
    {
        var titles = PageOf(id).FixTitles();
        Assert.True(titles is not [] == Catalogue.FixesOf(id).Any(), $"{id}: there {(titles is [] ? "is a fix, and the page draws none" : "is no fix, and the page draws one")}");
        Assert.All(titles, title =>
        {
            // An imperative: "Lock …", not "Locks", "Locking" or "Locked".
            Assert.Matches(@"^[A-Z][a-z-]+ .*[^.\s]$", title);
            Assert.DoesNotMatch(@"^\w+([^s]s|ing|[^e]ed)\b", title);
            Assert.True(Apostrophe.Replace(title, "").Count(character => character == '\'') % 2 == 0, title);
        });
    }

    [Fact]
    public void What_is_written_from_the_rules_is_up_to_date()
    {
        // An id is for ever, and so is the version that brought it: not even UPDATE=1 forgets one.
        foreach (var (id, since) in Census.Recorded(Census.Read("docs/rules/README.md")))
            Assert.True(Catalogue.Rule(id)?.Descriptor().Since() == since, $"docs/rules/README.md records that {id} came with {since}: an id is never dropped and its version never changed");

        foreach (var (path, text) in Census.Documents(Cases.Pages))
        {
            if (Environment.GetEnvironmentVariable("UPDATE") is "1")
                Census.Write(path, text);
            else
                Assert.True(Census.Read(path) == text, $"{path} is behind the rules: run UPDATE=1 dotnet test --filter CensusTests");
        }
    }

    private static DiagnosticDescriptor Descriptor(string id) => Catalogue.Rule(id)!.Descriptor();

    private static Page PageOf(string id) => Cases.Pages.Single(page => page.Id == id);
}
