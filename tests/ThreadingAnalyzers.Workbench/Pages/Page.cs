using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;

namespace ThreadingAnalyzers.Workbench.Pages;

/// <summary>What a case claims about the rule of its page; the first words of its heading.</summary>
internal enum Claim
{
    /// <summary>"Flagged": the drawn squiggles and no others are reported.</summary>
    Flagged,
    /// <summary>"Allowed": nothing is reported.</summary>
    Allowed,
    /// <summary>"Not found yet": a defect that the rule misses; nothing is reported, and the day it is, the case moves.</summary>
    NotFoundYet,
    /// <summary>"Found wrongly": correct code that the rule reports; the squiggles are drawn, and the day they go, the case moves.</summary>
    FoundWrongly,
}

/// <summary>A page of <c>docs/rules</c>: the documentation of a rule and its tests in one text.</summary>
/// <param name="Id">The rule's id, the file's name.</param>
/// <param name="Path">Where the page lies.</param>
/// <param name="Text">All of it, with line ends of one character.</param>
/// <param name="Cases">Its cases, in the order of the text.</param>
internal sealed record Page(string Id, string Path, string Text, ImmutableArray<Case> Cases)
{
    private static readonly Regex Fence = new(@"^```(?<kind>cs|ini)(?<info>( .*)?)$", RegexOptions.CultureInvariant);

    // What a writer means to be tested and the pattern above would pass by in silence.
    private static readonly Regex NearlyFence = new(@"^\s*(```|~~~)\s*(cs|c#|csharp|ini|editorconfig)\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    /// <summary>The folder of the pages.</summary>
    public static string Folder => System.IO.Path.Combine(Workplace.RepositoryRoot, "docs", "rules");

    /// <summary>All pages of the repository, in the order of the ids.</summary>
    public static ImmutableArray<Page> All() =>
        [.. Directory.EnumerateFiles(Folder, "THR*.md").Order(StringComparer.Ordinal).Select(path => Parse(path, File.ReadAllText(path)))];

    /// <summary>Reads a page.</summary>
    /// <exception cref="FormatException">The page breaks the notation; the message names the page, the line and the way out.</exception>
    public static Page Parse(string path, string text)
    {
        var id = System.IO.Path.GetFileNameWithoutExtension(path);
        text = text.ReplaceLineEndings("\n");
        var lines = text.Split('\n');
        var cases = ImmutableArray.CreateBuilder<Case>();
        string? heading = null;
        var headingLine = 0;
        var noFix = false;
        List<Block> blocks = [];

        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("## ", StringComparison.Ordinal))
            {
                Finish();
                (heading, headingLine) = (lines[i][3..].Trim(), i + 1);
            }
            else if (lines[i].StartsWith("No fix:", StringComparison.Ordinal))
            {
                noFix = true;
            }
            else if (lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                var start = i;
                if (!Fence.IsMatch(lines[i]) && NearlyFence.IsMatch(lines[i]))
                    throw Broken(i + 1, "a block that is tested begins with '```cs' or '```ini'");
                while (++i < lines.Length && lines[i] != "```") { }
                if (i == lines.Length)
                    throw Broken(start + 1, "this code block is never closed");
                if (Fence.Match(lines[start]) is { Success: true } match)
                    blocks.Add(Block.Parse(match.Groups["kind"].Value, match.Groups["info"].Value.Trim(), lines[(start + 1)..i], start + 2, Broken));
            }
            else if (NearlyFence.IsMatch(lines[i]))
            {
                throw Broken(i + 1, "a block that is tested begins with '```cs' or '```ini' in the first column");
            }
        }
        Finish();
        return new Page(id, path, text, cases.ToImmutable());

        void Finish()
        {
            if (heading is null && blocks is not [])
                throw Broken(blocks[0].Line, "code before the first '## ' heading belongs to no case");
            if (heading is not null && (blocks is not [] || Case.ClaimOf(heading) is not null))
                cases.Add(Case.From(id, heading, headingLine, blocks, noFix, Broken));
            blocks = [];
            noFix = false;
        }

        FormatException Broken(int line, string why) => new($"{System.IO.Path.GetFileName(path)}:{line}: {why}");
    }
}

