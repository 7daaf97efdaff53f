using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Workbench;
using ThreadingAnalyzers.Workbench.Pages;

namespace ThreadingAnalyzers.Tests;

/// <summary>
/// The engine's cases: the files of <c>Engine/</c>, each compiled alone and analysed by the program rules. Squiggles are drawn
/// as in pages, and names claim: inside <c>…Ok</c> there is none, inside <c>…Bad</c> one or more; <c>FN_…Bad</c> is a defect that
/// is not found yet, <c>FP_…Ok</c> correct code that is reported. A first line may set the confidence or other options. <c>UPDATE=1</c> redraws the squiggles and the table of
/// <c>docs/engine.md</c>; the claims stay what they are.
/// </summary>
public sealed class EngineTests
{
    private const string KnownBegin = "<!-- known -->";
    private const string KnownEnd = "<!-- /known -->";

    private static readonly Regex Directive = new(@"\A// confidence: (?<value>high|medium|all)\n", RegexOptions.CultureInvariant);

    private static readonly Regex Declared = new(@"\A// options: (?<value>.*)\n", RegexOptions.CultureInvariant);

    private static readonly ImmutableArray<Rule> Rules = [.. Catalogue.Rules.Where(rule => rule is ProgramRule)];

    private static readonly string Folder = Path.Combine(Workplace.RepositoryRoot, "tests", "ThreadingAnalyzers.Tests", "Engine");

    private static bool Update => Environment.GetEnvironmentVariable("UPDATE") == "1";