/// <summary>A fenced block of a page.</summary>
/// <param name="Fix">The fix whose result the block is, or null for a file to analyse.</param>
internal sealed record Block(string? File, string? Fix, bool Program, string? Language, string? Framework, bool Options, string Text, ImmutableArray<Squiggle> Squiggles, int Line)
{
    /// <summary>Reads a block: its fence's words, then its code and the squiggles drawn in it.</summary>
    public static Block Parse(string kind, string info, string[] lines, int line, Func<int, string, FormatException> broken)
    {
        string? file = null, fix = null, language = null, framework = null;
        var program = false;
        for (var rest = info; rest.Length > 0;)
        {
            var word = rest.Split(' ', 2)[0];
            rest = rest[word.Length..].TrimStart();
            switch (word)
            {
                case "program": program = true; break;
                case "file:": file = Next(); break;
                case "lang:": language = Next(); break;
                case "framework:": framework = Next(); break;
                case "fix:" when rest is not "": (fix, rest) = (rest, ""); break;
                case "fix:": throw broken(line - 1, "'fix:' wants the fix's title after it");
                default: throw broken(line - 1, $"'{word}' is no word of a fence; there are program, file:, lang:, framework: and, last, fix:");
            }

            string Next()
            {
                var value = rest.Split(' ', 2)[0];
                if (value is "")
                    throw broken(line - 1, $"'{word}' wants a value after it");
                rest = rest[value.Length..].TrimStart();
                return value;
            }
        }
        if (framework is not null && !Frameworks.All.Contains(framework))
            throw broken(line - 1, $"'{framework}' is not among the frameworks {string.Join(", ", Frameworks.All)}");

        if (kind == "ini" && file != ".editorconfig")
            throw broken(line - 1, "the only ini file of a case is 'file: .editorconfig'");

        var (text, squiggles) = kind == "ini" ? (string.Join("\n", lines) + "\n", []) : Squiggle.Read(lines, line, broken);
        return new Block(file, fix, program, language, framework, kind == "ini", text, squiggles, line);
    }
}

/// <summary>A file of a case: its path in the case's project, its text without drawings, and the squiggles drawn in it.</summary>
internal sealed record CaseFile(string Name, string Text, ImmutableArray<Squiggle> Squiggles, int PageLine);

/// <summary>What a fix makes of a case's files.</summary>
internal sealed record CaseFix(string Title, ImmutableArray<CaseFile> Files);

/// <summary>A case of a page: code, what is reported in it, and what the fixes make of it.</summary>
internal sealed record Case(
    string Id, string Heading, int Line, Claim Claim, ImmutableArray<CaseFile> Files, string? EditorConfig, ImmutableArray<CaseFix> Fixes,
    bool NoFix, bool Program, string? Language, string Framework)
{
    private static readonly ImmutableArray<(string Words, Claim Claim)> Claims =
        [("Flagged", Claim.Flagged), ("Allowed", Claim.Allowed), ("Not found yet", Claim.NotFoundYet), ("Found wrongly", Claim.FoundWrongly)];

    /// <summary>The case's name in the test run.</summary>
    public string Name => $"{Id}.md:{Line} {Heading}";

    /// <summary>The language version that the case asks for, or null when this Roslyn does not know it.</summary>
    public LanguageVersion? LanguageVersion => Language is null
        ? Microsoft.CodeAnalysis.CSharp.LanguageVersion.Preview
        : LanguageVersionFacts.TryParse(Language, out var version) ? version : null;

    /// <summary>What a heading claims, or null for a section of prose.</summary>
    public static Claim? ClaimOf(string heading) => Claims
        .Where(claim => heading.StartsWith(claim.Words, StringComparison.Ordinal))
        .Select(claim => (Claim?)claim.Claim)
        .FirstOrDefault();

    /// <summary>Makes a case of the blocks under a heading.</summary>
    public static Case From(string id, string heading, int line, List<Block> blocks, bool noFix, Func<int, string, FormatException> broken)
    {
        if (ClaimOf(heading) is not { } claim)
            throw broken(line, $"a section with code begins with {string.Join(", ", Claims.Select(claim => $"'{claim.Words}'"))}");

        var sources = blocks.Where(block => block is { Options: false, Fix: null }).ToList();
        if (sources is [])
            throw broken(line, "this case has no code to analyse");
        var files = sources.Select(block => new CaseFile(block.File ?? "Case.cs", block.Text, block.Squiggles, block.Line)).ToImmutableArray();
        if (files.Select(file => file.Name).Distinct().Count() < files.Length)
            throw broken(line, "two files of this case have one name: give each further block a 'file:'");

        if (blocks.Count(block => block.Options) > 1)
            throw broken(line, "this case has two .editorconfig files");

        var drawn = files.FirstOrDefault(file => file.Squiggles is not []) ?? files[0];
        var fixes = blocks.Where(block => block.Fix is not null)
            .GroupBy(block => block.Fix!)
            .Select(group => new CaseFix(group.Key, [.. group.Select(block => new CaseFile(block.File ?? drawn.Name, block.Text, block.Squiggles, block.Line))]))
            .ToImmutableArray();

        foreach (var file in fixes.SelectMany(fix => fix.Files))
            if (files.All(known => known.Name != file.Name))
                throw broken(file.PageLine - 1, $"the fix changes '{file.Name}', which is no file of this case");
        if (noFix && fixes is not [])
            throw broken(line, "this case says 'No fix:' and draws one");

        return new Case(id, heading, line, claim, files, blocks.FirstOrDefault(block => block.Options)?.Text, fixes, noFix,
            sources.Any(block => block.Program), sources.Select(block => block.Language).FirstOrDefault(language => language is not null),
            sources.Select(block => block.Framework).FirstOrDefault(framework => framework is not null) ?? Frameworks.Default);
    }
}