    private static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal);

    public static TheoryData<string> Files => new(Names);

    [Theory, MemberData(nameof(Files))]
    public async Task Decides_as_drawn(string name)
    {
        var @case = Read(name);
        var project = CaseProject.Of(@case);
        Assert.True(project.Errors() is [], $"{name}: does not compile:\n{string.Join("\n", project.Errors())}");

        var build = await Analysis.AsBuildAsync(project.Compilation, Rules, project.AnalyzerOptions);
        var tree = project.Tree(name);
        if (Update)
            @case = Redraw(@case, Squiggle.Of(build, tree));
        var broken = Members(tree.GetRoot()).Select(member => Broken(member, build)).OfType<string>().ToList();
        Assert.True(broken is [], $"{name}:\n{string.Join("\n", broken)}");

        Drawing.AssertMet(@case.Files, project, build, $"{name}, as a build");
        Drawing.AssertMet(@case.Files, project, await Analysis.AsEditorAsync(project.Compilation, Rules, project.AnalyzerOptions), $"{name}, as an editor");
    }

    [Fact]
    public void The_design_page_lists_what_is_known_to_be_wrong()
    {
        var path = Path.Combine(Workplace.RepositoryRoot, "docs", "engine.md");
        var page = File.ReadAllText(path).ReplaceLineEndings("\n");
        var begin = page.IndexOf(KnownBegin, StringComparison.Ordinal);
        var end = page.IndexOf(KnownEnd, StringComparison.Ordinal);
        Assert.True(begin >= 0 && end > begin, $"docs/engine.md has no {KnownBegin} … {KnownEnd}");
        var table = Known();
        var expected = page[..(begin + KnownBegin.Length)] + "\n" + table + page[end..];
        if (Update)
            File.WriteAllText(path, expected);
        else
            Assert.True(page == expected, $"docs/engine.md is not up to date; UPDATE=1 writes it. It should say:\n{table}");
    }

    private static Case Read(string name)
    {
        var lines = File.ReadAllText(Path.Combine(Folder, name)).ReplaceLineEndings("\n");
        var confidence = Directive.Match(lines) is { Success: true } match ? match.Groups["value"].Value : "high";
        var options = Declared.Match(lines) is { Success: true } declared ? declared.Groups["value"].Value.Split("; ").Select(option => $"threading_analyzers.{option}\n") : [];
        var (text, squiggles) = Squiggle.Read(lines.TrimEnd('\n').Split('\n'));
        return new Case("THR3001", name, 1, Claim.Flagged, [new CaseFile(name, text, squiggles, 1)],
            $"[*.cs]\nthreading_analyzers.confidence = {confidence}\n{string.Concat(options)}", [], NoFix: false, Program: false, Language: null, Frameworks.Default);
    }

    private static Case Redraw(Case @case, ImmutableArray<Squiggle> actual)
    {
        var file = @case.Files[0];
        var drawn = actual
            .Select(squiggle => file.Squiggles.FirstOrDefault(kept => kept.IsMetBy(squiggle)) ?? (squiggle.Id is null ? null : squiggle with { Words = null, Start = Math.Max(squiggle.Start, 2) }))
            .OfType<Squiggle>().ToImmutableArray();
        File.WriteAllText(Path.Combine(Folder, file.Name), Squiggle.Draw(file.Text, drawn) + "\n");
        return Read(file.Name);
    }

    private static string? Broken(Member member, IEnumerable<Diagnostic> found)
    {
        var inside = found.Where(diagnostic => diagnostic.Location.SourceTree == member.Node.SyntaxTree && member.Node.FullSpan.Contains(diagnostic.Location.SourceSpan)).ToList();
        return inside is [] == member.IsSilent ? null
            : inside is [] ? $"{member.Name} (line {member.Line}): nothing is reported"
            : $"{member.Name} (line {member.Line}): {string.Join("; ", inside.Select(diagnostic => $"{diagnostic.Id} line {diagnostic.Location.GetLineSpan().StartLinePosition.Line + 1}: {diagnostic.GetMessage()}"))}";
    }

    private static IEnumerable<Member> Members(SyntaxNode root) => root.DescendantNodes()
        .Select(node => node switch
        {
            BaseTypeDeclarationSyntax type => new Member(type, type.Identifier),
            MethodDeclarationSyntax method => new Member(method, method.Identifier),
            _ => null,
        })
        .OfType<Member>().Where(member => member.Claims);

    private static string Known()
    {
        var members = Names.SelectMany(name =>
            Members(CSharpSyntaxTree.ParseText(Read(name).Files[0].Text).GetRoot()).Select(member => (File: name, Member: member))).ToList();
        var wrong = members.Where(row => row.Member.IsKnownWrong).ToList();
        var rows = wrong.OrderBy(row => row.Member.Name.StartsWith("FN_", StringComparison.Ordinal)).ThenBy(row => row.File, StringComparer.Ordinal)
            .Select(row => $"| `{row.Member.Name}` | `{row.File}` | {row.Member.Why} |\n");
        return $"{members.Count} cases; {wrong.Count(row => row.Member.Name.StartsWith("FP_", StringComparison.Ordinal))} of them are correct code that is reported (`FP_`), "
            + $"{wrong.Count(row => row.Member.Name.StartsWith("FN_", StringComparison.Ordinal))} are defects that are not found yet (`FN_`).\n\n"
            + "| case | file | why |\n| --- | --- | --- |\n" + string.Concat(rows);
    }

    /// <summary>A type or method whose name claims something.</summary>
    private sealed record Member(SyntaxNode Node, SyntaxToken Identifier)
    {
        public string Name => Identifier.ValueText;

        public int Line => Identifier.GetLocation().GetLineSpan().StartLinePosition.Line + 1;

        public bool Claims => Name.EndsWith("Ok", StringComparison.Ordinal) || Name.EndsWith("Bad", StringComparison.Ordinal);

        public bool IsKnownWrong => Name.StartsWith("FN_", StringComparison.Ordinal) || Name.StartsWith("FP_", StringComparison.Ordinal);

        public bool IsSilent => Name.EndsWith("Ok", StringComparison.Ordinal) != IsKnownWrong;

        /// <summary>The comment above it.</summary>
        public string Why => string.Join(" ", Node.GetLeadingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia))
            .Select(trivia => trivia.ToString()[2..].Trim()).Where(line => !line.StartsWith("confidence:", StringComparison.Ordinal) && !line.StartsWith("options:", StringComparison.Ordinal)));
    }
}
